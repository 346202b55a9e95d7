/** `<tb-tenant>`: one tenant, with its document in an editor, and its versions. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { callServer } from '../../call-server.ts'
import { Loading } from '../../elements/loading-state.ts'
import { notice } from '../../elements/notice.ts'
import { PageElement } from '../../elements/page-element.ts'
import '../../elements/compiled-ahead.ts'
import '../../elements/tab-list.ts'
import { hrefOf } from '../../router.ts'
import { visibleText } from '../../visible-text.ts'
import type { CandidateText, DraftCheck, OpenedTenant, TenantSource } from '../../wire/index.ts'
import type { Schema } from './complete-schema.ts'
import './document-editor.ts'
import './candidate-part.ts'
import { checkParts } from './check-parts.ts'
import './review-change.ts'
import './version-list.ts'

/** While somebody types, the document is checked once, after a pause. */
const PAUSE_MS = 350

class TenantPageView extends PageElement {
  static override properties = {
    source: { attribute: false },
    name: { attribute: false },
    draft: { state: true },
    isReviewed: { state: true },
    saved: { state: true },
  }

  declare source: TenantSource
  declare name: string
  /** The text in the editor. */
  declare private draft: string
  declare private isReviewed: boolean
  declare private saved: string
  #timer: ReturnType<typeof setTimeout> | undefined
  #schema: Schema | undefined
  readonly #opened: Loading<OpenedTenant>
  readonly #check: Loading<DraftCheck>

  constructor() {
    super()
    this.source = 'directory'
    this.name = ''
    this.draft = ''
    this.isReviewed = false
    this.saved = ''
    this.#opened = new Loading(this, (signal) => this.#open(signal))
    this.#check = new Loading(this, (signal) =>
      callServer('tenants/check', { ...this.#place, text: this.draft }, signal),
    )
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('beforeunload', this.#onLeave)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('beforeunload', this.#onLeave)
    clearTimeout(this.#timer)
  }

  get #place() {
    return { source: this.source, name: this.name }
  }

  get #isEdited(): boolean {
    return this.#opened.value !== undefined && this.draft !== this.#opened.value.text
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('source') || changed.has('name')) void this.#opened.load()
  }

  async #open(signal: AbortSignal): Promise<OpenedTenant> {
    const [opened, schema] = await Promise.all([
      callServer('tenants/open', this.#place, signal),
      this.#schema ?? callServer('tenants/schema', {}, signal),
    ])
    this.#schema = schema
    this.draft = opened.text === '' ? `tenant: ${this.name.replace(/\..*$/, '')}\n` : opened.text
    this.isReviewed = false
    void this.#check.load()
    return opened
  }

  override render() {
    return html`
      <p>
        <a href=${hrefOf('tenants', this.source)}>All tenants</a>
      </p>
      <h2 class="name"><bdi>${visibleText(this.name)}</bdi></h2>
      ${this.#opened.render(`the document ${this.name}`, (opened) => this.#content(opened))}
    `
  }

  #content(opened: OpenedTenant): TemplateResult {
    const { version, state, history, candidate } = opened
    const what = {
      new: 'It does not exist yet: a save writes the first version.',
      removed: `It was removed in version ${version}. A save writes it again.`,
      live: version === undefined ? '' : `Version ${version} is in force.`,
    }
    const tabs = [
      { name: 'document', title: 'Document', content: () => this.#editor(opened) },
      ...(candidate === undefined
        ? []
        : [{ name: 'candidate', title: 'Candidate', content: () => this.#candidate(candidate) }]),
      ...(history.length === 0
        ? []
        : [
            {
              name: 'versions',
              title: `Versions (${history.length})`,
              content: () => html`<tb-versions
                .name=${this.name}
                .history=${history}
                @use-version=${this.#useVersion}
              ></tb-versions>`,
            },
          ]),
    ]
    return html`
      ${what[state] ? html`<p class="quiet">${what[state]}</p>` : nothing}
      <tb-tabs .label=${'Parts of the tenant'} .tabs=${tabs}></tb-tabs>
    `
  }

  #candidate(candidate: CandidateText): TemplateResult {
    return html`<tb-candidate
      .place=${this.#place}
      .candidate=${candidate}
      @use-version=${this.#useVersion}
      @review-saved=${this.#onCandidate}
    ></tb-candidate>`
  }

  #editor(opened: OpenedTenant): TemplateResult {
    const check = this.#check.value
    return html`
      <div class="document">
        <div>
          <tb-editor
            .text=${this.draft}
            .schema=${this.#schema}
            .findings=${check?.findings ?? []}
            .label=${`Document ${visibleText(this.name)}`}
            @document-edit=${this.#onEdit}
          ></tb-editor>
          <div class="row">
            <button
              type="button"
              class="primary"
              ?disabled=${this.draft === opened.text || this.isReviewed}
              @click=${this.#review}
            >
              Review and save
            </button>
            <button type="button" ?disabled=${!this.#isEdited} @click=${this.#undo}>
              Discard changes
            </button>
            <span class="quiet" role="status">${this.#isEdited ? 'Edited' : this.saved}</span>
          </div>
        </div>
        <div class="checks" @go-to=${this.#goTo}>
          ${this.#check.render('what is wrong', (found) => checkParts(found))}
        </div>
      </div>
      ${this.source === 'directory' ? html`<tb-compiled></tb-compiled>` : nothing}
      ${
        this.isReviewed
          ? html`<tb-review
              .place=${this.#place}
              .text=${this.draft}
              .seen=${opened.expect}
              @review-close=${this.#closeReview}
              @review-saved=${this.#onSaved}
            ></tb-review>`
          : nothing
      }
      ${
        opened.state === 'removed' && !this.#isEdited
          ? notice({ kind: 'info', title: 'Use an older version from the tab "Versions".' })
          : nothing
      }
    `
  }

  readonly #onEdit = ({ detail }: CustomEvent<string>) => {
    this.draft = detail
    this.isReviewed = false
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#check.load(), PAUSE_MS)
  }

  readonly #review = () => {
    this.saved = ''
    this.isReviewed = true
  }

  readonly #closeReview = async () => {
    this.isReviewed = false
    await this.updateComplete
    this.querySelector<HTMLElement>('textarea')?.focus()
  }

  readonly #onSaved = ({ detail }: CustomEvent<string>) => {
    this.saved = detail
    void this.#opened.load()
  }

  /** It was promoted or dropped; what is in the editor stays. */
  readonly #onCandidate = async ({ detail }: CustomEvent<string>) => {
    const edited = this.#isEdited ? this.draft : undefined
    this.saved = detail
    await this.#opened.load()
    if (edited === undefined) return
    this.draft = edited
    void this.#check.load()
  }

  readonly #undo = () => {
    this.draft = this.#opened.value?.text ?? ''
    this.isReviewed = false
    void this.#check.load()
  }

  readonly #useVersion = ({ detail }: CustomEvent<string>) => {
    this.draft = detail
    const tabs = this.querySelector('tb-tabs')
    if (tabs) Object.assign(tabs, { open: 'document' })
    void this.#check.load()
  }

  readonly #goTo = ({ detail }: CustomEvent<readonly [number, number]>) => {
    const editor = this.querySelector('tb-editor')
    if (editor && 'goTo' in editor && typeof editor.goTo === 'function') editor.goTo(...detail)
  }

  readonly #onLeave = (event: BeforeUnloadEvent) => {
    if (this.#isEdited) event.preventDefault()
  }
}

customElements.define('tb-tenant', TenantPageView)
