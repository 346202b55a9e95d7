/** Compiles the issuers of a tenant document, by the kind of their tokens. */
import type { CompiledIssuer } from '../../model/compiled-tenant.ts'
import { POOL_ISSUER_PREFIX } from '../../model/identity-pool.ts'
import type { CompiledOpaqueIssuer } from '../../model/opaque-issuer.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { issuerSchema } from '../schema.ts'
import { checkAlgorithms } from './check-algorithms.ts'
import { compileJwtIssuer } from './compile-jwt-issuer.ts'
import { compileOpaqueIssuer } from './compile-opaque-issuer.ts'
import { compileSamlIssuer } from './compile-saml-issuer.ts'
import { expandIssuer } from './expand-preset.ts'
import { secretsOfTenant } from './secrets-of-tenant.ts'

/**
 * One issuer may have two entries: one for its JWTs, and one for its opaque tokens. An issuer of
 * assertions has one: a NameID and the `sub` of a token are names of two different lists of users,
 * of which one could contain a name that is another user's in the other.
 * @param items parts of the wrong shape are skipped: the shape check reports them
 */
export function compileIssuers(
  items: readonly unknown[],
  tenant: string,
  report: Report,
): { issuers: readonly CompiledIssuer[]; opaqueIssuers: readonly CompiledOpaqueIssuer[] } {
  const issuers: CompiledIssuer[] = []
  const opaqueIssuers: CompiledOpaqueIssuer[] = []
  const subjects = new Map<string, string>()
  for (const [index, item] of items.entries()) {
    const parsed = issuerSchema.safeParse(item)
    if (!parsed.success) continue
    const path = ['issuers', index]
    checkAlgorithms(parsed.data, [...path, 'algorithms'], report)
    const expanded = expandIssuer(parsed.data, path, report)
    if (expanded === undefined) continue
    const { verify, ...document } = secretsOfTenant(expanded, tenant)
    if (document.issuer.startsWith(POOL_ISSUER_PREFIX))
      report(
        [...path, 'issuer'],
        `issuers that begin with ${POOL_ISSUER_PREFIX} are those of identity pools`,
        'write the name of the issuer in its tokens',
      )
    const { issuer, subject = 'claims.sub' } = document
    // Otherwise, a user and another one whose other claim has the same text were one caller.
    if ((subjects.get(issuer) ?? subject) !== subject)
      report(
        [...path, 'subject'],
        `the other entry of ${issuer} names another claim for the subject`,
        'write the same subject in both entries',
      )
    subjects.set(issuer, subject)
    const profiles = issuers.map(({ profile }) => profile)
    if (verify?.kind === 'saml') {
      checkUnique(issuer, [...profiles, ...opaqueIssuers], path, report)
      issuers.push(compileSamlIssuer({ ...document, verify }, tenant, path, report))
    } else if (verify === undefined || verify.kind === 'jwt') {
      checkUnique(issuer, profiles, path, report)
      issuers.push(compileJwtIssuer({ ...document, verify }, path, report))
    } else {
      const ofAssertions = profiles.filter(({ saml }) => saml !== undefined)
      checkUnique(issuer, [...ofAssertions, ...opaqueIssuers], path, report)
      opaqueIssuers.push(compileOpaqueIssuer({ ...document, verify }, path, report))
    }
  }
  return { issuers, opaqueIssuers }
}

function checkUnique(
  issuer: string,
  known: readonly { readonly issuer: string }[],
  path: DocumentPath,
  report: Report,
): void {
  if (known.some((one) => one.issuer === issuer))
    report([...path, 'issuer'], `duplicate issuer ${issuer}`, 'keep one entry per issuer')
}
