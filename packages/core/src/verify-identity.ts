/** Stage 2: the subject token becomes an identity that its issuer vouches for. */
import type { VerificationProfile } from './compiled-tenant.ts'
import type { IssuerTrust, SignatureVerifier, TenantStore } from './ports.ts'
import { BrokerError } from './refusal.ts'
import type { SubjectToken } from './subject-token.ts'
import { recordCheck, type Trace } from './trace.ts'
import { checkHeader, checkLifetime } from './verify-claims.ts'

declare const verified: unique symbol

/** Who the caller is. Only {@link verifyIdentity} makes one. */
export interface VerifiedIdentity {
  readonly [verified]: true
  readonly issuer: string
  readonly subject: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly audiences: readonly string[]
  /** `azp`, or else `client_id`. */
  readonly authorizedParty: string | undefined
  /** Those of the issuer's trusts whose checks this very token passed. */
  readonly trusts: readonly IssuerTrust[]
  /** Profiles of the other trusts, whose checks it failed. */
  readonly failedProfiles: readonly VerificationProfile[]
  readonly token: SubjectToken
}

export interface VerificationPorts {
  readonly tenants: TenantStore
  readonly verifier: SignatureVerifier
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Verifies the token under each profile that some tenant set for its `iss`. The unverified `iss` only selects among
 * configured issuers (RFC 8725 §3.8); where two tenants verify one issuer differently, each counts on its own profile.
 * @param tenantHint the tenant that the caller names, whose profile comes first and suffices
 * @throws {BrokerError} `issuer_untrusted`, `invalid_token`, `token_expired`, `issuer_unavailable`
 */
export async function verifyIdentity(
  token: SubjectToken,
  ports: VerificationPorts,
  trace: Trace,
  tenantHint?: string,
): Promise<VerifiedIdentity> {
  const trusts = await ports.tenants.findTrusts(token.issuer)
  if (
    !recordCheck(
      trace,
      'verify',
      'issuer is trusted',
      trusts.length > 0,
      'iss of a tenant document',
      token.issuer,
    )
  ) {
    throw new BrokerError(
      'issuer_untrusted',
      'No tenant document trusts the issuer of the subject token.',
    )
  }
  const isNamed = ({ tenants }: IssuerTrust) =>
    tenantHint !== undefined && Object.hasOwn(tenants, tenantHint)
  const passed: IssuerTrust[] = []
  const failedProfiles: VerificationProfile[] = []
  let failure: unknown
  // Another tenant's keys for this issuer may be slow to come: they are asked for only where the named tenant's do not fit.
  for (const group of [trusts.filter(isNamed), trusts.filter((trust) => !isNamed(trust))]) {
    for (const trust of group) {
      try {
        await verifyUnder(trust.profile, token, ports, trace)
        passed.push(trust)
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error
        failure ??= error
        failedProfiles.push(trust.profile)
      }
    }
    if (passed.length > 0) break
  }
  if (passed.length === 0) throw failure
  const { sub, aud } = token.claims
  const { azp, client_id } = token.claims
  const party = azp ?? client_id
  return {
    issuer: token.issuer,
    subject: String(sub),
    claims: token.claims,
    audiences: (Array.isArray(aud) ? aud : [aud]).filter((value) => typeof value === 'string'),
    authorizedParty: typeof party === 'string' ? party : undefined,
    trusts: passed,
    failedProfiles,
    token,
  } as unknown as VerifiedIdentity
}

/**
 * Whether the token holds under the profile of the document that decides. The trusts by which it was verified come from an
 * index that may lag behind the documents; such a token is verified once more, so that a stale trust decides nothing.
 */
export async function holdsUnder(
  profile: VerificationProfile,
  identity: VerifiedIdentity,
  ports: VerificationPorts,
  trace: Trace,
): Promise<boolean> {
  const wanted = JSON.stringify(profile)
  const isWanted = (other: VerificationProfile) =>
    other === profile || JSON.stringify(other) === wanted
  if (identity.trusts.some((trust) => isWanted(trust.profile))) return true
  if (identity.failedProfiles.some(isWanted)) return false
  try {
    await verifyUnder(profile, identity.token, ports, trace)
    return true
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    return false
  }
}

async function verifyUnder(
  profile: VerificationProfile,
  token: SubjectToken,
  ports: { verifier: SignatureVerifier; now: () => number },
  trace: Trace,
): Promise<void> {
  checkHeader(token, profile, trace)
  try {
    await ports.verifier.verify(token, profile)
  } catch (error) {
    const message = error instanceof BrokerError ? error.message : 'the verifier failed'
    recordCheck(trace, 'verify', 'signature is the issuer’s', false, 'a key of the issuer', message)
    throw error
  }
  recordCheck(
    trace,
    'verify',
    'signature is the issuer’s',
    true,
    'a key of the issuer',
    token.keyId,
  )
  checkLifetime(token, profile, ports.now(), trace)
}
