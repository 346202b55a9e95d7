/** `<tb-app>`: the frame of the page, with its navigation, and the view of the address. */
import { html, nothing, type TemplateResult } from 'lit'
import { accessKey, takeKey } from './access-key.ts'
import { startInfo } from './asked-start.ts'
import { failureNotice } from './elements/loading-state.ts'
import { notice } from './elements/notice.ts'
import { PageElement } from './elements/page-element.ts'
import { hrefOf, type Route, readRoute } from './router.ts'
import { applyTheme, readTheme, THEMES, type Theme } from './theme.ts'
import { VIEWS, type View } from './views/all-views.ts'

class ConsoleApp extends PageElement {
  static override properties = {
    route: { state: true },
    loaded: { state: true },
    failure: { state: true },
    theme: { state: true },
  }

  declare private route: Route
  /** The view whose code is loaded, and shown. */
  declare private loaded: View | undefined
  declare private failure: unknown
  declare private theme: Theme

  constructor() {
    super()
    // Before anything else: neither the address nor the history may keep the key.
    takeKey()
    this.route = { view: '', parts: [] }
    this.loaded = undefined
    this.failure = undefined
    this.theme = readTheme()
    applyTheme(this.theme)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.replaceChildren()
    addEventListener('hashchange', this.#onNavigate)
    // The view shows the error.
    if (accessKey() !== '') startInfo().catch(() => undefined)
    queueMicrotask(() => this.#open(false))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('hashchange', this.#onNavigate)
  }

  readonly #onNavigate = () => {
    // The link that skips the navigation is no address.
    if (location.hash !== '#main') void this.#open(true)
  }

  /** @param moves whether the heading gets the focus, so that screen readers read on from there */
  async #open(moves: boolean): Promise<void> {
    const route = readRoute(location.hash)
    const view = VIEWS.find(({ name }) => name === route.view) ?? VIEWS[0]
    if (view === undefined) return
    this.route = { ...route, view: view.name }
    document.title = `${view.title} – Token broker console`
    const isOther = this.loaded !== view
    try {
      await view.load()
      this.failure = undefined
      this.loaded = view
    } catch (error) {
      this.failure = error
    }
    await this.updateComplete
    if (moves && isOther) this.querySelector<HTMLElement>('main h1')?.focus()
  }

  override render() {
    const view = VIEWS.find(({ name }) => name === this.route.view)
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>Skip to the content</a>
      <header>
        <p class="brand">Token broker</p>
        <nav aria-label="Views">
          ${VIEWS.map(
            ({ name, title }) => html`
              <a href=${hrefOf(name)} aria-current=${name === view?.name ? 'page' : nothing}>
                ${title}
              </a>
            `,
          )}
        </nav>
        <label class="theme">
          <span>Colours</span>
          <select @change=${this.#chooseTheme}>
            ${THEMES.map(
              (theme) => html`<option ?selected=${theme === this.theme}>${theme}</option>`,
            )}
          </select>
        </label>
      </header>
      <main id="main" tabindex="-1">
        <h1 tabindex="-1">${view?.title ?? nothing}</h1>
        ${this.#content()}
      </main>
    `
  }

  #content(): TemplateResult | typeof nothing {
    if (accessKey() === '')
      return notice({
        kind: 'error',
        title: 'This tab has no access key',
        detail:
          'Open the whole URL that "token-broker console" printed in the terminal, ' +
          'with everything after #key=.',
      })
    if (this.failure !== undefined)
      return failureNotice('the view', this.failure, () => void this.#open(true))
    return this.loaded?.render(this.route.parts) ?? nothing
  }

  readonly #skip = (event: Event) => {
    event.preventDefault()
    this.querySelector<HTMLElement>('main')?.focus()
  }

  readonly #chooseTheme = (event: Event) => {
    const chosen = event.target instanceof HTMLSelectElement ? event.target.value : ''
    this.theme = THEMES.find((theme) => theme === chosen) ?? 'system'
    applyTheme(this.theme)
  }
}

customElements.define('tb-app', ConsoleApp)
