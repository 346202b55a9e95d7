/** `<tb-compiled>`: has the documents compiled that a view needs, and shows how many are. */
import { html, nothing } from 'lit'
import { callServer } from '../call-server.ts'
import type { DocumentsProgress } from '../wire/index.ts'
import { PageElement } from './page-element.ts'

class CompiledAhead extends PageElement {
  static override properties = { progress: { state: true } }

  declare private progress: DocumentsProgress | undefined

  constructor() {
    super()
    this.progress = undefined
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#follow()
  }

  /** Each call waits a little. A failure is shown by what needs the documents. */
  async #follow(): Promise<void> {
    do {
      const progress = await callServer('documents/progress', {}).catch(() => undefined)
      this.progress = progress
    } while (this.isConnected && this.progress?.isReady === false)
  }

  override render() {
    if (this.progress === undefined || this.progress.isReady) return nothing
    const { done, total } = this.progress
    return html`<p class="quiet" role="status">
      Compiling the documents: ${done} of ${total}.
      <progress max=${total} value=${done} aria-label="Compiled documents"></progress>
    </p>`
  }
}

customElements.define('tb-compiled', CompiledAhead)
