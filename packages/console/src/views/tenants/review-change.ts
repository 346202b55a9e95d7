/** `<tb-review>`: what a save would change, and the save, on top of what was compared. */
import { html, nothing, type TemplateResult } from 'lit'
import { CallError, callServer } from '../../call-server.ts'
import { Loading } from '../../elements/loading-state.ts'
import { notice } from '../../elements/notice.ts'
import { PageElement } from '../../elements/page-element.ts'
import type { DraftReview, TenantPlace } from '../../wire/index.ts'
import { changesPart, linesPart } from './change-parts.ts'
import { checkParts } from './check-parts.ts'

class ReviewChange extends PageElement {
  static override properties = {
    place: { attribute: false },
    text: { attribute: false },
    seen: { attribute: false },
    failure: { state: true },
    isSaving: { state: true },
  }

  declare place: TenantPlace
  declare text: string
  /** The `expect` of the document that was opened, before it was edited. */
  declare seen: string
  declare private failure: unknown
  declare private isSaving: boolean
  readonly #review: Loading<DraftReview>

  constructor() {
    super()
    this.place = { source: 'directory', name: '' }
    this.text = ''
    this.seen = ''
    this.failure = undefined
    this.isSaving = false
    this.#review = new Loading(this, (signal) =>
      callServer('tenants/review', { ...this.place, text: this.text }, signal),
    )
  }

  override connectedCallback(): void {
    super.connectedCallback()
    queueMicrotask(() => void this.#load())
  }

  async #load(): Promise<void> {
    this.failure = undefined
    await this.#review.load()
    await this.updateComplete
    this.querySelector('h2')?.focus()
  }

  override render() {
    return html`
      <section class="review" aria-label="Review">
        <h2 tabindex="-1">What the save changes</h2>
        ${this.#review.render('what the save changes', (review) => this.#content(review))}
        ${
          this.#review.value === undefined
            ? html`<button type="button" @click=${this.#close}>Back to the document</button>`
            : nothing
        }
      </section>
    `
  }

  #content(review: DraftReview): TemplateResult {
    const hasErrors = review.findings.some(({ level }) => level === 'error')
    return html`
      ${
        review.expect === this.seen
          ? nothing
          : notice({
              kind: 'warning',
              title: 'Somebody has changed the document since you opened it',
              detail:
                'The differences below are those from the version that is stored now. A save ' +
                'replaces that version, with what was changed in it.',
            })
      }
      ${hasErrors ? checkParts(review) : changesPart(review)}
      <h3>Lines</h3>
      ${linesPart(review)} ${this.#failureNotice()}
      <div class="row">
        <button
          type="button"
          class="primary"
          ?disabled=${hasErrors || review.isSame || this.isSaving}
          @click=${() => void this.#save(review)}
        >
          ${this.isSaving ? 'Saving …' : saveTitle(this.place, review.expect)}
        </button>
        <button type="button" @click=${this.#close}>Back to the document</button>
        ${hasErrors ? html`<span class="quiet">Correct the errors first.</span>` : nothing}
      </div>
    `
  }

  #failureNotice() {
    if (this.failure === undefined) return nothing
    const { code, message } =
      this.failure instanceof CallError
        ? this.failure
        : { code: 'internal', message: 'A fault of the page. Please report it.' }
    return notice({
      kind: 'error',
      title: 'Nothing was saved',
      detail: message,
      ...(code === 'conflict'
        ? { action: { label: 'Compare again', run: () => void this.#load() } }
        : {}),
    })
  }

  async #save({ expect }: DraftReview): Promise<void> {
    this.isSaving = true
    this.failure = undefined
    try {
      const input = { ...this.place, text: this.text, expect }
      const { version } = await callServer('tenants/save', input)
      const detail = version === undefined ? 'Saved' : `Saved as version ${version}`
      this.dispatchEvent(new CustomEvent('review-saved', { detail, bubbles: true }))
    } catch (error) {
      this.failure = error
    } finally {
      this.isSaving = false
    }
  }

  readonly #close = () => this.dispatchEvent(new CustomEvent('review-close', { bubbles: true }))
}

function saveTitle({ source }: TenantPlace, expect: string): string {
  if (source === 'directory') return expect === 'absent' ? 'Save as a new file' : 'Save the file'
  return expect === '0' ? 'Save as version 1' : `Save on top of version ${expect}`
}

customElements.define('tb-review', ReviewChange)
