/** `<tb-trust>`: the trust policy that each role needs, to copy, and to compare with IAM's. */
import { html, nothing, type TemplateResult } from 'lit'
import { callServer } from '../../call-server.ts'
import '../../elements/code-text.ts'
import '../../elements/compiled-ahead.ts'
import { formField } from '../../elements/form-field.ts'
import { failureNotice, Loading } from '../../elements/loading-state.ts'
import { notice } from '../../elements/notice.ts'
import { PageElement } from '../../elements/page-element.ts'
import { visibleText } from '../../visible-text.ts'
import type { ShownRole, ShownTrustDifference, TrustPage } from '../../wire/trust-wire.ts'

type Compared =
  | { readonly differences: readonly ShownTrustDifference[] }
  | { readonly failure: unknown }

class TrustView extends PageElement {
  static override properties = {
    parts: { attribute: false },
    compared: { state: true },
  }

  /** Of the address, after the name of the view. */
  declare parts: readonly string[]
  /** By role. */
  declare private compared: ReadonlyMap<string, Compared>
  /** What the operator wrote; empty: as the console was started. */
  #issuer = ''
  #search = ''
  readonly #page = new Loading<TrustPage>(this, (signal) => this.#read(0, signal))

  constructor() {
    super()
    this.parts = []
    this.compared = new Map()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#page.load()
  }

  override render() {
    return html`
      <form class="row" @submit=${this.#submit} aria-label="Search">
        ${formField({
          id: 'trust-issuer',
          label: 'URL of the broker',
          hint: 'as BROKER_ISSUER has it',
          control: html`<input
            id="trust-issuer"
            name="issuer"
            type="url"
            size="40"
            .value=${this.#issuer === '' ? (this.#page.value?.issuer ?? '') : this.#issuer}
            aria-describedby="trust-issuer-hint"
          />`,
        })}
        ${formField({
          id: 'trust-search',
          label: 'Role or tenant',
          hint: 'a part of its name',
          control: html`<input
            id="trust-search"
            name="search"
            type="search"
            aria-describedby="trust-search-hint"
          />`,
        })}
        <p class="field"><button type="submit" class="primary">Show</button></p>
      </form>
      <tb-compiled></tb-compiled>
      ${this.#page.render('the trust policies', (page) => this.#roles(page))}
    `
  }

  #roles({ issuer, roles, total, next }: TrustPage): TemplateResult {
    if (issuer === undefined)
      return html`<p class="empty" role="status">
        A trust policy names the broker. Write the URL of the broker above.
      </p>`
    if (roles.length === 0) return html`<p class="empty" role="status">No role is found.</p>`
    return html`
      <p class="count" role="status">${roles.length} of ${total} roles</p>
      ${roles.map((role) => this.#role(role, issuer))}
      ${
        next === undefined
          ? nothing
          : html`<p>
              <button type="button" class="more" @click=${() => this.#more(next)}>Show more</button>
            </p>`
      }
    `
  }

  #role({ role, tenants, policy }: ShownRole, issuer: string): TemplateResult {
    const compare = (event: SubmitEvent) => {
      event.preventDefault()
      if (!(event.target instanceof HTMLFormElement)) return
      const existing = String(new FormData(event.target).get('policy') ?? '')
      void this.#compare(issuer, role, existing)
    }
    const id = `existing-${role}`
    return html`
      <section class="role">
        <h2><bdi>${visibleText(role)}</bdi></h2>
        <p class="quiet">${tenants.length === 1 ? 'tenant' : 'tenants'}
          <bdi>${visibleText(tenants.join(', '))}</bdi></p>
        <tb-code .text=${policy} .label=${`trust policy of ${visibleText(role)}`}></tb-code>
        <details>
          <summary>Compare with the policy that the role has</summary>
          <form @submit=${compare} aria-label="Comparison of ${visibleText(role)}">
            ${formField({
              id,
              label: 'Trust policy in IAM',
              control: html`<textarea
                id=${id}
                name="policy"
                rows="6"
                spellcheck="false"
                required
              ></textarea>`,
            })}
            <button type="submit">Compare</button>
          </form>
          ${comparedShown(this.compared.get(role))}
        </details>
      </section>
    `
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!(event.target instanceof HTMLFormElement)) return
    const data = new FormData(event.target)
    this.#issuer = String(data.get('issuer') ?? '').trim()
    this.#search = String(data.get('search') ?? '').trim()
    this.compared = new Map()
    void this.#page.load((signal) => this.#read(0, signal))
  }

  #more(from: number): void {
    const before = this.#page.value?.roles ?? []
    void this.#page.load(async (signal) => {
      const page = await this.#read(from, signal)
      return { ...page, roles: [...before, ...page.roles] }
    })
  }

  #read(from: number, signal: AbortSignal): Promise<TrustPage> {
    const issuer = this.#issuer === '' ? {} : { issuer: this.#issuer }
    return callServer('trust/list', { ...issuer, search: this.#search, from }, signal)
  }

  async #compare(issuer: string, role: string, policy: string): Promise<void> {
    const result: Compared = await callServer('trust/compare', { issuer, role, policy }).catch(
      (failure: unknown) => ({ failure }),
    )
    this.compared = new Map([...this.compared, [role, result]])
  }
}

const KINDS: Readonly<Record<ShownTrustDifference['kind'], string>> = {
  refuses: 'STS would refuse',
  'too-wide': 'Trusts more than is needed',
  unknown: 'Not known',
}

function comparedShown(compared: Compared | undefined): TemplateResult | typeof nothing {
  if (compared === undefined) return nothing
  if ('failure' in compared) return failureNotice('the comparison', compared.failure)
  const { differences } = compared
  if (differences.length === 0)
    return notice({ kind: 'success', title: 'The role trusts exactly what it needs' })
  return html`${differences.map(({ kind, what, effect }) =>
    notice({
      kind: kind === 'unknown' ? 'warning' : 'error',
      title: `${KINDS[kind]}: ${what}`,
      detail: effect,
    }),
  )}`
}

customElements.define('tb-trust', TrustView)
