/** The filters of the audit view, by the options of `token-broker audit`. */
import { html, type TemplateResult } from 'lit'
import { formField } from '../../elements/form-field.ts'

const OUTCOMES = ['issued', 'refused', 'error', 'explained', 'identified', 'changed']

const FIELDS: readonly (readonly [name: string, label: string, hint: string])[] = [
  ['tenant', 'Tenant', 'its name'],
  ['subject', 'Subject', 'as the token has it'],
  ['code', 'Code', 'such as access_denied'],
  ['request-id', 'Request id', 'of one request'],
  ['since', 'Since', 'such as 30m, 2h, 7d, or a time'],
  ['until', 'Until', 'such as 5m, or 2026-01-31T12:00:00Z'],
]

/** @param use gets the form when it is submitted or reset */
export function filterForm(use: (form: HTMLFormElement) => void): TemplateResult {
  const onSubmit = (event: Event) => {
    event.preventDefault()
    if (event.target instanceof HTMLFormElement) use(event.target)
  }
  const onReset = (event: Event) => {
    const form = event.target
    // The fields are empty only after the event.
    if (form instanceof HTMLFormElement) setTimeout(() => use(form))
  }
  return html`
    <form @submit=${onSubmit} @reset=${onReset} aria-label="Filter">
      <div class="fields">
        ${FIELDS.map(([name, label, hint]) =>
          formField({
            ...{ id: `filter-${name}`, label, hint },
            control: html`<input
              id="filter-${name}"
              name=${name}
              autocomplete="off"
              spellcheck="false"
              aria-describedby="filter-${name}-hint"
            />`,
          }),
        )}
        ${formField({
          ...{ id: 'filter-outcome', label: 'Outcome' },
          control: html`<select id="filter-outcome" name="outcome">
            <option value="">any</option>
            ${OUTCOMES.map((outcome) => html`<option>${outcome}</option>`)}
          </select>`,
        })}
      </div>
      <div class="row">
        <button type="submit" class="primary">Filter</button>
        <button type="reset">Show all</button>
      </div>
    </form>
  `
}

export function filterOf(form: HTMLFormElement): Record<string, string> {
  const filled = [...new FormData(form)].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [],
  )
  return Object.fromEntries(filled)
}
