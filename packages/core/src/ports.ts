/** What the pipeline needs from outside, and nothing more. Adapters implement these; roots put them together. */
import type { AuditRecord } from './audit-record.ts'
import type { CompiledTenant, VerificationProfile } from './compiled-tenant.ts'
import type { SubjectToken } from './subject-token.ts'

export interface Dependencies {
  readonly tenants: TenantStore
  readonly verifier: SignatureVerifier
  readonly signer: Signer | undefined
  readonly sts: Sts
  readonly audit: AuditLog
  /** The broker's own issuer URL, without a trailing slash. */
  readonly brokerIssuer: string
  /** Milliseconds since the epoch, by the clock that others go by: tokens expire by it. */
  readonly now: () => number
  /** Milliseconds since some moment, by a clock that nobody sets: durations are told by it. */
  readonly elapsedMs: () => number
  /** An unguessable unique id (UUID v4). */
  readonly newId: () => string
}

/** Tenants that trust an issuer under the same verification profile. */
export interface IssuerTrust {
  readonly profile: VerificationProfile
  /** Tenant id to the audiences it accepts from this issuer. */
  readonly tenants: Readonly<Record<string, readonly string[]>>
}

export interface TenantStore {
  /**
   * Only selects: the documents that {@link load} returns decide, and their profiles are what a token is held to.
   * @returns an entry for each distinct profile under which the exact `iss` is trusted; none: the issuer is untrusted.
   */
  findTrusts(issuer: string): Promise<readonly IssuerTrust[]>
  /** @throws {BrokerError} `config_invalid` for a tenant that is stored but unreadable. */
  load(tenant: string): Promise<CompiledTenant | undefined>
}

export interface SignatureVerifier {
  /**
   * Checks the token's signature with a key of the profile's issuer.
   * @throws {BrokerError} `invalid_token`, `issuer_unavailable`
   */
  verify(token: SubjectToken, profile: VerificationProfile): Promise<void>
}

export interface Signer {
  /**
   * Signs the claims as a compact JWS (RFC 7515) with the broker's current key.
   * @param signal aborts the call when the invocation's deadline nears
   * @throws {BrokerError} `upstream_unavailable`, `throttled`, `config_invalid`
   */
  sign(claims: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<string>
}

export interface AssumeRoleInput {
  readonly roleArn: string
  readonly roleSessionName: string
  readonly webIdentityToken: string
  readonly durationSeconds: number
  /** JSON, 1 to 2,048 characters; never absent: without it STS grants all that the role may do. */
  readonly sessionPolicy: string
  readonly managedPolicyArns: readonly string[]
  /** Aborts the call when the invocation's deadline nears. */
  readonly signal: AbortSignal
}

export interface AssumedRole {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
  readonly assumedRoleArn: string
  readonly assumedRoleId: string | undefined
  /** Per cent of the packed limit that the session policy and tags use; STS omits it when there are none. */
  readonly packedPolicySize: number | undefined
}

export interface Sts {
  /** @throws {BrokerError} `sts_rejected`, `policy_too_large`, `throttled`, `upstream_unavailable` */
  assumeRoleWithWebIdentity(input: AssumeRoleInput): Promise<AssumedRole>
}

export interface AuditLog {
  /** Resolves once the record is written; a rejection means that no credentials may leave. */
  write(record: AuditRecord): Promise<void>
}
