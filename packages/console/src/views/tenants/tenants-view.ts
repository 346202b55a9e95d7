/** `<tb-tenants>`: this view is not built yet. */
import { html } from 'lit'
import { PageElement } from '../../elements/page-element.ts'

class TenantsView extends PageElement {
  static override properties = { parts: { attribute: false } }

  /** Of the address, after the name of the view. */
  declare parts: readonly string[]

  constructor() {
    super()
    this.parts = []
  }

  override render() {
    return html`<p class="empty">There is nothing here yet.</p>`
  }
}

customElements.define('tb-tenants', TenantsView)
