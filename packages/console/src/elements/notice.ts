/** A message on the page: an error, a warning, a success or information. */
import { html, nothing, type TemplateResult } from 'lit'
import { visibleText } from '../visible-text.ts'

export interface Notice {
  readonly kind: 'error' | 'warning' | 'success' | 'info'
  readonly title: string
  /** Several lines are shown as such. */
  readonly detail?: string | undefined
  readonly action?: { readonly label: string; readonly run: () => void }
}

const WORDS = { error: 'Error', warning: 'Warning', success: 'Done', info: 'Note' } as const

/** Errors are announced at once, the others when the screen reader has finished. */
export function notice({ kind, title, detail, action }: Notice): TemplateResult {
  return html`
    <div class="notice ${kind}" role=${kind === 'error' ? 'alert' : 'status'}>
      <p class="title"><span class="kind">${WORDS[kind]}</span> ${visibleText(title)}</p>
      ${detail ? html`<p class="detail">${visibleText(detail)}</p>` : nothing}
      ${
        action ? html`<button type="button" @click=${action.run}>${action.label}</button>` : nothing
      }
    </div>
  `
}
