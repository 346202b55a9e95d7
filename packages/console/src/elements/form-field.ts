/** A field of a form: a label, a control, and a hint or an error that belongs to it. */
import { html, nothing, type TemplateResult } from 'lit'
import { visibleText } from '../visible-text.ts'

export interface FormField {
  /** The id of the control; its hint has the id `ID-hint`. */
  readonly id: string
  readonly label: string
  /**
   * The control, with `id=ID`, and `aria-describedby="ID-hint"` where there is a hint or an error.
   */
  readonly control: TemplateResult
  readonly hint?: string | undefined
  readonly error?: string | undefined
}

export function formField({ id, label, control, hint, error }: FormField): TemplateResult {
  const said = error ?? hint
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${control}
      ${
        said === undefined
          ? nothing
          : html`<p id="${id}-hint" class=${error === undefined ? 'hint' : 'field-error'}>
              ${visibleText(said)}
            </p>`
      }
    </div>
  `
}
