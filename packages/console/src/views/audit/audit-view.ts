/** `<tb-audit>`: the audit records, the newest first, by filters; it follows new ones. */
import { html, nothing, type TemplateResult } from 'lit'
import { callServer } from '../../call-server.ts'
import { dataTable } from '../../elements/data-table.ts'
import { failureNotice } from '../../elements/loading-state.ts'
import { PageElement } from '../../elements/page-element.ts'
import { hrefOf } from '../../router.ts'
import { visibleText } from '../../visible-text.ts'
import type { AuditPage, ShownRecord } from '../../wire/audit-wire.ts'
import { filterForm, filterOf } from './filter-form.ts'
import './record-detail.ts'

/** How often the sources are asked for new records. */
const FOLLOW_MS = 1_000
/** After a failure; the broker's logs may be back. */
const RETRY_MS = 5_000
/** While the sources are read for the first time, how often more is asked for. */
const READING_MS = 400
/** Older ones are removed from the page; "Show more" finds them again. */
const MAX_ROWS = 1_000

class AuditView extends PageElement {
  static override properties = {
    parts: { attribute: false },
    records: { state: true },
    page: { state: true },
    failure: { state: true },
    isFollowing: { state: true },
    isReading: { state: true },
    news: { state: true },
  }

  /** Of the address, after the name of the view: the id of a record that is open. */
  declare parts: readonly string[]
  declare private records: readonly ShownRecord[]
  /** The last page that was read; its records are in `records`. */
  declare private page: AuditPage | undefined
  declare private failure: unknown
  declare private isFollowing: boolean
  declare private isReading: boolean
  /** What is announced. */
  declare private news: string
  #filter: Readonly<Record<string, string>> = {}
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Increases with each new list: responses to an earlier one are dropped. */
  #generation = 0

  constructor() {
    super()
    this.parts = []
    this.records = []
    this.page = undefined
    this.failure = undefined
    this.isFollowing = true
    this.isReading = false
    this.news = ''
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#list()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#generation += 1
    clearTimeout(this.#timer)
  }

  override render() {
    const [id] = this.parts
    return html`
      ${id === undefined ? nothing : html`<tb-record .record=${id}></tb-record>`}
      <div ?hidden=${id !== undefined}>
        ${filterForm(this.#onFilter)}
        <label class="choice">
          <input type="checkbox" .checked=${this.isFollowing} @change=${this.#onFollow} />
          Follow new records
        </label>
        <p class="count" role="status">${this.news}</p>
        ${
          this.failure === undefined
            ? nothing
            : failureNotice('the records', this.failure, () => void this.#retry())
        }
        ${this.page ? this.#shownList(this.page) : this.#first()}
      </div>
    `
  }

  #first(): TemplateResult | typeof nothing {
    return this.failure === undefined
      ? html`<p class="loading" role="status">Reading the records …</p>`
      : nothing
  }

  #shownList({ older, index }: AuditPage): TemplateResult {
    const { progress, records, skipped, isFull } = index
    const read = progress < 1 ? `${Math.floor(progress * 100)} % of the files is read; ` : ''
    const notes = [
      `${read}${records} records`,
      ...(skipped > 0 ? [`${skipped} lines are no records`] : []),
      ...(isFull ? ['the oldest are not listed, because there are too many'] : []),
    ]
    return html`
      <p class="quiet">${notes.join('; ')}</p>
      ${dataTable<ShownRecord>({
        caption: 'Records',
        columns: [
          { title: 'Time', cell: ({ id, time }) => recordLink(id, time) },
          { title: 'Outcome', cell: outcomeShown },
          { title: 'Tenant', cell: ({ tenant }) => tenant },
          { title: 'Subject', cell: ({ subject }) => subject },
          { title: 'Grant', cell: ({ grant }) => grant },
          { title: 'Request', cell: ({ requestId }) => requestId },
        ],
        rows: this.records,
        empty:
          older === undefined ? 'No record matches.' : 'No record matches so far; still reading.',
        more: older === undefined ? undefined : () => void this.#more(older),
      })}
    `
  }

  /** Reads the newest page, in place of what is shown. */
  async #list(): Promise<void> {
    const generation = ++this.#generation
    clearTimeout(this.#timer)
    await this.#ask(generation, {}, (page) => {
      this.records = page.records
      this.page = page
    })
  }

  async #more(before: string): Promise<void> {
    if (this.isReading) return
    this.isReading = true
    await this.#ask(this.#generation, { before }, (page) => {
      this.records = [...this.records, ...page.records]
      // New records are those since the first page.
      this.page = { ...page, newest: this.page?.newest ?? page.newest }
    })
    this.isReading = false
  }

  async #follow(generation: number, after: string): Promise<void> {
    await this.#ask(generation, { after }, (page) => {
      if (page.isGap) return void this.#list()
      const count = page.records.length
      if (count > 0) this.news = `${count} new ${count === 1 ? 'record' : 'records'}`
      const all = [...page.records, ...this.records]
      this.records = all.slice(0, Math.max(MAX_ROWS, this.records.length))
      this.page = { ...page, older: this.page?.older }
    })
  }

  async #ask(
    generation: number,
    cursor: { readonly before?: string; readonly after?: string },
    use: (page: AuditPage) => void,
  ): Promise<void> {
    try {
      const page = await callServer('audit/list', { filter: this.#filter, ...cursor })
      if (generation !== this.#generation) return
      this.failure = undefined
      use(page)
      this.#schedule(generation, FOLLOW_MS)
    } catch (error) {
      if (generation !== this.#generation) return
      this.failure = error
      this.#schedule(generation, RETRY_MS)
    }
  }

  #schedule(generation: number, delayMs: number): void {
    if (generation !== this.#generation) return
    clearTimeout(this.#timer)
    const { page } = this
    const isEmpty = this.records.length === 0 && page?.older !== undefined
    const next = isEmpty && page?.older ? () => this.#more(page.older ?? '') : this.#nextFollow()
    if (next) this.#timer = setTimeout(() => void next(), isEmpty ? READING_MS : delayMs)
  }

  #nextFollow(): (() => Promise<void>) | undefined {
    const generation = this.#generation
    return this.isFollowing
      ? () => (this.page ? this.#follow(generation, this.page.newest) : this.#list())
      : undefined
  }

  #retry(): Promise<void> {
    this.failure = undefined
    return this.#list()
  }

  readonly #onFilter = (form: HTMLFormElement) => {
    this.#filter = filterOf(form)
    this.page = undefined
    this.records = []
    this.news = ''
    void this.#list()
  }

  readonly #onFollow = (event: Event) => {
    this.isFollowing = event.target instanceof HTMLInputElement && event.target.checked
    if (this.isFollowing) void this.#list()
    else clearTimeout(this.#timer)
  }
}

function recordLink(id: string, time: string): TemplateResult {
  return html`<a href=${hrefOf('audit', id)}>${visibleText(time)}</a>`
}

function outcomeShown({ outcome, code }: ShownRecord): TemplateResult {
  const isBad = outcome === 'refused' || outcome === 'error'
  const kind = isBad ? 'bad' : 'good'
  return html`<span class=${kind}>${outcome}</span> <bdi>${visibleText(code)}</bdi>`
}

customElements.define('tb-audit', AuditView)
