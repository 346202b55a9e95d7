/** `<tb-tenant-list>`: tenants of a source, with a search, in pages. */
import { html, nothing, type PropertyValues } from 'lit'
import { callServer } from '../../call-server.ts'
import { type Column, dataTable } from '../../elements/data-table.ts'
import { formField } from '../../elements/form-field.ts'
import { Loading } from '../../elements/loading-state.ts'
import { PageElement } from '../../elements/page-element.ts'
import { takeFirstTenants } from '../../first-data.ts'
import { hrefOf, openRoute } from '../../router.ts'
import { visibleText } from '../../visible-text.ts'
import type { StartInfo, TenantPage, TenantRow, TenantSource } from '../../wire/index.ts'

/** While somebody types, the list is read once, after a pause. */
const PAUSE_MS = 200

class TenantList extends PageElement {
  static override properties = {
    source: { attribute: false },
    start: { attribute: false },
    problem: { state: true },
  }

  declare source: TenantSource
  declare start: StartInfo | undefined
  /** Why the name of a new tenant cannot be used. */
  declare private problem: string | undefined
  #search = ''
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #list: Loading<TenantPage>

  constructor() {
    super()
    this.source = 'directory'
    this.start = undefined
    this.problem = undefined
    this.#list = new Loading(this, (signal) => this.#read(0, signal))
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('source')) this.#list.show(takeFirstTenants(this.source))
  }

  #read(after: number, signal: AbortSignal): Promise<TenantPage> {
    const input = { source: this.source, search: this.#search, after }
    return callServer('tenants/list', input, signal)
  }

  override render() {
    const isFile = this.source === 'directory'
    const where = isFile ? `of ${this.start?.tenantsDir}` : `of the table ${this.start?.table}`
    return html`
      <div class="row">
        ${formField({
          id: 'search',
          label: 'Search',
          control: html`<input id="search" type="search" @input=${this.#onSearch} />`,
        })}
        <form @submit=${this.#onNew}>
          ${formField({
            id: 'new-tenant',
            label: isFile ? 'New file' : 'New tenant',
            control: html`<div class="row">
              <input
                id="new-tenant"
                required
                autocomplete="off"
                aria-describedby=${this.problem ? 'new-tenant-hint' : nothing}
                placeholder=${isFile ? 'acme.yaml' : 'acme'}
              />
              <button>Create</button>
            </div>`,
            error: this.problem,
          })}
        </form>
      </div>
      ${this.#list.render('the tenants', ({ rows, total }) =>
        dataTable({
          caption: `Tenants ${visibleText(where)}`,
          columns: isFile ? FILES : STORED,
          ...{ rows, total },
          empty:
            this.#search === ''
              ? 'There are no tenants yet. Create the first one above.'
              : 'No tenant has this in its name.',
          more: rows.length < total ? () => void this.#more(rows) : undefined,
        }),
      )}
    `
  }

  async #more(rows: readonly TenantRow[]): Promise<void> {
    await this.#list.load(async (signal) => {
      const next = await this.#read(rows.length, signal)
      return { ...next, rows: [...rows, ...next.rows] }
    })
  }

  readonly #onSearch = ({ target }: Event) => {
    this.#search = target instanceof HTMLInputElement ? target.value : ''
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => void this.#list.load((signal) => this.#read(0, signal)),
      PAUSE_MS,
    )
  }

  readonly #onNew = (event: Event) => {
    event.preventDefault()
    const name = this.querySelector<HTMLInputElement>('#new-tenant')?.value.trim() ?? ''
    const [form, expected] = NAMES[this.source]
    this.problem = form.test(name) ? undefined : expected
    if (this.problem === undefined) openRoute('tenants', this.source, name)
  }
}

const NAMES: Readonly<Record<TenantSource, readonly [RegExp, string]>> = {
  directory: [
    /^[\w-][\w.-]{0,100}\.(?:yaml|yml|json)$/,
    'Expected the name of a file that ends in .yaml, .yml or .json.',
  ],
  table: [/^[a-z0-9][a-z0-9-]{0,62}$/, 'Expected at most 63 of a-z, 0-9 and -.'],
}

const linkTo = (source: TenantSource): Column<TenantRow> => ({
  title: source === 'directory' ? 'File' : 'Tenant',
  cell: ({ name }) =>
    html`<a href=${hrefOf('tenants', source, name)}><bdi>${visibleText(name)}</bdi></a>`,
})

const FILES: readonly Column<TenantRow>[] = [
  linkTo('directory'),
  { title: 'Tenant', cell: ({ tenant }) => tenant ?? '—' },
  { title: 'Changed', cell: ({ at }) => at },
]

const STORED: readonly Column<TenantRow>[] = [
  linkTo('table'),
  { title: 'Version', cell: ({ version }) => version ?? '—', isNumber: true },
  { title: 'State', cell: ({ state }) => state ?? '—' },
  { title: 'Changed', cell: ({ at }) => at },
  { title: 'By', cell: ({ by }) => by ?? '—' },
]

customElements.define('tb-tenant-list', TenantList)
