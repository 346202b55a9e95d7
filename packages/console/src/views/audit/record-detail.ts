/** `<tb-record>`: all of one audit record. */
import { html, nothing, type TemplateResult } from 'lit'
import { callServer } from '../../call-server.ts'
import '../../elements/code-text.ts'
import './redecided-record.ts'
import './session-of-record.ts'
import { Loading } from '../../elements/loading-state.ts'
import { notice } from '../../elements/notice.ts'
import { PageElement } from '../../elements/page-element.ts'
import { hrefOf } from '../../router.ts'
import { visibleText } from '../../visible-text.ts'
import type { FullRecord } from '../../wire/audit-wire.ts'

class RecordDetail extends PageElement {
  static override properties = { record: { attribute: false } }

  /** The id of the record, as the list has it. */
  declare record: string
  readonly #full = new Loading<FullRecord>(this, (signal) =>
    callServer('audit/record', { id: this.record }, signal),
  )

  constructor() {
    super()
    this.record = ''
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('record') && this.record !== '') void this.#full.load()
  }

  override render() {
    return html`
      <p><a href=${hrefOf('audit')}>Back to the records</a></p>
      ${this.#full.render('the record', recordShown)}
      <tb-redecided .record=${this.record}></tb-redecided>
      <tb-session .record=${this.record}></tb-session>
    `
  }
}

function recordShown({ shown, parts, likelyCauses, json }: FullRecord): TemplateResult {
  const isBad = shown.outcome === 'refused' || shown.outcome === 'error'
  const title = [shown.outcome, shown.code].filter(Boolean).join(' ')
  const reason = parts.find(([name]) => name === 'reason')?.[1]
  return html`
    <h2>${visibleText(`Request ${shown.requestId}`)}</h2>
    <p class="quiet">${shown.time}</p>
    ${notice({ kind: isBad ? 'warning' : 'success', title, detail: reason })}
    ${
      likelyCauses.length === 0
        ? nothing
        : html`<h3>Likeliest causes</h3>
            <ol>
              ${likelyCauses.map((cause) => html`<li>${visibleText(cause)}</li>`)}
            </ol>`
    }
    <dl class="values">
      ${parts.flatMap(([name, value]) =>
        name === 'reason'
          ? []
          : html`
              <dt>${name}</dt>
              <dd><bdi>${visibleText(value)}</bdi></dd>
            `,
      )}
    </dl>
    <h3>The record</h3>
    <tb-code .text=${json} .label=${'audit record'}></tb-code>
  `
}

customElements.define('tb-record', RecordDetail)
