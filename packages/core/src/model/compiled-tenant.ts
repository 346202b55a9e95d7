/** A tenant document after the compile step: plain, immutable JSON in which every default is filled in and every check has passed. */
import type { JWK } from './jwk.ts'

export interface CompiledTenant {
  /** Id of the tenant: `[a-z0-9][a-z0-9-]{0,62}`. */
  readonly tenant: string
  readonly issuers: readonly CompiledIssuer[]
  readonly attributes: Readonly<Record<string, CompiledAttribute>>
  readonly rules: readonly CompiledRule[]
  /** Absent where there are few rules. */
  readonly ruleIndex?: RuleIndex
  readonly grants: Readonly<Record<string, CompiledGrant>>
  /** Exact origins that browsers may call from; empty: none. */
  readonly allowedOrigins: readonly string[]
}

/** How a token of one issuer is verified. Equal profiles of several tenants are verified once. */
export interface VerificationProfile {
  /** Exact `iss`. */
  readonly issuer: string
  readonly keys:
    | { readonly from: 'discovery' }
    | { readonly from: 'jwksUri'; readonly jwksUri: string }
    | { readonly from: 'inline'; readonly jwks: readonly JWK[] }
  readonly algorithms: readonly string[]
  /** Lower-case `typ` values accepted beside an absent one, without `application/`. */
  readonly types: readonly string[]
  readonly maxTokenAgeSeconds: number
  readonly clockToleranceSeconds: number
}

export interface CompiledIssuer {
  readonly profile: VerificationProfile
  readonly audiences: readonly string[]
  /** Empty: any. */
  readonly authorizedParties: readonly string[]
  /** CEL; absent: every subject of the issuer is a member. */
  readonly member?: string
  /** Fetch this issuer's keys at start. */
  readonly prefetch: boolean
}

export interface CompiledAttribute {
  /** CEL. */
  readonly from: string
  /** Source of the regular expression that the whole value must match, without anchors. */
  readonly pattern: string
  /** Longest value, in characters. */
  readonly maxLength: number
  /** Which of `/` and `:` the pattern names itself; the others are refused whatever it matches. */
  readonly separators: string
}

export interface CompiledRule {
  readonly name: string
  /** CEL; absent: always. */
  readonly when?: string
  readonly grant: string
}

/** Which rules can hold at all for the values of a claim, so that a request tries few of many. */
export interface RuleIndex {
  /** Positions of the rules that no claim's value decides, ascending. */
  readonly always: readonly number[]
  readonly byClaim: readonly {
    readonly claim: readonly string[]
    /** Value to the positions of the rules that need it, ascending. */
    readonly rules: Readonly<Record<string, readonly number[]>>
  }[]
}

export interface CompiledGrant {
  readonly roleArn: string
  /** The deployment creates the role, under this boundary; of no meaning to the running broker. */
  readonly permissionsBoundaryArn?: string
  readonly durationSeconds: number
  readonly maxDurationSeconds: number
  readonly webIdentity: 'minted' | 'pass-through'
  /** Callers may have the minted token itself, for this audience. */
  readonly releasedAudience?: string
  readonly sessionName: string
  readonly sessionTags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  /** Strings may hold `{{attribute}}` slots in `Resource`, `NotResource` and condition values only. */
  readonly statements: readonly PolicyStatement[]
  readonly managedPolicyArns: readonly string[]
}

/** An IAM policy statement as people write it. */
export interface PolicyStatement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>
}

export type ConditionValue = string | number | boolean | readonly (string | number | boolean)[]
