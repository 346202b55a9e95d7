/** `<tb-session>`: what the session of a record did at AWS, by events of CloudTrail. */
import { html, nothing } from 'lit'
import { callServer } from '../../call-server.ts'
import { formField } from '../../elements/form-field.ts'
import { failureNotice } from '../../elements/loading-state.ts'
import { PageElement } from '../../elements/page-element.ts'
import type { SessionLifeShown } from '../../wire/audit-wire.ts'

class SessionLife extends PageElement {
  static override properties = {
    record: { attribute: false },
    life: { state: true },
    failure: { state: true },
    isReading: { state: true },
  }

  /** The id of the record, as the list has it. */
  declare record: string
  declare private life: SessionLifeShown | undefined
  declare private failure: unknown
  declare private isReading: boolean

  constructor() {
    super()
    this.record = ''
    this.life = undefined
    this.failure = undefined
    this.isReading = false
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('record')) return
    this.life = undefined
    this.failure = undefined
  }

  override render() {
    return html`
      <h3>What the session did</h3>
      <form @submit=${this.#submit} aria-label="What the session did">
        ${formField({
          id: 'session-events',
          label: 'Events of CloudTrail',
          hint: 'a file of a trail, or events in JSON',
          control: html`<textarea
            id="session-events"
            name="events"
            rows="4"
            autocomplete="off"
            spellcheck="false"
            aria-describedby="session-events-hint"
          ></textarea>`,
        })}
        <label class="choice">
          <input type="checkbox" name="looksUpEvents" />
          Read its events from CloudTrail, with your credentials
        </label>
        <label class="choice">
          <input type="checkbox" name="looksUpRole" />
          Read the policies of the role from IAM, with your credentials
        </label>
        <p><button type="submit" ?disabled=${this.isReading}>Show</button></p>
      </form>
      ${this.failure === undefined ? nothing : failureNotice('the session', this.failure)}
      ${
        this.life
          ? html`
              ${
                this.life.skippedEntries > 0
                  ? html`<p>${this.life.skippedEntries} entries are no events.</p>`
                  : nothing
              }
              <tb-code .text=${this.life.text} .label=${'life of the session'}></tb-code>
            `
          : nothing
      }
    `
  }

  readonly #submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!(event.target instanceof HTMLFormElement)) return
    const data = new FormData(event.target)
    this.isReading = true
    this.failure = undefined
    try {
      this.life = await callServer('audit/session', {
        ...{ id: this.record, events: String(data.get('events') ?? '') },
        ...{ looksUpEvents: data.has('looksUpEvents'), looksUpRole: data.has('looksUpRole') },
      })
    } catch (error) {
      this.failure = error
    } finally {
      this.isReading = false
    }
  }
}

customElements.define('tb-session', SessionLife)
