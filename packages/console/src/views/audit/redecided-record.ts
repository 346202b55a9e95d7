/** `<tb-redecided>`: what the documents of today decide about a recorded request. */
import { html, nothing, type TemplateResult } from 'lit'
import { callServer } from '../../call-server.ts'
import { decisionShown } from '../../elements/decision-shown.ts'
import { failureNotice } from '../../elements/loading-state.ts'
import { notice } from '../../elements/notice.ts'
import { PageElement } from '../../elements/page-element.ts'
import type { RedecidedShown } from '../../wire/audit-wire.ts'

class RedecidedRecord extends PageElement {
  static override properties = {
    record: { attribute: false },
    redecided: { state: true },
    failure: { state: true },
    isRunning: { state: true },
  }

  /** The id of the record, as the list has it. */
  declare record: string
  declare private redecided: RedecidedShown | undefined
  declare private failure: unknown
  declare private isRunning: boolean

  constructor() {
    super()
    this.record = ''
    this.redecided = undefined
    this.failure = undefined
    this.isRunning = false
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('record')) return
    this.redecided = undefined
    this.failure = undefined
  }

  override render() {
    return html`
      <h3>The documents of today</h3>
      <p>
        <button type="button" ?disabled=${this.isRunning} @click=${this.#run}>
          ${this.isRunning ? 'Deciding …' : 'Decide again'}
        </button>
      </p>
      ${this.failure === undefined ? nothing : failureNotice('the decision', this.failure)}
      ${this.redecided ? redecidedShown(this.redecided) : nothing}
    `
  }

  readonly #run = async () => {
    const { record } = this
    this.isRunning = true
    this.failure = undefined
    try {
      const redecided = await callServer('audit/redecide', { id: record })
      if (record === this.record) this.redecided = redecided
    } catch (error) {
      this.failure = error
    } finally {
      this.isRunning = false
    }
  }
}

function redecidedShown({ result, differences }: RedecidedShown): TemplateResult {
  const isSame = differences.length === 0
  return html`
    ${notice({
      kind: isSame ? 'success' : 'warning',
      title: isSame ? 'They decide the same' : 'They decide something else',
      detail: differences
        .map(({ member, recorded, found }) => `${member}: ${recorded} → ${found}`)
        .join('\n'),
    })}
    ${decisionShown(result)}
  `
}

customElements.define('tb-redecided', RedecidedRecord)
