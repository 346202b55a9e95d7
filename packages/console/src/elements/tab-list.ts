/** `<tb-tabs>`: tabs that arrow keys move between, as the ARIA authoring practices describe. */
import { html, type TemplateResult } from 'lit'
import { PageElement } from './page-element.ts'

export interface Tab {
  readonly name: string
  readonly title: string
  readonly content: () => TemplateResult
}

export class TabList extends PageElement {
  static override properties = {
    label: { attribute: false },
    tabs: { attribute: false },
    open: { attribute: false },
  }

  declare label: string
  declare tabs: readonly Tab[]
  /** The name of the open tab; the first one where there is no such tab. */
  declare open: string

  constructor() {
    super()
    this.label = ''
    this.tabs = []
    this.open = ''
  }

  override render() {
    const open = this.tabs.find(({ name }) => name === this.open) ?? this.tabs[0]
    return html`
      <div role="tablist" aria-label=${this.label} @keydown=${this.#move}>
        ${this.tabs.map(
          ({ name, title }) => html`
            <button
              type="button"
              role="tab"
              id="tab-${name}"
              aria-selected=${name === open?.name}
              aria-controls="panel-${name}"
              tabindex=${name === open?.name ? 0 : -1}
              @click=${() => this.#select(name)}
            >
              ${title}
            </button>
          `,
        )}
      </div>
      ${
        open &&
        html`<div
          role="tabpanel"
          id="panel-${open.name}"
          aria-labelledby="tab-${open.name}"
        >
          ${open.content()}
        </div>`
      }
    `
  }

  #select(name: string): void {
    this.open = name
    this.dispatchEvent(new CustomEvent('tab-open', { detail: name, bubbles: true }))
  }

  readonly #move = async (event: KeyboardEvent) => {
    const at = Math.max(
      0,
      this.tabs.findIndex(({ name }) => name === this.open),
    )
    const last = this.tabs.length - 1
    const moves: Record<string, number> = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    }
    const next = this.tabs[moves[event.key] ?? -1]
    if (next === undefined) return
    event.preventDefault()
    this.#select(next.name)
    await this.updateComplete
    this.querySelector<HTMLElement>(`#tab-${CSS.escape(next.name)}`)?.focus()
  }
}

customElements.define('tb-tabs', TabList)
