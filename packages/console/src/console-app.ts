/** `<tb-app>`: the frame of the page, with its navigation, and the view of the address. */
import { html, nothing, type TemplateResult } from 'lit'
import { accessKey } from './access-key.ts'
import { notice } from './elements/notice.ts'
import { PageElement } from './elements/page-element.ts'
import { firstAnswer } from './first-data.ts'
import { hrefOf, type Route, readRoute } from './router.ts'
import { applyTheme, readTheme, storeTheme, THEMES, type Theme } from './theme.ts'
import { findView, VIEWS } from './views/all-views.ts'

/** How long the page waits for its data before it says that it reads them. */
const PAUSE_MS = 150

class ConsoleApp extends PageElement {
  static override properties = {
    route: { state: true },
    theme: { state: true },
  }

  declare private route: Route
  declare private theme: Theme

  constructor() {
    super()
    this.route = readRoute(location.hash)
    this.theme = readTheme()
    applyTheme(this.theme)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.replaceChildren()
    addEventListener('hashchange', this.#onNavigate)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('hashchange', this.#onNavigate)
  }

  /** The first time with what the view shows, because each frame before it would take time. */
  protected override async scheduleUpdate(): Promise<void> {
    if (!this.hasUpdated) {
      const pause = new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      await Promise.race([firstAnswer, pause])
    }
    super.scheduleUpdate()
  }

  override willUpdate(): void {
    document.title = `${this.#view.title} – Token broker console`
  }

  readonly #onNavigate = async () => {
    // The link that skips the navigation is no address.
    if (location.hash === '#main') return
    const before = this.#view
    this.route = readRoute(location.hash)
    await this.updateComplete
    // The heading gets the focus, so that screen readers read on from there.
    if (this.#view !== before) this.querySelector<HTMLElement>('main h1')?.focus()
  }

  get #view() {
    return findView(this.route.view)
  }

  override render() {
    const view = this.#view
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>Skip to the content</a>
      <header>
        <p class="brand">Token broker</p>
        <nav aria-label="Views">
          ${VIEWS.map(
            ({ name, title }) => html`
              <a href=${hrefOf(name)} aria-current=${name === view.name ? 'page' : nothing}>
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
        <h1 tabindex="-1">${view.title}</h1>
        ${this.#content()}
      </main>
    `
  }

  #content(): TemplateResult {
    if (accessKey() === '')
      return notice({
        kind: 'error',
        title: 'This tab has no access key',
        detail:
          'Open the whole URL that "token-broker console" printed in the terminal, ' +
          'with everything after #key=.',
      })
    return this.#view.render(this.route.parts)
  }

  readonly #skip = (event: Event) => {
    event.preventDefault()
    this.querySelector<HTMLElement>('main')?.focus()
  }

  readonly #chooseTheme = (event: Event) => {
    const chosen = event.target instanceof HTMLSelectElement ? event.target.value : ''
    this.theme = THEMES.find((theme) => theme === chosen) ?? 'system'
    storeTheme(this.theme)
    applyTheme(this.theme)
  }
}

customElements.define('tb-app', ConsoleApp)
