/** The decision trace: every check the stages made, in order, kept in every run and formatted only when somebody asks. */

export type Stage = 'parse' | 'verify' | 'resolve' | 'match' | 'render' | 'obtain' | 'assume'

interface Check {
  readonly stage: Stage
  readonly check: string
  readonly held: boolean
  readonly expected?: unknown
  /** What was found, or a function that tells it: formatting costs, and most requests are never explained. */
  readonly found?: unknown
}

/** Many checks at once, told when somebody asks. */
type Checks = () => readonly Check[]

export interface Trace {
  readonly checks: (Check | Checks)[]
}

/** A check as it is shown: values cut short, so that no token or whole claim set leaves in a trace. */
export interface ShownCheck {
  readonly stage: Stage
  readonly check: string
  readonly held: boolean
  readonly expected?: string
  readonly found?: string
}

const SHOWN_CHARACTERS = 160

/** Records one check and returns whether it held. */
export function recordCheck(
  trace: Trace,
  stage: Stage,
  check: string,
  held: boolean,
  expected?: unknown,
  found?: unknown,
): boolean {
  trace.checks.push({ stage, check, held, expected, found })
  return held
}

/** The check that was made last, by which a stage that refuses stopped. */
export function lastCheck(trace: Trace): Check | undefined {
  const last = trace.checks.at(-1)
  return typeof last === 'function' ? last().at(-1) : last
}

/** Formats the trace for people: every value at most 160 characters. */
export function showTrace(trace: Trace): ShownCheck[] {
  const checks = trace.checks.flatMap((entry) => (typeof entry === 'function' ? entry() : [entry]))
  return checks.map(({ stage, check, held, expected, found }) => ({
    stage,
    check,
    held,
    ...(expected === undefined ? {} : { expected: showValue(expected) }),
    ...(found === undefined
      ? {}
      : { found: showValue(typeof found === 'function' ? found() : found) }),
  }))
}

function showValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 1)}…`
}
