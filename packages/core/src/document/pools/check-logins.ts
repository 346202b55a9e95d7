/** Checks by which providers users sign in to an identity pool. */
import { canonicalProvider } from '../../model/identity-pool.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import type { PoolDocument } from './pool-schema.ts'

/** Key in `Logins` of tokens that Cognito itself, or a pool of this broker, made. */
const POOL_TOKENS = /^cognito-identity\./

/**
 * An issuer has one provider: two names for one issuer would give each of its users two ids. A
 * provider may have several issuers that know its users by the same subjects.
 * @param issuers of the document
 */
export function checkLogins(
  { logins = {}, guests, developerProvider }: PoolDocument,
  issuers: readonly string[],
  path: DocumentPath,
  report: Report,
): void {
  const providers = new Map<string, string>()
  const providerOfIssuer = new Map<string, string>()
  for (const [provider, named] of Object.entries(logins)) {
    const at = [...path, 'logins', provider]
    const canonical = canonicalProvider(provider)
    const same = providers.get(canonical)
    if (same !== undefined)
      report(at, `${same} and ${provider} are the same provider`, 'keep one of them')
    providers.set(canonical, provider)
    if (canonical === developerProvider)
      report(
        at,
        `${provider} is also the developerProvider`,
        'give the provider of your own backend another name',
      )
    if (POOL_TOKENS.test(provider))
      report(
        at,
        `${provider} is the key of tokens that the pool itself issued`,
        'write developerProvider for identities of your own backend',
      )
    for (const issuer of [named].flat()) {
      if (!issuers.includes(issuer))
        report(
          at,
          `${issuer} is not an issuer of this tenant`,
          `write one of: ${issuers.join(', ')}`,
        )
      const other = providerOfIssuer.get(issuer)
      if (other !== undefined)
        report(
          at,
          `${issuer} is already the issuer of ${other}, and its users would have two ids`,
          'keep one of them',
        )
      providerOfIssuer.set(issuer, provider)
    }
  }
  if (providers.size === 0 && guests === undefined && developerProvider === undefined)
    report(
      path,
      'nobody can use the pool: it has no logins, no guests and no developerProvider',
      'write logins, such as { accounts.google.com: https://accounts.google.com }',
    )
}
