/** `<tb-editor>`: a text field for a document, with line numbers, findings and completion. */
import { html, nothing } from 'lit'
import { PageElement } from '../../elements/page-element.ts'
import type { DraftFinding } from '../../wire/index.ts'
import { describeAt, type Schema, type Suggestion, suggestAt } from './complete-schema.ts'

/** More lines are scrolled to in the list. */
const MAX_SUGGESTIONS = 50

class DocumentEditor extends PageElement {
  static override properties = {
    text: { attribute: false },
    findings: { attribute: false },
    schema: { attribute: false },
    label: { attribute: false },
    items: { state: true },
    active: { state: true },
    about: { state: true },
  }

  declare text: string
  declare findings: readonly DraftFinding[]
  declare schema: Schema | undefined
  declare label: string
  declare private items: readonly Suggestion[]
  /** The position of the suggestion that Enter accepts; -1 for none. */
  declare private active: number
  declare private about: string
  #from = 0

  constructor() {
    super()
    this.text = ''
    this.findings = []
    this.schema = undefined
    this.label = 'Document'
    this.items = []
    this.active = -1
    this.about = ''
  }

  /** Puts the cursor at the place of a finding. Lines and columns count from 1. */
  goTo(line: number, column: number): void {
    const before = this.text.split('\n').slice(0, line - 1)
    const at = before.reduce((sum, { length }) => sum + length + 1, 0) + column - 1
    this.#field?.focus()
    this.#field?.setSelectionRange(at, at)
    const height = (this.#field?.scrollHeight ?? 0) / Math.max(1, this.#lineCount)
    if (this.#field) this.#field.scrollTop = Math.max(0, (line - 5) * height)
  }

  get #field(): HTMLTextAreaElement | null {
    return this.querySelector('textarea')
  }

  get #lineCount(): number {
    return this.text.split('\n').length
  }

  override render() {
    const isOpen = this.items.length > 0
    return html`
      <div class="editor">
        <label for="document-text" class="visually-hidden">${this.label}</label>
        <div class="editor-body">
          <div class="gutter" aria-hidden="true">${this.#gutter()}</div>
          <textarea
            id="document-text"
            spellcheck="false"
            autocomplete="off"
            autocapitalize="off"
            wrap="off"
            rows="24"
            aria-describedby="editor-help editor-about"
            aria-autocomplete="list"
            aria-controls=${isOpen ? 'suggestions' : nothing}
            aria-activedescendant=${this.active >= 0 ? `suggestion-${this.active}` : nothing}
            .value=${this.text}
            @input=${this.#onInput}
            @keydown=${this.#onKey}
            @keyup=${this.#describe}
            @click=${this.#onClick}
            @scroll=${this.#onScroll}
            @blur=${this.#onBlur}
          ></textarea>
        </div>
        ${isOpen ? this.#suggestions() : nothing}
        <p id="editor-about" class="hint about" role="status">${this.about}</p>
        <p id="editor-help" class="hint">
          Ctrl+Space suggests keys and values. The arrow keys choose one, Enter takes it, and Escape
          closes the list. Tab leaves the text.
        </p>
      </div>
    `
  }

  #gutter() {
    const levels = new Map(
      this.findings.toReversed().map(({ line, level }) => [line, level] as const),
    )
    return Array.from({ length: this.#lineCount }, (_, at) => {
      const level = levels.get(at + 1)
      return html`<span class=${level ?? nothing}>${level ? '● ' : ''}${at + 1}</span>`
    })
  }

  #suggestions() {
    const active = this.items[this.active]
    return html`
      <div class="suggestions">
        <ul id="suggestions" role="listbox" aria-label="Suggestions">
          ${this.items.map(
            ({ label }, at) => html`
              <li
                role="option"
                id="suggestion-${at}"
                aria-selected=${at === this.active}
                @mousedown=${(event: Event) => event.preventDefault()}
                @click=${() => this.#accept(at)}
              >
                ${label}
              </li>
            `,
          )}
        </ul>
        ${active?.description ? html`<p class="hint">${active.description}</p>` : nothing}
      </div>
    `
  }

  readonly #onInput = () => {
    const field = this.#field
    if (!field) return
    this.text = field.value
    this.dispatchEvent(new CustomEvent('document-edit', { detail: this.text, bubbles: true }))
    const typed = field.value[field.selectionStart - 1] ?? ''
    this.#suggest(/[\w$]/.test(typed), -1)
    this.#describe()
  }

  /** @param active the suggestion that is chosen at first */
  #suggest(isWanted: boolean, active: number): void {
    const field = this.#field
    const found =
      isWanted && field && this.schema && field.selectionStart === field.selectionEnd
        ? suggestAt(field.value, field.selectionStart, this.schema)
        : { from: 0, items: [] }
    this.#from = found.from
    this.items = found.items.slice(0, MAX_SUGGESTIONS)
    this.active = this.items.length === 0 ? -1 : active
  }

  readonly #onKey = (event: KeyboardEvent) => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault()
      this.#suggest(true, 0)
    } else if (this.items.length > 0) this.#onListKey(event)
    else if (event.key === 'Enter' && !event.isComposing) this.#indent(event)
  }

  #onListKey(event: KeyboardEvent): void {
    const count = this.items.length
    if (event.key === 'ArrowDown') this.active = (this.active + 1) % count
    else if (event.key === 'ArrowUp') this.active = (Math.max(this.active, 0) + count - 1) % count
    else if (event.key === 'Enter' && this.active >= 0) this.#accept(this.active)
    else if (event.key === 'Escape') this.#suggest(false, -1)
    else {
      if (event.key === 'Enter') this.#indent(event)
      return
    }
    event.preventDefault()
    void this.updateComplete.then(() =>
      this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
    )
  }

  /** The next line begins where this one does. */
  #indent(event: KeyboardEvent): void {
    const field = this.#field
    if (!field || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const line = field.value.slice(0, field.selectionStart).split('\n').at(-1) ?? ''
    const spaces = /^ */.exec(line)?.[0] ?? ''
    if (spaces === '') return
    event.preventDefault()
    this.#insert(`\n${spaces}`)
    this.#suggest(false, -1)
  }

  #accept(at: number): void {
    const [field, item] = [this.#field, this.items[at]]
    if (!field || !item) return
    field.focus()
    field.setSelectionRange(this.#from, field.selectionStart)
    this.#insert(item.insert)
    this.#suggest(false, -1)
  }

  /** As if it was typed, so that the browser can undo it. */
  #insert(text: string): void {
    const field = this.#field
    if (!field || document.execCommand('insertText', false, text)) return
    field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end')
    this.#onInput()
  }

  readonly #describe = () => {
    const field = this.#field
    if (field && this.schema)
      this.about = describeAt(field.value, field.selectionStart, this.schema)
  }

  readonly #onClick = () => {
    this.#suggest(false, -1)
    this.#describe()
  }

  readonly #onScroll = () => {
    const gutter = this.querySelector('.gutter')
    if (gutter && this.#field) gutter.scrollTop = this.#field.scrollTop
  }

  readonly #onBlur = () => this.#suggest(false, -1)
}

customElements.define('tb-editor', DocumentEditor)

export type { DocumentEditor }
