/** The base of all elements of the page. */
import { LitElement } from 'lit'

/**
 * Renders into the document itself, so that labels, landmarks and the one style sheet apply to
 * everything. lit writes values as text; the page never writes markup from a value.
 */
export abstract class PageElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this
  }
}
