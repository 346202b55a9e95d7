/** `<tb-versions>`: the versions of a tenant of the table, and the text of each. */
import { html, nothing, type TemplateResult } from 'lit'
import { callServer } from '../../call-server.ts'
import '../../elements/code-text.ts'
import { dataTable } from '../../elements/data-table.ts'
import { Loading } from '../../elements/loading-state.ts'
import { PageElement } from '../../elements/page-element.ts'
import type { PastTenant, VersionText } from '../../wire/index.ts'

const PAGE = 50

class VersionList extends PageElement {
  static override properties = {
    name: { attribute: false },
    history: { attribute: false },
    shown: { state: true },
    opened: { state: true },
  }

  declare name: string
  declare history: readonly PastTenant[]
  declare private shown: number
  declare private opened: PastTenant | undefined
  readonly #text: Loading<VersionText>

  constructor() {
    super()
    this.name = ''
    this.history = []
    this.shown = PAGE
    this.opened = undefined
    this.#text = new Loading(this, async () => ({ text: '' }))
  }

  override render() {
    return html`
      ${dataTable({
        caption: 'Versions',
        columns: [
          { title: 'Version', cell: ({ version }) => version, isNumber: true },
          {
            title: 'Change',
            cell: ({ action, applied }) => (applied ? action : `${action}, never applied`),
          },
          { title: 'At', cell: ({ at }) => at },
          { title: 'By', cell: ({ by }) => by },
          { title: 'Document', cell: (past) => this.#openButton(past) },
        ],
        rows: this.history.slice(0, this.shown),
        total: this.history.length,
        empty: 'There are no versions.',
        more:
          this.shown < this.history.length
            ? () => {
                this.shown += PAGE
              }
            : undefined,
      })}
      ${this.opened ? this.#openedText(this.opened) : nothing}
    `
  }

  #openButton(past: PastTenant): TemplateResult {
    return html`<button
      type="button"
      aria-label="Show version ${past.version}"
      @click=${() => void this.#open(past)}
    >
      Show
    </button>`
  }

  async #open(past: PastTenant): Promise<void> {
    this.opened = past
    const input = { name: this.name, version: past.version }
    await this.#text.load((signal) => callServer('tenants/version', input, signal))
    await this.updateComplete
    this.querySelector('h3')?.focus()
  }

  #openedText({ version }: PastTenant): TemplateResult {
    return html`
      <h3 tabindex="-1">Version ${version}</h3>
      ${this.#text.render(`version ${version}`, ({ text }) =>
        text === ''
          ? html`<p class="quiet">The tenant was removed in this version.</p>`
          : html`<tb-code .text=${text} .label=${`version ${version}`}></tb-code>
              <p>
                <button type="button" class="primary" @click=${() => this.#use(text)}>
                  Use this text in the editor
                </button>
                A save writes it as a new version.
              </p>`,
      )}
    `
  }

  #use(text: string): void {
    this.dispatchEvent(new CustomEvent('use-version', { detail: text, bubbles: true }))
  }
}

customElements.define('tb-versions', VersionList)
