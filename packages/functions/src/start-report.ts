/**
 * What a broker logs first where something is wrong with its settings. A bundle of its own, which a
 * broker without mistakes does not load.
 */
import { printableJson } from './adapters/audit/printable-json.ts'
import { explainUnused } from './configuration/unused-settings.ts'

export interface StartReport {
  /** Why the broker cannot start; undefined: it has started. */
  readonly failure: { readonly code: string; readonly message: string } | undefined
  /** Variables that no reader has read. */
  readonly unread: readonly string[]
}

/**
 * @param time milliseconds since the epoch
 * @returns one line of JSON without a value of a setting; undefined where nothing is wrong
 */
export function startLine({ failure, unread }: StartReport, time: number): string | undefined {
  const settings = explainUnused(unread, { started: failure === undefined })
  if (failure === undefined && settings.length === 0) return undefined
  const line = {
    time: new Date(time).toISOString(),
    event: 'start',
    outcome: failure === undefined ? 'warning' : 'error',
    ...(failure === undefined ? {} : { code: failure.code, reason: failure.message }),
    ...(settings.length === 0 ? {} : { settings }),
  }
  return `${printableJson(line)}\n`
}
