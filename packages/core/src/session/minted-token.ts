/** What a trust policy can read in the token that the broker mints for a session. */
import type { ResolvedTenant, TenantIdentity } from '../decide/resolve-tenant.ts'
import { digestOf } from '../model/digest.ts'
import { STS_AUDIENCE } from '../model/sts-limits.ts'

/** A minted token without its times, its id and the values of its tags. */
export interface MintedToken {
  /** The broker's own issuer URL, without a trailing slash. */
  readonly issuer: string
  readonly audience: string
  /** `<tenant>/<grant>/<43 characters>`. */
  readonly subject: string
  readonly tagKeys: readonly string[]
  /** Absent: the token has none. */
  readonly sourceIdentity?: string
}

export interface BrokerIssuerPort {
  /** The broker's own issuer URL, without a trailing slash. */
  readonly brokerIssuer: string
}

/**
 * A trust policy binds a role to one grant with `StringLike` on `sub`. Neither name in it contains
 * a slash, and the rest is a digest of issuer and subject, so no subject can imitate another
 * grant's. The digest has no key: an operator may compute it, to name one subject in a trust
 * policy, and nobody can choose it. `sub` is the same where an actor acts for the subject.
 */
export function describeMintedToken(
  { tenant, grant, identity }: MintedFor,
  { sessionTags, sourceIdentity }: MintedLabels,
  { brokerIssuer }: BrokerIssuerPort,
): MintedToken {
  return {
    issuer: brokerIssuer,
    audience: STS_AUDIENCE,
    subject: `${tenant.tenant}/${grant.name}/${digestOf(identity.issuer, identity.subject)}`,
    tagKeys: Object.keys(sessionTags),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
}

interface MintedFor {
  readonly tenant: Pick<ResolvedTenant, 'tenant'>
  readonly grant: { readonly name: string }
  readonly identity: Pick<TenantIdentity, 'issuer' | 'subject'>
}

interface MintedLabels {
  readonly sessionTags: Readonly<Record<string, string>>
  readonly sourceIdentity: string | undefined
}
