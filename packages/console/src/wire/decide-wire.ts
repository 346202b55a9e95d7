/** What the decision view asks: what the broker would decide, and what a session may do. */

export interface DecideCalls {
  readonly 'decide/run': { readonly input: DecideInput; readonly result: DecideResult }
}

export interface DecideInput {
  /** Members with the names of the options of `token-broker explain`. */
  readonly request?: Readonly<Record<string, string>>
  /** In place of a request: a rule test. */
  readonly test?: { readonly file: string; readonly line: number }
  readonly question?: DecideQuestion
}

/** Whether the session may do something, as `token-broker can` asks. */
export interface DecideQuestion {
  readonly action: string
  readonly resource: string
  /** `KEY=VALUE` for each value of a condition key. */
  readonly context: readonly string[]
  /** Condition keys that the request does not have. */
  readonly absent: readonly string[]
}

export interface DecideResult {
  readonly outcome: 'would-issue' | 'would-refuse'
  readonly code?: string | undefined
  readonly reason?: string | undefined
  readonly tenant?: string | undefined
  readonly rule?: string | undefined
  readonly grant?: string | undefined
  /** What STS would get. */
  readonly plan?: Readonly<Record<string, unknown>> | undefined
  readonly stages: readonly DecidedStage[]
  readonly permission?: ShownPermission | undefined
  /** Of a rule test: its name, and the expectations that are not met. */
  readonly test?: { readonly name: string; readonly mismatches: readonly ShownMismatch[] }
  /** Of the tenant's candidate document, where it has one. */
  readonly candidate?: DecidedByCandidate | undefined
}

export interface DecidedStage {
  readonly stage: string
  /** `ahead`: a request would come to it, and nothing of it is done here. */
  readonly state: 'passed' | 'refused' | 'not reached' | 'ahead'
  readonly summary: string
  readonly checks: readonly StageCheck[]
}

export interface StageCheck {
  readonly check: string
  readonly passed: boolean
  readonly expected?: string
  readonly found?: string
}

export interface ShownPermission {
  readonly verdict: 'allowed' | 'denied' | 'unknown' | 'refused'
  readonly words: string
  /** Of the statement that decides, or comes closest. */
  readonly statement?: ShownStatement | undefined
  /** Condition keys and policies on which it depends. */
  readonly missing: readonly string[]
  /** With what the session could do it, each in options of `token-broker can`. */
  readonly changes: readonly string[]
}

interface ShownStatement {
  readonly name: string
  readonly decides: boolean
  readonly parts: readonly {
    readonly name: string
    readonly expected: string
    /** `null`: it is not known. */
    readonly matches: boolean | null
  }[]
}

export interface ShownMismatch {
  readonly what: string
  readonly expected: string
  readonly found: string
  readonly hint?: string | undefined
}

export interface DecidedByCandidate {
  /** `same`, `gains`, `loses`, `differs` or `undecided`. */
  readonly result: string
  readonly documentSha256: string
  readonly code?: string | undefined
  readonly reason?: string | undefined
  readonly rule?: string | undefined
  readonly grant?: string | undefined
  /** What differs, such as `policy`. */
  readonly differences?: readonly string[] | undefined
  readonly plan?: Readonly<Record<string, unknown>> | undefined
}
