/** `<tb-decide>`: what the broker would decide about a token, claims or a rule test. */
import { html, nothing, type TemplateResult } from 'lit'
import { callServer } from '../../call-server.ts'
import '../../elements/code-text.ts'
import '../../elements/compiled-ahead.ts'
import { decisionShown } from '../../elements/decision-shown.ts'
import { failureNotice } from '../../elements/loading-state.ts'
import { PageElement } from '../../elements/page-element.ts'
import type {
  DecideInput,
  DecideQuestion,
  DecideResult,
  ShownPermission,
} from '../../wire/decide-wire.ts'
import {
  filledFields,
  pastedField,
  requestFields,
  SUBJECT_WORDS,
  SUBJECTS,
  type Subject,
} from './decide-form.ts'
import { permissionShown, questionForm } from './question-form.ts'
import { TestChoice } from './test-choice.ts'

interface Answer {
  readonly question: DecideQuestion
  readonly permission: ShownPermission
}

class DecideView extends PageElement {
  static override properties = {
    parts: { attribute: false },
    subject: { state: true },
    result: { state: true },
    answers: { state: true },
    failure: { state: true },
    isRunning: { state: true },
  }

  /** Of the address, after the name of the view: of a test, its file and line. */
  declare parts: readonly string[]
  declare private subject: Subject
  declare private result: DecideResult | undefined
  declare private answers: readonly Answer[]
  declare private failure: unknown
  declare private isRunning: boolean
  /** What was decided last: questions are about it, also after the form has changed. */
  #decided: DecideInput = {}

  constructor() {
    super()
    this.parts = []
    this.subject = 'token'
    this.result = undefined
    this.answers = []
    this.failure = undefined
    this.isRunning = false
  }

  override willUpdate(changed: Map<string, unknown>): void {
    const [file, line] = this.parts
    if (!changed.has('parts') || file === undefined || line === undefined) return
    this.subject = 'test'
    void this.#decide({ test: { file, line: Number(line) } })
  }

  override render() {
    return html`
      <form @submit=${this.#submit} @reset=${this.#reset} aria-label="Request">
        <fieldset>
          <legend>Decide about</legend>
          ${SUBJECTS.map(
            (subject) => html`<label class="choice">
              <input
                type="radio"
                name="subject"
                value=${subject}
                ?checked=${subject === SUBJECTS[0]}
                .checked=${subject === this.subject}
                @change=${() => {
                  this.subject = subject
                }}
              />
              ${SUBJECT_WORDS[subject]}
            </label>`,
          )}
        </fieldset>
        <div ?hidden=${this.subject !== 'token'}>${pastedField('token', 5)}</div>
        <div ?hidden=${this.subject !== 'claims'}>${pastedField('claims', 8)}</div>
        ${this.subject === 'test' ? this.#testField() : nothing}
        ${requestFields(this.subject)}
        <div class="row">
          <button type="submit" class="primary" ?disabled=${this.isRunning}>Decide</button>
          <button type="reset">Clear</button>
        </div>
      </form>
      <tb-compiled></tb-compiled>
      <div aria-busy=${this.isRunning}>${this.#shown()}</div>
    `
  }

  #testField(): TemplateResult {
    const [file = '', line = '0'] = this.parts
    return html`<tb-test-choice .file=${file} .line=${Number(line)}></tb-test-choice>`
  }

  #shown(): TemplateResult | typeof nothing {
    if (this.isRunning && this.result === undefined)
      return html`<p class="loading" role="status">Deciding …</p>`
    const failed =
      this.failure === undefined ? nothing : failureNotice('the decision', this.failure)
    if (this.result === undefined) return html`${failed}`
    return html`
      ${failed} ${decisionShown(this.result)}
      ${
        this.result.plan
          ? html`${questionForm((question) => void this.#ask(question))}
              ${this.answers.map(({ question, permission }) =>
                permissionShown(question, permission),
              )}`
          : nothing
      }
    `
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!(event.target instanceof HTMLFormElement)) return
    if (this.subject !== 'test')
      return void this.#decide({ request: filledFields(event.target, this.subject) })
    const chosen = event.target.querySelector('tb-test-choice')
    if (chosen instanceof TestChoice && chosen.line > 0)
      void this.#decide({ test: { file: chosen.file, line: chosen.line } })
  }

  /** Nothing of what was pasted is kept. */
  readonly #clear = () => {
    this.#decided = {}
    this.result = undefined
    this.answers = []
    this.failure = undefined
  }

  /** The browser empties the fields. */
  readonly #reset = () => {
    this.subject = SUBJECTS[0]
    this.#clear()
  }

  async #decide(input: DecideInput): Promise<void> {
    this.#clear()
    this.#decided = input
    await this.#run(input, (result) => {
      this.result = result
    })
  }

  async #ask(question: DecideQuestion): Promise<void> {
    await this.#run({ ...this.#decided, question }, ({ permission }) => {
      if (permission) this.answers = [{ question, permission }, ...this.answers]
    })
  }

  async #run(input: DecideInput, use: (result: DecideResult) => void): Promise<void> {
    this.isRunning = true
    this.failure = undefined
    try {
      const result = await callServer('decide/run', input)
      // A later decision replaces this one.
      const { request, test } = input
      if (request === this.#decided.request && test === this.#decided.test) use(result)
    } catch (error) {
      this.failure = error
    } finally {
      this.isRunning = false
    }
  }
}

customElements.define('tb-decide', DecideView)
