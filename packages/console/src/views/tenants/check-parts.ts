/** What is wrong with a draft, and what is proved of it. */
import { html, nothing, type TemplateResult } from 'lit'
import { notice } from '../../elements/notice.ts'
import { visibleText } from '../../visible-text.ts'
import type { DraftCheck, DraftFinding, ProvedPart } from '../../wire/index.ts'

export function checkParts({ findings, proof }: DraftCheck): TemplateResult {
  return html`
    <h3>Checks</h3>
    ${
      findings.length === 0
        ? notice({ kind: 'success', title: 'The document is valid, and the lint found nothing.' })
        : html`<ul class="findings">${findings.map(findingItem)}</ul>`
    }
    <h3>Proof of isolation</h3>
    ${
      proof.length === 0
        ? html`<p class="quiet">No statement could be read, so nothing is proved.</p>`
        : html`<ul class="proof">${proof.map(proofItem)}</ul>`
    }
  `
}

function findingItem(finding: DraftFinding): TemplateResult {
  const { level, line, column = 1, message, hint, path, id, page } = finding
  const goTo = ({ currentTarget }: Event) =>
    currentTarget?.dispatchEvent(
      new CustomEvent('go-to', { detail: [line, column], bubbles: true }),
    )
  return html`
    <li class=${level}>
      <p>
        <span class="kind">${level === 'error' ? 'Error' : 'Warning'}</span>
        ${
          line === undefined
            ? nothing
            : html`<button type="button" class="place" @click=${goTo}>
                line ${line}, column ${column}
              </button>`
        }
        <code>${visibleText(path)}</code>
      </p>
      <p>${visibleText(message)}</p>
      <p class="hint">${visibleText(hint)} (<a href=${page} rel="noreferrer">${id}</a>)</p>
    </li>
  `
}

function proofItem({ grant, label, isProved, text }: ProvedPart): TemplateResult {
  return html`
    <li class=${isProved ? 'success' : 'error'}>
      <p>
        <span class="kind">${isProved ? 'Proved' : 'Not proved'}</span>
        grant <bdi>${visibleText(grant)}</bdi>, <bdi>${visibleText(label)}</bdi>
      </p>
      <p class="detail">${visibleText(text)}</p>
    </li>
  `
}
