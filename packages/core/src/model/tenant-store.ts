/** The port through which the pipeline finds tenants. */
import type { CompiledTenant, RequiredClaim, VerificationProfile } from './compiled-tenant.ts'

/** Tenants that trust an issuer under the same verification profile. */
export interface IssuerTrust {
  readonly profile: VerificationProfile
  /** By tenant id. */
  readonly tenants: Readonly<Record<string, TrustingTenant>>
}

/** Which identities of an issuer a tenant can accept at all; its document decides. */
export interface TrustingTenant {
  readonly audiences: readonly string[]
  /** Without this claim value, its `member` condition never passes. Absent: not known. */
  readonly requires?: RequiredClaim
}

export interface TenantStore {
  /**
   * Only selects: the documents that {@link load} returns decide, and a token must satisfy their
   * profiles.
   * @returns an entry for each distinct profile under which the exact `iss` is trusted; none: the
   *   issuer is untrusted
   */
  findTrusts(issuer: string): Promise<readonly IssuerTrust[]>
  /** @throws {BrokerError} `config_invalid` for a tenant that is stored but unreadable */
  load(tenant: string): Promise<CompiledTenant | undefined>
}
