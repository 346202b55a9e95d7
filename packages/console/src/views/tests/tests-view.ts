/** `<tb-tests>`: runs the rule tests beside the documents, and shows what they do not reach. */
import { html, nothing, type TemplateResult } from 'lit'
import { callServer } from '../../call-server.ts'
import { mismatchText } from '../../elements/decision-shown.ts'
import { formField } from '../../elements/form-field.ts'
import { failureNotice, Loading } from '../../elements/loading-state.ts'
import { notice } from '../../elements/notice.ts'
import { PageElement } from '../../elements/page-element.ts'
import { hrefOf } from '../../router.ts'
import { visibleText } from '../../visible-text.ts'
import type { ShownTest, ShownTestFile, TestFileList } from '../../wire/tests-wire.ts'
import { type AddedCoverage, addRun, countsOfRuns, NO_RUN, type Ran } from './added-runs.ts'

/** Of the files and the missing names, so many are shown at once. */
const SHOWN = 100

class TestsView extends PageElement {
  static override properties = {
    parts: { attribute: false },
    search: { state: true },
    ran: { state: true },
    remaining: { state: true },
    failure: { state: true },
    shown: { state: true },
    onlyFailed: { state: true },
  }

  /** Of the address, after the name of the view. */
  declare parts: readonly string[]
  declare private search: string
  declare private ran: Ran
  /** Files that are still to run; empty: nothing is running. */
  declare private remaining: readonly string[]
  declare private failure: unknown
  declare private shown: number
  declare private onlyFailed: boolean
  readonly #files = new Loading<TestFileList>(this, (signal) =>
    callServer('tests/list', {}, signal),
  )

  constructor() {
    super()
    this.parts = []
    this.search = ''
    this.ran = NO_RUN
    this.remaining = []
    this.failure = undefined
    this.shown = SHOWN
    this.onlyFailed = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#files.load()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.remaining = []
  }

  override render() {
    return this.#files.render('the rule tests', (list) =>
      list.files.length === 0
        ? html`<p class="empty" role="status">
            ${visibleText(list.note ?? 'There are no rule tests.')}
          </p>`
        : this.#content(list),
    )
  }

  #content(list: TestFileList): TemplateResult {
    const found = list.files.filter((file) => file.includes(this.search))
    const isRunning = this.remaining.length > 0
    return html`
      <div class="row">
        ${formField({
          id: 'tests-search',
          label: 'Search files',
          control: html`<input id="tests-search" type="search" @input=${this.#onSearch} />`,
        })}
        <p class="field">
          ${
            isRunning
              ? html`<button type="button" @click=${this.#stop}>Stop</button>`
              : html`<button
                  type="button"
                  class="primary"
                  ?disabled=${found.length === 0}
                  @click=${() => void this.#run(found, list.maxFilesPerRun)}
                >
                  Run ${found.length} ${found.length === 1 ? 'file' : 'files'}
                </button>`
          }
        </p>
      </div>
      ${this.#summary(isRunning)}
      ${this.failure === undefined ? nothing : failureNotice('the results', this.failure)}
      ${this.ran.files.size === 0 ? nothing : coverageShown(this.ran.coverage)}
      ${this.#fileList(found)}
    `
  }

  #summary(isRunning: boolean): TemplateResult | typeof nothing {
    const { passed, failed, invalid } = countsOfRuns(this.ran)
    const isDone = !isRunning && this.ran.files.size > 0
    const counts = `${passed} passed, ${failed} failed, ${invalid} invalid`
    if (isRunning)
      return html`<p class="loading" role="status">
        Running: ${this.remaining.length} files remain; ${counts}
      </p>`
    if (!isDone) return nothing
    return notice({
      kind: failed + invalid === 0 ? 'success' : 'error',
      title: counts,
    })
  }

  #fileList(files: readonly string[]): TemplateResult {
    const isFailed = (file: string) => {
      const ran = this.ran.files.get(file)
      return ran?.errors !== undefined || ran?.tests.some(({ passed }) => !passed) === true
    }
    const listed = this.onlyFailed ? files.filter(isFailed) : files
    return html`
      <h2>Files <span class="count">(${listed.length})</span></h2>
      <label class="choice">
        <input type="checkbox" .checked=${this.onlyFailed} @change=${this.#onOnlyFailed} />
        Only those that failed
      </label>
      ${listed.length === 0 ? html`<p class="empty">No file is listed.</p>` : nothing}
      ${listed.slice(0, this.shown).map((file) => fileShown(file, this.ran.files.get(file)))}
      ${
        listed.length > this.shown
          ? html`<p><button type="button" class="more" @click=${this.#more}>Show more</button></p>`
          : nothing
      }
    `
  }

  async #run(files: readonly string[], perRun: number): Promise<void> {
    this.ran = NO_RUN
    this.failure = undefined
    this.remaining = files
    try {
      while (this.remaining.length > 0) {
        const running = this.remaining
        const run = await callServer('tests/run', { files: running.slice(0, perRun) })
        // Stopped, or started again, meanwhile.
        if (this.remaining !== running) return
        this.ran = addRun(this.ran, run)
        this.remaining = running.slice(perRun)
      }
    } catch (error) {
      this.failure = error
      this.remaining = []
    }
  }

  readonly #stop = () => {
    this.remaining = []
  }

  readonly #more = () => {
    this.shown += SHOWN
  }

  readonly #onSearch = (event: Event) => {
    this.search = event.target instanceof HTMLInputElement ? event.target.value : ''
    this.shown = SHOWN
  }

  readonly #onOnlyFailed = (event: Event) => {
    this.onlyFailed = event.target instanceof HTMLInputElement && event.target.checked
  }
}

function fileShown(file: string, ran: ShownTestFile | undefined): TemplateResult {
  if (ran === undefined) return html`<p class="file"><bdi>${visibleText(file)}</bdi></p>`
  const { errors } = ran
  const failed = ran.tests.filter(({ passed }) => !passed).length
  const isBad = errors !== undefined || failed > 0
  const kind = isBad ? 'bad' : 'good'
  const words =
    ran.errors === undefined ? `${ran.tests.length - failed} passed, ${failed} failed` : 'invalid'
  return html`
    <details class="file" ?open=${isBad}>
      <summary>
        <span class="mark ${kind}" aria-hidden="true">${isBad ? '✗' : '✓'}</span>
        <bdi>${visibleText(file)}</bdi> <span class="quiet">${words}</span>
      </summary>
      ${errors === undefined ? nothing : html`<pre tabindex="0">${visibleText(errors)}</pre>`}
      <ul class="checks">
        ${ran.tests.map((test) => testShown(file, test))}
      </ul>
    </details>
  `
}

function testShown(file: string, test: ShownTest): TemplateResult {
  const { name, line, passed, mismatches } = test
  return html`
    <li class=${passed ? 'passed' : 'refused'}>
      <span class="mark" aria-hidden="true">${passed ? '✓' : '✗'}</span>
      <span class="visually-hidden">${passed ? 'passed:' : 'failed:'}</span>
      <a href=${hrefOf('decide', file, String(line))}><bdi>${visibleText(name)}</bdi></a>
      ${mismatches.map(
        (mismatch) => html`<div class="detail">${visibleText(mismatchText(mismatch))}</div>`,
      )}
    </li>
  `
}

function coverageShown(coverage: AddedCoverage): TemplateResult {
  return html`
    <h2>Coverage</h2>
    <div class="meters">
      ${Object.entries(coverage).map(([kind, { all, reached }]) => {
        const missing = [...all].filter((name) => !reached.has(name))
        const rest = missing.length - SHOWN
        const id = `coverage-${kind}`
        return html`
          <div>
            <label for=${id}>${kind}: ${reached.size} of ${all.size} reached</label>
            <meter id=${id} min="0" max=${Math.max(1, all.size)} value=${reached.size}></meter>
            ${
              missing.length === 0
                ? nothing
                : html`<details>
                    <summary>${missing.length} not reached</summary>
                    <ul>
                      ${missing
                        .slice(0, SHOWN)
                        .map((name) => html`<li><bdi>${visibleText(name)}</bdi></li>`)}
                      ${rest > 0 ? html`<li>and ${rest} others</li>` : nothing}
                    </ul>
                  </details>`
            }
          </div>
        `
      })}
    </div>
  `
}

customElements.define('tb-tests', TestsView)
