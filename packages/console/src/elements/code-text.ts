/** `<tb-code>`: a document, a policy or JSON as text, with a button that copies it. */
import { html, nothing } from 'lit'
import { visibleText } from '../visible-text.ts'
import { PageElement } from './page-element.ts'

export class CodeText extends PageElement {
  static override properties = {
    text: { attribute: false },
    label: { attribute: false },
    copies: { attribute: false },
    copied: { state: true },
  }

  /** As it is copied. Hidden characters are shown escaped. */
  declare text: string
  /** Names the text for screen readers, such as "session policy". */
  declare label: string
  declare copies: boolean
  declare copied: '' | 'yes' | 'failed'

  constructor() {
    super()
    this.text = ''
    this.label = 'text'
    this.copies = true
    this.copied = ''
  }

  override render() {
    const said = { '': '', yes: 'Copied', failed: 'Not copied: select the text instead' }
    return html`
      <div class="code">
        ${
          this.copies
            ? html`<div class="code-bar">
                <span role="status">${said[this.copied]}</span>
                <button type="button" @click=${this.#copy} aria-label="Copy ${this.label}">
                  Copy
                </button>
              </div>`
            : nothing
        }
        <pre tabindex="0" role="region" aria-label=${this.label}>${visibleText(this.text)}</pre>
      </div>
    `
  }

  readonly #copy = async () => {
    try {
      await navigator.clipboard.writeText(this.text)
      this.copied = 'yes'
    } catch {
      this.copied = 'failed'
    }
  }
}

customElements.define('tb-code', CodeText)
