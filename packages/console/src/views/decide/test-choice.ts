/** `<tb-test-choice>`: chooses a rule test, by its file and its name. */
import { html, nothing, type TemplateResult } from 'lit'
import { callServer } from '../../call-server.ts'
import { formField } from '../../elements/form-field.ts'
import { Loading } from '../../elements/loading-state.ts'
import { PageElement } from '../../elements/page-element.ts'
import { visibleText } from '../../visible-text.ts'
import type { NamedTest, TestFileList } from '../../wire/tests-wire.ts'

/** Among more files, the operator searches. */
const MAX_FILES = 200

export class TestChoice extends PageElement {
  static override properties = {
    file: { attribute: false },
    line: { attribute: false },
    search: { state: true },
  }

  declare file: string
  /** Where the chosen test begins. */
  declare line: number
  declare private search: string
  readonly #files = new Loading<TestFileList>(this, (signal) =>
    callServer('tests/list', {}, signal),
  )
  readonly #tests = new Loading<readonly NamedTest[]>(this, () => this.#readTests())
  #readFor = ''

  constructor() {
    super()
    this.file = ''
    this.line = 0
    this.search = ''
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#files.load()
  }

  override updated(): void {
    const { file } = this
    if (file === '' || file === this.#readFor) return
    this.#readFor = file
    void this.#tests.load()
  }

  override render() {
    return this.#files.render('the rule tests', ({ files, note }) =>
      files.length === 0
        ? html`<p class="empty">${visibleText(note ?? 'There are no rule tests.')}</p>`
        : html`<div class="fields">${this.#fileField(files)} ${this.#testField()}</div>`,
    )
  }

  #fileField(files: readonly string[]): TemplateResult {
    const found = files.filter((file) => file.includes(this.search))
    const shown = found.slice(0, MAX_FILES)
    if (this.file !== '' && !shown.includes(this.file)) shown.unshift(this.file)
    return html`
      ${
        files.length > MAX_FILES
          ? formField({
              id: 'test-search',
              label: 'Search files',
              hint: `${found.length} of ${files.length} files`,
              control: html`<input id="test-search" type="search" @input=${this.#onSearch}
                aria-describedby="test-search-hint" />`,
            })
          : nothing
      }
      ${formField({
        id: 'test-file',
        label: 'File',
        control: html`<select id="test-file" @change=${this.#onFile}>
          <option value="">Choose a file</option>
          ${shown.map(
            (file) => html`<option value=${file} ?selected=${file === this.file}>
              ${visibleText(file)}
            </option>`,
          )}
        </select>`,
      })}
    `
  }

  #testField(): TemplateResult | typeof nothing {
    if (this.file === '') return nothing
    return this.#tests.render('the tests of the file', (tests) =>
      formField({
        id: 'test-name',
        label: 'Rule test',
        control: html`<select id="test-name" @change=${this.#onTest}>
          ${tests.map(
            ({ name, line }) => html`<option value=${line} ?selected=${line === this.line}>
              ${visibleText(name)}
            </option>`,
          )}
        </select>`,
      }),
    )
  }

  async #readTests(): Promise<readonly NamedTest[]> {
    const { tests } = await callServer('tests/names', { file: this.file })
    if (!tests.some(({ line }) => line === this.line)) this.line = tests[0]?.line ?? 0
    return tests
  }

  readonly #onSearch = (event: Event) => {
    this.search = event.target instanceof HTMLInputElement ? event.target.value : ''
  }

  readonly #onFile = (event: Event) => {
    this.file = event.target instanceof HTMLSelectElement ? event.target.value : ''
    this.line = 0
  }

  readonly #onTest = (event: Event) => {
    this.line = event.target instanceof HTMLSelectElement ? Number(event.target.value) : 0
  }
}

customElements.define('tb-test-choice', TestChoice)
