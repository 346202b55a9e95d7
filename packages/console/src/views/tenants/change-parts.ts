/** Who gains and loses by a change of a document, and which lines differ. */
import { html, nothing, type TemplateResult } from 'lit'
import { notice } from '../../elements/notice.ts'
import { visibleText } from '../../visible-text.ts'
import type { DraftChange, DraftLine, DraftReview } from '../../wire/index.ts'

const EFFECTS = {
  gain: ['+', 'Somebody gains', 'error'],
  loss: ['−', 'Somebody loses', 'warning'],
  unknown: ['?', 'It is not known who gains', 'error'],
  neutral: ['=', 'Nobody gains or loses', 'quiet'],
} as const

export function changesPart({ changes, isSame }: DraftReview): TemplateResult {
  if (changes === undefined)
    return notice({
      kind: 'warning',
      title: 'The stored version is not valid, so who gains and who loses is not known.',
    })
  if (changes.length === 0)
    return html`<p class="quiet">
      ${isSame ? 'The document is stored like this already.' : 'Nobody gains or loses anything.'}
    </p>`
  return html`<ul class="changes">${changes.map(changeItem)}</ul>`
}

function changeItem({ effect, part, what, example }: DraftChange): TemplateResult {
  const [mark, words, style] = EFFECTS[effect]
  return html`
    <li class=${style}>
      <p><span class="kind">${mark} ${words}</span> <bdi>${visibleText(part)}</bdi></p>
      <p>${visibleText(what)}</p>
      ${example ? html`<p class="hint">For example ${visibleText(example)}</p>` : nothing}
    </li>
  `
}

const MARKS = { added: '+', removed: '−', same: ' ', gap: '…' } as const

export function linesPart({ lines }: DraftReview): TemplateResult {
  if (lines.length === 0) return html`<p class="quiet">No line differs.</p>`
  return html`<pre tabindex="0" role="region" aria-label="Differing lines" class="lines"
  >${lines.map(lineItem)}</pre>`
}

function lineItem({ kind, text }: DraftLine): TemplateResult {
  const shown = `${MARKS[kind]} ${visibleText(text)}\n`
  if (kind === 'added') return html`<ins>${shown}</ins>`
  return kind === 'removed' ? html`<del>${shown}</del>` : html`<span>${shown}</span>`
}
