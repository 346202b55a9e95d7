/** A tenant document after the compile step: immutable, checked, with every default filled in. */
import type { CompiledPool } from './identity-pool.ts'
import type { IssuerTls } from './issuer-tls.ts'
import type { JWK } from './jwk.ts'
import type { CompiledOpaqueIssuer } from './opaque-issuer.ts'
import type { TenantLimits } from './request-rate.ts'

export interface CompiledTenant {
  /** Matches `TENANT_ID_PATTERN`. */
  readonly tenant: string
  /** Those whose tokens are JWTs. */
  readonly issuers: readonly CompiledIssuer[]
  /** Absent where there are none. Requests find them by the tenant's name, never by a token. */
  readonly opaqueIssuers?: readonly CompiledOpaqueIssuer[]
  readonly attributes: Readonly<Record<string, CompiledAttribute>>
  /** Those that are not deny rules. */
  readonly rules: readonly CompiledRule[]
  /** Absent where there are none. */
  readonly denyRules?: readonly CompiledDenyRule[]
  /** Absent where there are few rules. */
  readonly ruleIndex?: ConditionIndex
  readonly grants: Readonly<Record<string, CompiledGrant>>
  /** Absent where there are none. */
  readonly identityPools?: readonly CompiledPool[]
  /** Exact origins from which browsers may call; empty: none. */
  readonly allowedOrigins: readonly string[]
  /** Absent: records have no inputs, and requests cannot be decided again. */
  readonly recordInputs?: RecordedPaths
  /** Absent: the tenant has none of its own. They decide nothing about what is issued. */
  readonly limits?: TenantLimits
  /** Absent in tenants that an earlier version of the compile step wrote to a table. */
  readonly certificate?: IsolationCertificate
  /** Absent where there is none. It decides the same requests, without effect. */
  readonly candidate?: CandidateDocument
}

/** A changed document of the tenant, which is not in force. */
export interface CandidateDocument {
  /** SHA-256 of the document's text, in lower-case hex. */
  readonly documentSha256: string
  /** The compiled document as JSON, which is parsed when it first decides. */
  readonly compiledJson: string
}

/** The claims that decisions of a tenant read: names that lead to each, outermost first. */
export interface RecordedPaths {
  /** Of the subject. */
  readonly claims: readonly (readonly string[])[]
  /** Of parties that act for it. */
  readonly actorClaims: readonly (readonly string[])[]
}

/** What the compile step proved: for all claim values, which callers can reach the same. */
export interface IsolationCertificate {
  /** SHA-256 of the tenant document's text, in lower-case hex. */
  readonly documentSha256: string
  /** Version of the proof; a higher one proves more, or differently. */
  readonly proofVersion: number
  /** Statements and session tags by what was proved of them. */
  readonly proved: {
    /** No two callers with different values reach one text. */
    readonly separate: number
    /** Without slots: the same for all callers of the grant. */
    readonly sameForAll: number
    /** With `shared: true`: nothing is proved. */
    readonly shared: number
    /** Managed policies: nothing is proved. */
    readonly outside: number
  }
}

/** How a token of one issuer is verified. Tenants with equal profiles share the result. */
export interface VerificationProfile {
  /** Exact `iss`. */
  readonly issuer: string
  readonly keys:
    | { readonly from: 'discovery' }
    | { readonly from: 'jwksUri'; readonly jwksUri: string }
    | {
        readonly from: 'inline'
        readonly jwks: readonly JWK[]
        /** Milliseconds since the epoch; absent: as long as the document says so. */
        readonly validUntilMs?: number
      }
    | {
        readonly from: 'metadata'
        readonly metadataUrl: string
        /** One of these signs the metadata; absent: https alone says whose it is. */
        readonly signers?: readonly JWK[]
      }
  /** Absent: the public roots, and no client certificate. */
  readonly tls?: IssuerTls
  readonly algorithms: readonly string[]
  /** Accepted `typ` values, in lower case without `application/`. An absent `typ` is accepted. */
  readonly types: readonly string[]
  /** Absent: a token with `act` is refused (RFC 8693 §4.1). */
  readonly delegatedTokens?: 'accept'
  /** Absent: a token without `cnf` is accepted as a bearer token. */
  readonly proofOfPossession?: 'required'
  /** Names that lead to the claim that identifies the caller, outermost first; absent: `sub`. */
  readonly subject?: readonly string[]
  /** The claim that takes the place of `aud` in tokens without it; absent: none does. */
  readonly audienceFallback?: 'client_id'
  /** The only claim that names the authorized party; absent: `azp`, else `client_id`. */
  readonly authorizedPartyClaim?: string
  readonly maxTokenAgeSeconds: number
  readonly clockToleranceSeconds: number
  /** Present: the tokens are SAML 2.0 assertions, and no JWT is accepted. */
  readonly saml?: AssertionRule
}

