/** Stage 6: the token that STS gets, the caller's own or one that the broker mints. */
import type { TenantIdentity } from '../decide/resolve-tenant.ts'
import type { Actor } from '../model/actor.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { RequestContext } from '../model/request-context.ts'
import { recordCheck } from '../model/trace.ts'
import type { MintedToken } from './minted-token.ts'
import { beyondGrant } from './narrow-grant.ts'
import type { SessionPlan } from './session-plan.ts'

declare const obtained: unique symbol

/** A compact JWS that STS may get. Only this stage creates one. */
export type WebIdentityToken = string & { readonly [obtained]: true }

/** Long enough for one call of STS with its retries and skewed clocks. */
const MINTED_LIFETIME_SECONDS = 300

export interface Signer {
  /**
   * Signs the claims as a compact JWS (RFC 7515) with the broker's current key.
   * @param signal aborts the call when the invocation's deadline is near
   * @throws {BrokerError} `upstream_unavailable`, `throttled`, `config_invalid`
   */
  sign(claims: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<string>
  /**
   * `kid` of the key that signs now.
   * @throws {BrokerError} `config_invalid`
   */
  keyId(): Promise<string>
}

export interface MintingPorts {
  readonly signer: Signer | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** An unguessable unique id (UUID v4). */
  readonly newId: () => string
}

type MintingContext = RequestContext<MintingPorts>

/** What the earlier stages found, from which the token is built. */
interface Authorized {
  readonly plan: SessionPlan
  readonly identity: TenantIdentity
}

/** A minted token for the caller's own call of STS. */
export interface ReleasedToken {
  readonly compact: WebIdentityToken
  readonly audience: string
  readonly lifetimeSeconds: number
}

/**
 * @returns the subject token itself, or a minted token that is valid for 5 minutes
 * @throws {BrokerError} `config_invalid`, `upstream_unavailable`, `throttled`
 */
export async function obtainWebIdentity(
  authorized: Authorized,
  context: MintingContext,
): Promise<WebIdentityToken> {
  const { plan, identity } = authorized
  if (plan.webIdentity === 'pass-through') {
    // A session plan for such a token is never one of a grant that passes tokens through.
    if (!identity.token || !('compact' in identity.token))
      throw new BrokerError('internal', 'Only a JWT can be passed through.')
    return identity.token.compact as WebIdentityToken
  }
  return mint(plan.mintedToken, authorized, context)
}

/**
 * STS accepts a session policy as a parameter and not in a token, so the holder of a released token
 * gets all that the role may do. It therefore has an audience of its own: a role accepts it only
 * where its trust policy names that audience.
 * @param audienceOfPool of the classic flow of an identity pool, in place of the grant's: the grant
 *   must release its token nevertheless
 * @throws {BrokerError} `access_denied` where the grant does not release its token, or where the
 *   issuer limits the duration of sessions, which the caller would choose;
 *   `config_invalid`, `upstream_unavailable`, `throttled`
 */
export async function mintForRelease(
  authorized: Authorized,
  context: MintingContext,
  audienceOfPool?: string,
): Promise<ReleasedToken> {
  const { releasedAudience } = authorized.plan
  const released = releasedAudience !== undefined
  const check = 'the grant releases its web identity token'
  recordCheck(context.trace, 'obtain', check, released)
  if (!released)
    throw beyondGrant(
      'The grant does not release its web identity token; request AWS credentials instead.',
    )
  if (authorized.identity.maxSessionSeconds !== undefined) {
    const limit = 'the issuer does not limit the duration of sessions'
    recordCheck(context.trace, 'obtain', limit, false)
    throw beyondGrant(
      'The issuer of the token limits the duration of sessions, which the holder of a released ' +
        'web identity token would choose; request AWS credentials instead.',
    )
  }
  const audience = audienceOfPool ?? releasedAudience
  const { mintedToken } = authorized.plan
  const compact = await mint(mintedToken && { ...mintedToken, audience }, authorized, context)
  return { compact, audience, lifetimeSeconds: MINTED_LIFETIME_SECONDS }
}

interface ActClaim {
  readonly iss: string
  readonly sub: string
  readonly act?: ActClaim
}

function actClaim({ issuer, subject, actor }: Actor): ActClaim {
  return { iss: issuer, sub: subject, ...(actor === undefined ? {} : { act: actClaim(actor) }) }
}

/**
 * Where an actor acts for the subject, `act` names it (RFC 8693 §4.1).
 * @see IAM User Guide, "Pass session tags using AssumeRoleWithWebIdentity"
 */
async function mint(
  token: MintedToken | undefined,
  { plan, identity }: Authorized,
  { ports, signal }: MintingContext,
): Promise<WebIdentityToken> {
  if (!ports.signer)
    throw new BrokerError(
      'config_invalid',
      'The grant needs a minted token, but no signing key is configured; ' +
        'set BROKER_SIGNING_KEY or BROKER_KMS_SIGNING_KEY.',
    )
  const { sessionTags, transitiveTagKeys, sourceIdentity } = plan
  if (!token) throw new BrokerError('internal', 'The plan is not one of a minted token.')
  const tags = Object.entries(sessionTags).map(([key, value]) => [key, [value]] as const)
  const tagClaim = {
    principal_tags: Object.fromEntries(tags),
    transitive_tag_keys: transitiveTagKeys,
  }
  const issuedAt = Math.floor(ports.now() / 1000)
  const claims = {
    iss: token.issuer,
    aud: token.audience,
    sub: token.subject,
    iat: issuedAt,
    exp: issuedAt + MINTED_LIFETIME_SECONDS,
    jti: ports.newId(),
    ...(identity.actor === undefined ? {} : { act: actClaim(identity.actor) }),
    ...(tags.length === 0 ? {} : { 'https://aws.amazon.com/tags': tagClaim }),
    ...(sourceIdentity === undefined
      ? {}
      : { 'https://aws.amazon.com/source_identity': sourceIdentity }),
  }
  return (await ports.signer.sign(claims, signal)) as WebIdentityToken
}
