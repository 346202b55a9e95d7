/** The questions of the decision view: whether the session could do one thing, and why. */
import { html, nothing, type TemplateResult } from 'lit'
import { formField } from '../../elements/form-field.ts'
import { notice } from '../../elements/notice.ts'
import { visibleText } from '../../visible-text.ts'
import type { DecideQuestion, ShownPermission } from '../../wire/decide-wire.ts'

export function questionForm(ask: (question: DecideQuestion) => void): TemplateResult {
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    if (event.target instanceof HTMLFormElement) ask(questionOf(new FormData(event.target)))
  }
  const field = (name: string, label: string, hint: string, control: TemplateResult) =>
    formField({ id: `can-${name}`, label, hint, control })
  return html`
    <h2>What the session could do</h2>
    <form @submit=${onSubmit} aria-label="Question about the session">
      <div class="fields">
        ${field(
          'action',
          'Action',
          'such as s3:GetObject',
          html`<input id="can-action" name="action" required spellcheck="false"
            aria-describedby="can-action-hint" />`,
        )}
        ${field(
          'resource',
          'Resource',
          'one ARN without wildcards, or *',
          html`<input id="can-resource" name="resource" required spellcheck="false"
            aria-describedby="can-resource-hint" />`,
        )}
        ${field(
          'context',
          'Condition keys',
          'KEY=VALUE, one per line; KEY alone: the request does not have it',
          html`<textarea id="can-context" name="context" rows="2" spellcheck="false"
            aria-describedby="can-context-hint"></textarea>`,
        )}
      </div>
      <button type="submit">Ask</button>
    </form>
  `
}

function questionOf(data: FormData): DecideQuestion {
  const text = (name: string) => String(data.get(name) ?? '').trim()
  const lines = text('context')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return {
    action: text('action'),
    resource: text('resource'),
    context: lines.filter((line) => line.includes('=')),
    absent: lines.filter((line) => !line.includes('=')),
  }
}

export function permissionShown(
  { action, resource }: DecideQuestion,
  { verdict, words, statement, missing, changes }: ShownPermission,
): TemplateResult {
  return html`
    ${notice({
      kind: verdict === 'allowed' ? 'success' : 'warning',
      title: `${action} on ${resource}: ${words}`,
      detail: [
        ...(missing.length > 0 ? [`It depends on ${missing.join(', ')}.`] : []),
        ...(changes.length > 0 ? ['Allowed with:', ...changes.map((text) => `  ${text}`)] : []),
      ].join('\n'),
    })}
    ${
      statement
        ? html`<p>
              ${statement.decides ? 'Decided by' : 'Closest is'} ${visibleText(statement.name)}:
            </p>
            <ul class="checks">
              ${statement.parts.map(
                ({ name, expected, matches }) => html`
                  <li class=${matches === true ? 'passed' : 'refused'}>
                    <span class="mark" aria-hidden="true">${MARKS[String(matches)]}</span>
                    ${visibleText(name)} ${WORDS[String(matches)]}
                    <div><bdi>${visibleText(expected)}</bdi></div>
                  </li>
                `,
              )}
            </ul>`
        : nothing
    }
  `
}

const MARKS: Readonly<Record<string, string>> = { true: '✓', false: '✗', null: '?' }
const WORDS: Readonly<Record<string, string>> = {
  ...{ true: 'matches', false: 'does not match', null: 'is not known' },
}
