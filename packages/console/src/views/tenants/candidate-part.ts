/** `<tb-candidate>`: the candidate of a tenant, compared with the document in force. */
import { html, nothing } from 'lit'
import { callServer } from '../../call-server.ts'
import '../../elements/code-text.ts'
import { Loading } from '../../elements/loading-state.ts'
import { PageElement } from '../../elements/page-element.ts'
import { visibleText } from '../../visible-text.ts'
import type { CandidateText, DraftReview, TenantPlace } from '../../wire/index.ts'
import { changesPart, linesPart } from './change-parts.ts'

class CandidatePart extends PageElement {
  static override properties = { place: { attribute: false }, candidate: { attribute: false } }

  declare place: TenantPlace
  declare candidate: CandidateText
  readonly #review: Loading<DraftReview>

  constructor() {
    super()
    this.place = { source: 'directory', name: '' }
    this.candidate = { text: '', origin: '' }
    this.#review = new Loading(this, (signal) =>
      callServer('tenants/review', { ...this.place, text: this.candidate.text }, signal),
    )
  }

  override connectedCallback(): void {
    super.connectedCallback()
    queueMicrotask(() => void this.#review.load())
  }

  override render() {
    const { text, origin, promote } = this.candidate
    return html`
      <p class="quiet">
        Each request is decided by it too, without effect: ${visibleText(origin)}.
        ${promote ? html`To put it in force: <code>${promote}</code>` : nothing}
      </p>
      <h3>What it would change</h3>
      ${this.#review.render(
        'what it would change',
        (review) => html`${changesPart(review)} ${linesPart(review)}`,
      )}
      <h3>Document</h3>
      <tb-code .text=${text} .label=${'candidate'}></tb-code>
      <p>
        <button type="button" @click=${this.#use}>Use this text in the editor</button>
      </p>
    `
  }

  readonly #use = () => {
    const { text: detail } = this.candidate
    this.dispatchEvent(new CustomEvent('use-version', { detail, bubbles: true }))
  }
}

customElements.define('tb-candidate', CandidatePart)
