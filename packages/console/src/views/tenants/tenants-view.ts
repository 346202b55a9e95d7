/** `<tb-tenants>`: the list of tenants, or one of them, as the address says. */
import { html, type TemplateResult } from 'lit'
import { Loading } from '../../elements/loading-state.ts'
import { notice } from '../../elements/notice.ts'
import { PageElement } from '../../elements/page-element.ts'
import { knownStart, startInfo } from '../../first-data.ts'
import { openRoute } from '../../router.ts'
import type { StartInfo, TenantSource } from '../../wire/index.ts'
import './tenant-list.ts'
import './tenant-page.ts'

class TenantsView extends PageElement {
  static override properties = { parts: { attribute: false } }

  /** None for the list; or the source, for the list of one; or the source and a name. */
  declare parts: readonly string[]
  readonly #start: Loading<StartInfo>

  constructor() {
    super()
    this.parts = []
    this.#start = new Loading(this, startInfo)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#start.show(knownStart())
  }

  override render() {
    return this.#start.render('the sources of the console', (start) => this.#content(start))
  }

  #content(start: StartInfo): TemplateResult {
    const sources = sourcesOf(start)
    const [wanted, name] = this.parts
    const source = sources.find((one) => one === wanted) ?? sources[0]
    if (source === undefined)
      return notice({
        kind: 'info',
        title: 'The console was started without tenants',
        detail: 'Start it with --tenants DIR or --table NAME to see and edit documents.',
      })
    if (name !== undefined) return html`<tb-tenant .source=${source} .name=${name}></tb-tenant>`
    return html`
      ${sources.length > 1 ? this.#chooseSource(start, source) : ''}
      <tb-tenant-list .source=${source} .start=${start}></tb-tenant-list>
    `
  }

  #chooseSource(start: StartInfo, source: TenantSource): TemplateResult {
    const options: readonly (readonly [TenantSource, string])[] = [
      ['directory', `directory ${start.tenantsDir}`],
      ['table', `table ${start.table}`],
    ]
    return html`
      <div class="field">
        <label for="source">Source</label>
        <select
          id="source"
          @change=${({ target }: Event) =>
            openRoute('tenants', target instanceof HTMLSelectElement ? target.value : source)}
        >
          ${options.map(
            ([value, title]) =>
              html`<option value=${value} ?selected=${value === source}>${title}</option>`,
          )}
        </select>
      </div>
    `
  }
}

function sourcesOf({ tenantsDir, table }: StartInfo): readonly TenantSource[] {
  return [
    ...(tenantsDir === undefined ? [] : (['directory'] as const)),
    ...(table === undefined ? [] : (['table'] as const)),
  ]
}

customElements.define('tb-tenants', TenantsView)
