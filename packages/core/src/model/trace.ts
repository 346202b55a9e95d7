/**
 * The decision trace: every check that the stages made, in order, and how long each stage took. It
 * is recorded for every request, and formatted only for those that are explained.
 */
import { writeExactJson } from './strict-json.ts'

export type Stage = 'parse' | 'verify' | 'resolve' | 'match' | 'render' | 'obtain' | 'assume'

export interface Check {
  readonly stage: Stage
  readonly check: string
  readonly passed: boolean
  readonly expected?: unknown
  /** What was found, or a function that returns it: most requests are never explained. */
  readonly found?: unknown
}

/** Several checks, computed only when they are read. */
export type DeferredChecks = () => readonly Check[]

export interface Trace {
  readonly checks: (Check | DeferredChecks)[]
  /** Milliseconds spent in each stage. */
  readonly durationsMs: Partial<Record<Stage, number>>
}

/** A check as it is shown: values are truncated, so that no whole token or claim set is shown. */
export interface ShownCheck {
  readonly stage: Stage
  readonly check: string
  readonly passed: boolean
  readonly expected?: string
  readonly found?: string
}

const SHOWN_CHARACTERS = 160

export function createTrace(): Trace {
  return { checks: [], durationsMs: {} }
}

/** Records one check and returns whether it passed. */
export function recordCheck(
  trace: Trace,
  stage: Stage,
  check: string,
  passed: boolean,
  expected?: unknown,
  found?: unknown,
): boolean {
  trace.checks.push({ stage, check, passed, expected, found })
  return passed
}

/** The check that was made last, at which a stage that refuses stopped. */
export function lastCheck(trace: Trace): Check | undefined {
  const last = trace.checks.at(-1)
  return typeof last === 'function' ? last().at(-1) : last
}

/** Formats the trace for people: every value has at most 160 characters. */
export function showTrace(trace: Trace): ShownCheck[] {
  const checks = trace.checks.flatMap((entry) => (typeof entry === 'function' ? entry() : [entry]))
  return checks.map(({ stage, check, passed, expected, found }) => ({
    stage,
    check,
    passed,
    ...(expected === undefined ? {} : { expected: showValue(expected) }),
    ...(found === undefined
      ? {}
      : { found: showValue(typeof found === 'function' ? found() : found) }),
  }))
}

function showValue(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? writeExactJson(value) : String(value)
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 1)}…`
}
