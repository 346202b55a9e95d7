/** What a part of a page shows while its data is read, and after that failed. */
import { html, type ReactiveControllerHost, type TemplateResult } from 'lit'
import { CallError } from '../call-server.ts'
import { notice } from './notice.ts'

type State<Value> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: Value; readonly isRefreshing: boolean }
  | { readonly kind: 'failed'; readonly error: unknown }

/**
 * Reads data for one element: `load` replaces an earlier read that has not finished. While it is
 * read again, the earlier value is shown.
 */
export class Loading<Value> {
  #state: State<Value> = { kind: 'loading' }
  #read: (signal: AbortSignal) => Promise<Value>
  #running: AbortController | undefined
  readonly #host: ReactiveControllerHost

  constructor(host: ReactiveControllerHost, read: (signal: AbortSignal) => Promise<Value>) {
    this.#host = host
    this.#read = read
  }

  get value(): Value | undefined {
    return this.#state.kind === 'ready' ? this.#state.value : undefined
  }

  /** @param value what is known already, or undefined, which reads it */
  show(value: Value | undefined): void {
    if (value === undefined) void this.load()
    else this.#set({ kind: 'ready', value, isRefreshing: false })
  }

  /** @param read in place of the earlier way to read, also where it is tried again */
  async load(read: (signal: AbortSignal) => Promise<Value> = this.#read): Promise<void> {
    this.#read = read
    this.#running?.abort()
    const running = new AbortController()
    this.#running = running
    this.#set(
      this.#state.kind === 'ready' ? { ...this.#state, isRefreshing: true } : { kind: 'loading' },
    )
    try {
      const value = await read(running.signal)
      if (!running.signal.aborted) this.#set({ kind: 'ready', value, isRefreshing: false })
    } catch (error) {
      if (!running.signal.aborted) this.#set({ kind: 'failed', error })
    }
  }

  #set(state: State<Value>): void {
    this.#state = state
    this.#host.requestUpdate()
  }

  /** @param what is read, for the texts, such as "the tenants" */
  render(what: string, ready: (value: Value, isRefreshing: boolean) => TemplateResult) {
    const state = this.#state
    if (state.kind === 'ready') return ready(state.value, state.isRefreshing)
    if (state.kind === 'loading')
      return html`<p class="loading" role="status">Reading ${what} …</p>`
    return failureNotice(what, state.error, () => void this.load())
  }
}

/** @param retry what the button "Try again" does; without it, there is no button */
export function failureNotice(what: string, error: unknown, retry?: () => void): TemplateResult {
  const isExpected = error instanceof CallError
  return notice({
    kind: 'error',
    title: `Reading ${what} failed`,
    detail: isExpected ? error.message : 'A fault of the page. Please report it.',
    ...(retry === undefined ? {} : { action: { label: 'Try again', run: retry } }),
  })
}
