/** Refuses grants that pass tokens through which AWS STS could not verify. */
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import { isProviderUrl } from '../policy/trust-policy.ts'
import type { Report } from './document-problem.ts'
import { issuersOfGrant } from './issuers-of-grant.ts'

/**
 * STS reads a passed-through token itself, and an opaque one says nothing. It fetches the keys of
 * an issuer from its URL, so it has none of an issuer with another name.
 */
export function checkPassedThrough(tenant: CompiledTenant, report: Report): void {
  const { issuers, opaqueIssuers, grants } = tenant
  const profiles = issuers.map(({ profile }) => profile)
  const ofAssertions = profiles.filter(({ saml }) => saml !== undefined).map((one) => one.issuer)
  const unknown = profiles
    .map(({ issuer }) => issuer)
    .filter((issuer) => !isProviderUrl(issuer) && !ofAssertions.includes(issuer))
  for (const [name, { webIdentity, intersectionOf }] of Object.entries(grants)) {
    // Each problem of an intersection is one of its two grants too.
    if (webIdentity !== 'pass-through' || intersectionOf) continue
    const path = ['grants', name, 'webIdentity']
    if (issuers.length === 0 && opaqueIssuers !== undefined)
      report(
        path,
        'AWS STS cannot verify opaque tokens, and all issuers of this tenant have such tokens',
        'write webIdentity: minted',
      )
    const reaching = issuersOfGrant(name, tenant)
    for (const issuer of reaching.filter((one) => ofAssertions.includes(one)))
      report(
        path,
        `the tokens of the issuer ${issuer} are SAML assertions, which are not web identity ` +
          'tokens of AWS STS',
        'write webIdentity: minted, or rules that lead to this grant for other issuers only',
      )
    for (const issuer of reaching.filter((one) => unknown.includes(one)))
      report(
        path,
        `AWS STS accepts no token of the issuer ${issuer}, because that is not an https URL`,
        'write webIdentity: minted, or rules that lead to this grant for other issuers only',
      )
  }
}
