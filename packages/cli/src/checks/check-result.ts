/** Results of checks, each with what was found and how to fix it, for people and for programs. */
import { oneLine, type Paint, type Terminal } from '../terminal.ts'

type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped'

export interface CheckResult {
  /** What was checked, in a few words. */
  readonly check: string
  readonly status: CheckStatus
  /** What was found, or why the check was skipped. It may contain text of servers. */
  readonly message: string
  /** What to do. Present where the status is `warning` or `failed`. */
  readonly fix?: string
}

export const ok = (check: string, message: string): CheckResult => ({
  ...{ check, status: 'ok', message },
})

export const skipped = (check: string, why: string): CheckResult => ({
  ...{ check, status: 'skipped', message: why },
})

export const warning = (check: string, message: string, fix: string): CheckResult => ({
  ...{ check, status: 'warning', message, fix },
})

export const failed = (check: string, message: string, fix: string): CheckResult => ({
  ...{ check, status: 'failed', message, fix },
})

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const

/** One line per check, and the fix below it. Text of servers is escaped. */
export function printChecks(
  { print }: Pick<Terminal, 'print'>,
  results: readonly CheckResult[],
  paint: Paint,
): void {
  const width = Math.max(...results.map(({ check }) => check.length))
  const lines = results.flatMap(({ check, status, message, fix }) => [
    `${paint(COLOURS[status], status.padEnd(7))}  ${check.padEnd(width)}  ${oneLine(message)}`,
    ...(fix === undefined ? [] : [`${' '.repeat(width + 9)}  fix: ${oneLine(fix)}`]),
  ])
  print(lines.map((line) => `${line}\n`).join(''))
}

export function hasFailed(results: readonly CheckResult[]): boolean {
  return results.some(({ status }) => status === 'failed')
}
