/** Refuses grants that pass tokens through, where no issuer's tokens could be passed through. */
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import type { Report } from './document-problem.ts'

/** STS reads a passed-through token itself, and an opaque one says nothing. */
export function checkPassedThrough(
  { issuers, opaqueIssuers, grants }: CompiledTenant,
  report: Report,
): void {
  if (issuers.length > 0 || opaqueIssuers === undefined) return
  for (const [name, { webIdentity }] of Object.entries(grants))
    if (webIdentity === 'pass-through')
      report(
        ['grants', name, 'webIdentity'],
        'AWS STS cannot verify opaque tokens, and all issuers of this tenant have such tokens',
        'write webIdentity: minted',
      )
}