/** What an assertion must say besides what every token says. */
export interface AssertionRule {
  /** URLs to which assertions may be addressed: `Recipient` and `Destination`. */
  readonly recipients: readonly string[]
  /** Attributes that are lists, also where they have one value. */
  readonly multiValued: readonly string[]
}

/** The profile of an issuer of SAML assertions. */
export type SamlProfile = VerificationProfile & { readonly saml: AssertionRule }

export interface CompiledIssuer {
  readonly profile: VerificationProfile
  readonly audiences: readonly string[]
  /** Empty: any. */
  readonly authorizedParties: readonly string[]
  /** Whether a token for several audiences needs no authorized party; absent: it needs one. */
  readonly anyParty?: true
  /** CEL; absent: every subject of the issuer is a member. */
  readonly member?: string
  /** Absent where `member` requires no single claim value, or requires one of several. */
  readonly memberRequires?: RequiredClaim
  /** By which callers of `AssumeRoleWithSAML` name this issuer; absent where it issues JWTs. */
  readonly principalArn?: string
  /** Whether this issuer's keys are fetched at start. */
  readonly prefetch: boolean
}

/** A claim, and the text that it must equal or contain for a condition to pass. */
export interface RequiredClaim {
  /** Names that lead to the claim, outermost first. */
  readonly claim: readonly string[]
  readonly value: string
}

export interface CompiledAttribute {
  /** CEL. */
  readonly from: string
  /** Source of the regular expression that the whole value must match, without anchors. */
  readonly pattern: string
  /** Longest value, in characters. */
  readonly maxLength: number
  /** Those of `/` and `:` that the pattern names. Values that contain the others are refused. */
  readonly separators: string
  /** The only issuer whose tokens have this attribute; absent: those of every issuer. */
  readonly issuer?: string
}

export interface CompiledRule {
  readonly name: string
  /** CEL; absent: the rule always passes. */
  readonly when?: string
  readonly grant: string
  /** Whether `when` mentions `actor`; absent: the rule never passes for a delegated request. */
  readonly mentionsActor?: true
}

/** A rule that applies to every request, before all other rules. */
export interface CompiledDenyRule {
  readonly name: string
  /** CEL; absent: the rule always applies. */
  readonly when?: string
  /** The only grant that callers get to whom the rule applies; absent: they get none. */
  readonly grant?: string
  /** Whether `when` mentions `actor`; absent: the rule gives its grant to no actor. */
  readonly mentionsActor?: true
}

/** Which of many conditions can pass at all for the values of a claim, by their positions. */
export interface ConditionIndex {
  /** Positions of the conditions that are tried for every request, ascending. */
  readonly always: readonly number[]
  readonly byClaim: readonly {
    readonly claim: readonly string[]
    /** Positions of the conditions that require a value, by that value, ascending. */
    readonly positions: Readonly<Record<string, readonly number[]>>
  }[]
}

export interface CompiledGrant {
  readonly roleArn: string
  /** The deployment creates the role with this boundary. The running broker does not use it. */
  readonly permissionsBoundaryArn?: string
  readonly durationSeconds: number
  readonly maxDurationSeconds: number
  /** How long a session is returned again for the same decision; absent: it never is. */
  readonly reuseSeconds?: number
  readonly webIdentity: 'minted' | 'pass-through'
  /** Callers may obtain the minted token itself, with this audience. */
  readonly releasedAudience?: string
  readonly sessionName: string
  readonly sessionTags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  /** `{{attribute}}` slots appear only in `Resource`, `NotResource` and condition values. */
  readonly statements: readonly PolicyStatement[]
  readonly managedPolicyArns: readonly string[]
  /** The two grants of which this one is what both allow. The running broker does not use it. */
  readonly intersectionOf?: readonly [string, string]
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
