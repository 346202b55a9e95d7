/** The port through which the pipeline finds tenants. */
import type { CompiledTenant, RequiredClaim, VerificationProfile } from './compiled-tenant.ts'

/** Limit of tenants that are loaded and evaluated for one request. */
export const MAX_CANDIDATES = 16
/** Limit of audiences in a refusal: an issuer may have thousands. */
export const SHOWN_AUDIENCES = 3

/** Tenants that trust an issuer under the same verification profile. */
export type IssuerTrust = ListedTrust | IndexedTrust

export interface ListedTrust {
  readonly profile: VerificationProfile
  /** By tenant id. */
  readonly tenants: Readonly<Record<string, TrustingTenant>>
}

/** Of so many tenants that a request must not read all of them. */
export interface IndexedTrust {
  readonly profile: VerificationProfile
  readonly index: TenantIndex
}

/** Which identities of an issuer a tenant can accept at all; its document decides. */
export interface TrustingTenant {
  readonly audiences: readonly string[]
  /** Without this claim value, its `member` condition never passes. Absent: not known. */
  readonly requires?: RequiredClaim
}

/** Finds, among the tenants of a trust, those that an identity may belong to. */
export interface TenantIndex {
  /** {@link MAX_CANDIDATES} of the tenants, always the same ones; all where there are fewer. */
  readonly first: readonly string[]
  /** Some audiences that they accept: at most one more than {@link SHOWN_AUDIENCES}. */
  readonly audiences: readonly string[]
  readonly has: (tenant: string) => Promise<boolean>
  /** @returns an entry for each of the audiences that some of the tenants accept */
  readonly accepting: (audiences: readonly string[]) => Promise<readonly AudienceTenants[]>
}

/**
 * The tenants that accept one audience. A list of names is cut where it has one more than
 * {@link MAX_CANDIDATES}, which is enough to refuse.
 */
export interface AudienceTenants {
  readonly names: readonly string[]
  /** Those that can accept an identity with any claims. */
  readonly always: readonly string[]
  /** Names that lead to the claims by which the others are found. */
  readonly claims: readonly (readonly string[])[]
  /** @param claim position of `claims`; @param values of it that the identity has */
  readonly requiring: (claim: number, values: readonly string[]) => Promise<readonly string[]>
}

export interface TenantStore {
  /**
   * Only selects: the documents that {@link load} returns decide, and a token must satisfy their
   * profiles.
   * @returns an entry for each distinct profile under which the exact `iss` is trusted; none: the
   *   issuer is untrusted
   */
  findTrusts(issuer: string): Promise<readonly IssuerTrust[]>
  /**
   * Only selects: the document that {@link load} returns decides whether it has the pool.
   * @param id of an identity pool, exactly as the caller sent it
   * @returns the id of the tenant that has the pool
   */
  findPool(id: string): Promise<string | undefined>
  /** @throws {BrokerError} `config_invalid` for a tenant that is stored but unreadable */
  load(tenant: string): Promise<CompiledTenant | undefined>
}
