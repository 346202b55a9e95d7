/** `<tb-candidate>`: the candidate of a tenant, compared with the document in force. */
import { html, nothing, type TemplateResult } from 'lit'
import { CallError, callServer } from '../../call-server.ts'
import '../../elements/code-text.ts'
import { Loading } from '../../elements/loading-state.ts'
import { notice } from '../../elements/notice.ts'
import { PageElement } from '../../elements/page-element.ts'
import { visibleText } from '../../visible-text.ts'
import type { CandidateText, DraftReview, TenantPlace } from '../../wire/index.ts'
import { changesPart, linesPart } from './change-parts.ts'
import { checkParts } from './check-parts.ts'

class CandidatePart extends PageElement {
  static override properties = {
    place: { attribute: false },
    candidate: { attribute: false },
    failure: { state: true },
    isWriting: { state: true },
    isDropping: { state: true },
  }

  declare place: TenantPlace
  declare candidate: CandidateText
  declare private failure: unknown
  declare private isWriting: boolean
  /** Whether "Drop" was pressed once. */
  declare private isDropping: boolean
  readonly #review: Loading<DraftReview>

  constructor() {
    super()
    this.place = { source: 'directory', name: '' }
    this.candidate = { text: '', origin: '', expect: '' }
    this.failure = undefined
    this.isWriting = false
    this.isDropping = false
    this.#review = new Loading(this, (signal) =>
      callServer('tenants/review', { ...this.place, text: this.candidate.text }, signal),
    )
  }

  override connectedCallback(): void {
    super.connectedCallback()
    queueMicrotask(() => void this.#review.load())
  }

  override render() {
    const { text, origin } = this.candidate
    return html`
      <p class="quiet">
        Each request is decided by it too, without effect: ${visibleText(origin)}.
      </p>
      <h3>What it would change</h3>
      ${this.#review.render('what it would change', (review) => this.#changes(review))}
      ${this.#failureNotice()}
      <h3>Document</h3>
      <tb-code .text=${text} .label=${'candidate'}></tb-code>
      <p>
        <button type="button" @click=${this.#use}>Use this text in the editor</button>
      </p>
    `
  }

  #changes(review: DraftReview): TemplateResult {
    const hasErrors = review.findings.some(({ level }) => level === 'error')
    return html`
      ${hasErrors ? checkParts(review) : changesPart(review)} ${linesPart(review)}
      <div class="row">
        <button
          type="button"
          class="primary"
          ?disabled=${hasErrors || this.isWriting}
          @click=${() => void this.#promote(review)}
        >
          Put in force
        </button>
        <button type="button" ?disabled=${this.isWriting} @click=${() => void this.#drop(review)}>
          ${this.isDropping ? 'Drop it, and lose its text' : 'Drop'}
        </button>
      </div>
    `
  }

  #failureNotice() {
    if (this.failure === undefined) return nothing
    const { message } =
      this.failure instanceof CallError
        ? this.failure
        : { message: 'A fault of the page. Please report it.' }
    return notice({ kind: 'error', title: 'Nothing was changed', detail: message })
  }

  async #promote({ expect }: DraftReview): Promise<void> {
    await this.#write(async () => {
      const { version } = await callServer('tenants/promote', this.#seen(expect))
      return version === undefined ? 'In force' : `In force as version ${version}`
    })
  }

  async #drop({ expect }: DraftReview): Promise<void> {
    if (!this.isDropping) {
      this.isDropping = true
      return
    }
    await this.#write(async () => {
      await callServer('tenants/drop', this.#seen(expect))
      return 'The candidate was dropped'
    })
  }

  #seen(expect: string) {
    const { source, name } = this.place
    return { source, name, expect, candidate: this.candidate.expect }
  }

  /** @param write returns what was done, for the page of the tenant to show */
  async #write(write: () => Promise<string>): Promise<void> {
    this.isWriting = true
    this.failure = undefined
    try {
      const detail = await write()
      this.dispatchEvent(new CustomEvent('review-saved', { detail, bubbles: true }))
    } catch (error) {
      this.failure = error
    } finally {
      this.isWriting = false
    }
  }

  readonly #use = () => {
    const { text: detail } = this.candidate
    this.dispatchEvent(new CustomEvent('use-version', { detail, bubbles: true }))
  }
}

customElements.define('tb-candidate', CandidatePart)
