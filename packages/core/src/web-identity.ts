/** Stage 6: the token that STS gets, the caller's own or one that the broker mints. */
import { digestOf } from './digest.ts'
import type { Signer } from './ports.ts'
import { BrokerError } from './refusal.ts'
import type { ResolvedTenant } from './resolve-tenant.ts'
import type { SessionPlan } from './session-plan.ts'
import { recordCheck, type Trace } from './trace.ts'
import type { VerifiedIdentity } from './verify-identity.ts'

/** Long enough for one call of STS with its retries and skewed clocks. */
const MINTED_LIFETIME_SECONDS = 300
/** Of every token that the broker uses itself; roles trust it. Released tokens never have it. */
export const STS_AUDIENCE = 'sts.amazonaws.com'

interface MintingPorts {
  readonly signer: Signer | undefined
  readonly brokerIssuer: string
  readonly now: () => number
  readonly newId: () => string
  /** Aborts signing when the invocation's deadline nears. */
  readonly signal: AbortSignal
}

/** A minted token for the caller's own call of STS. */
export interface ReleasedToken {
  readonly compact: string
  readonly audience: string
  readonly lifetimeSeconds: number
}

/**
 * @returns the subject token itself, or a minted token of at most 5 minutes
 * @throws {BrokerError} `config_invalid`, `upstream_unavailable`, `throttled`
 */
export async function obtainWebIdentity(
  plan: SessionPlan,
  identity: VerifiedIdentity,
  tenant: ResolvedTenant,
  ports: MintingPorts,
): Promise<string> {
  if (plan.webIdentity === 'pass-through') return identity.token.compact
  return mint(plan, STS_AUDIENCE, identity, tenant, ports)
}

/**
 * STS takes a session policy as a parameter and not from a token, so whoever holds a released token gets all that the role
 * may do. It therefore has an audience of its own: a role opens to it only where its trust policy names that audience.
 * @throws {BrokerError} `access_denied` where the grant does not release its token; `config_invalid`,
 *   `upstream_unavailable`, `throttled`
 */
export async function mintForRelease(
  plan: SessionPlan,
  identity: VerifiedIdentity,
  tenant: ResolvedTenant,
  ports: MintingPorts,
  trace: Trace,
): Promise<ReleasedToken> {
  const audience = plan.releasedAudience
  recordCheck(trace, 'obtain', 'the grant releases its web identity token', audience !== undefined)
  if (audience === undefined)
    throw new BrokerError('access_denied', 'The grant keeps its web identity token.')
  const compact = await mint(plan, audience, identity, tenant, ports)
  return { compact, audience, lifetimeSeconds: MINTED_LIFETIME_SECONDS }
}

async function mint(
  plan: SessionPlan,
  audience: string,
  identity: VerifiedIdentity,
  tenant: ResolvedTenant,
  ports: MintingPorts,
): Promise<string> {
  if (!ports.signer)
    throw new BrokerError(
      'config_invalid',
      'The grant wants a minted token, and no signing key is configured.',
    )
  return ports.signer.sign(mintedClaims(plan, audience, identity, tenant, ports), ports.signal)
}

/**
 * Claims of a minted token. `sub` is `<tenant>/<43 characters>`: a trust policy binds a role to one tenant with
 * `StringLike` on it, and no issuer's subject can imitate another tenant's.
 * @see IAM User Guide, "Pass session tags using AssumeRoleWithWebIdentity"
 */
function mintedClaims(
  plan: SessionPlan,
  audience: string,
  identity: VerifiedIdentity,
  tenant: ResolvedTenant,
  ports: MintingPorts,
): Record<string, unknown> {
  const issuedAt = Math.floor(ports.now() / 1000)
  const tags = Object.entries(plan.sessionTags)
  return {
    iss: ports.brokerIssuer,
    aud: audience,
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
    ...(plan.sourceIdentity === undefined
      ? {}
      : { 'https://aws.amazon.com/source_identity': plan.sourceIdentity }),
  }
}
