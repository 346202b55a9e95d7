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
  const unknown = issuers
    .map(({ profile }) => profile.issuer)
    .filter((issuer) => !isProviderUrl(issuer))
  for (const [name, { webIdentity }] of Object.entries(grants)) {
    if (webIdentity !== 'pass-through') continue
    const path = ['grants', name, 'webIdentity']
    if (issuers.length === 0 && opaqueIssuers !== undefined)
      report(
        path,
        'AWS STS cannot verify opaque tokens, and all issuers of this tenant have such tokens',
        'write webIdentity: minted',
      )
    for (const issuer of issuersOfGrant(name, tenant).filter((one) => unknown.includes(one)))
      report(
        path,
        `AWS STS accepts no token of the issuer ${issuer}, because that is not an https URL`,
        'write webIdentity: minted, or rules that lead to this grant for other issuers only',
      )
  }
}
