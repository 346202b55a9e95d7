/** Stage 6: the token that STS gets, the caller's own or one that the broker mints. */
import { digestOf } from './digest.ts'
import type { Signer } from './ports.ts'
import { BrokerError } from './refusal.ts'
import type { ResolvedTenant } from './resolve-tenant.ts'
import type { SessionPlan } from './session-plan.ts'
import type { VerifiedIdentity } from './verify-identity.ts'

/** Long enough for one call of STS with its retries and skewed clocks; nobody else sees the token. */
const MINTED_LIFETIME_SECONDS = 300

/**
 * @returns the subject token itself, or a minted token of at most 5 minutes
 * @throws {BrokerError} `config_invalid`, `upstream_unavailable`
 */
export async function obtainWebIdentity(
  plan: SessionPlan,
  identity: VerifiedIdentity,
  tenant: ResolvedTenant,
  ports: { signer: Signer | undefined; brokerIssuer: string; now: () => number; newId: () => string },
): Promise<string> {
  if (plan.webIdentity === 'pass-through') return identity.token.compact
  if (!ports.signer)
    throw new BrokerError('config_invalid', 'The grant wants a minted token, and no signing key is configured.')
  return ports.signer.sign(mintedClaims(plan, identity, tenant, ports))
}

/**
 * Claims of a minted token. `sub` is `<tenant>/<43 characters>`: a trust policy binds a role to one tenant with
 * `StringLike` on it, and no issuer's subject can imitate another tenant's.
 * @see IAM User Guide, "Pass session tags using AssumeRoleWithWebIdentity"
 */
function mintedClaims(
  plan: Pick<SessionPlan, 'sessionTags' | 'transitiveTagKeys' | 'sourceIdentity'>,
  identity: Pick<VerifiedIdentity, 'issuer' | 'subject'>,
  tenant: { readonly tenant: string },
  ports: { brokerIssuer: string; now: () => number; newId: () => string },
): Record<string, unknown> {
  const issuedAt = Math.floor(ports.now() / 1000)
  const tags = Object.entries(plan.sessionTags)
  return {
    iss: ports.brokerIssuer,
    aud: 'sts.amazonaws.com',
    sub: `${tenant.tenant}/${digestOf(identity.issuer, identity.subject)}`,
    iat: issuedAt,
    exp: issuedAt + MINTED_LIFETIME_SECONDS,
    jti: ports.newId(),
    ...(tags.length === 0
      ? {}
      : {
          'https://aws.amazon.com/tags': {
            principal_tags: Object.fromEntries(tags.map(([key, value]) => [key, [value]])),
            transitive_tag_keys: plan.transitiveTagKeys,
          },
        }),
    ...(plan.sourceIdentity === undefined ? {} : { 'https://aws.amazon.com/source_identity': plan.sourceIdentity }),
  }
}
