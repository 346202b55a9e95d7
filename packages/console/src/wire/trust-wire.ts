/** What the view of trust policies asks: what each role needs, and what an existing one lacks. */

export interface TrustCalls {
  readonly 'trust/list': { readonly input: TrustInput; readonly result: TrustPage }
  readonly 'trust/compare': {
    readonly input: { readonly issuer: string; readonly role: string; readonly policy: string }
    readonly result: { readonly differences: readonly ShownTrustDifference[] }
  }
}

interface TrustInput {
  /** The URL of the broker; absent: as the console was started. */
  readonly issuer?: string
  /** A part of the ARN of a role, or of the name of a tenant. */
  readonly search: string
  readonly from: number
}

export interface TrustPage {
  /** Absent: it is not known, and there are no policies without it. */
  readonly issuer?: string | undefined
  readonly roles: readonly ShownRole[]
  /** How many roles match the search. */
  readonly total: number
  /** Where the next page begins; absent: these are the last. */
  readonly next?: number | undefined
}

export interface ShownRole {
  readonly role: string
  /** The tenants whose documents name it. */
  readonly tenants: readonly string[]
  /** In JSON, as IAM has it. */
  readonly policy: string
}

export interface ShownTrustDifference {
  /** `refuses`: a needed session is refused; `too-wide`: others get sessions; `unknown`. */
  readonly kind: 'refuses' | 'too-wide' | 'unknown'
  readonly what: string
  readonly effect: string
}
