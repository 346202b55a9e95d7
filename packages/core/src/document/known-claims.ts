/** Claims whose types the verification ensures, so that conditions on them can be checked. */

import { NUMBER, STRING, type StaticType, TEXT_OR_LIST } from '../expression/cel-types.ts'
import type { ClaimTypes } from '../expression/check-expression.ts'
import type { CompiledIssuer } from '../model/compiled-tenant.ts'

const OF_EVERY_JWT: readonly (readonly [name: string, type: StaticType])[] = [
  ['claims.iss', STRING],
  ['claims.aud', TEXT_OR_LIST],
  ['claims.exp', NUMBER],
  ['claims.iat', NUMBER],
  ['claims.nbf', NUMBER],
]

/**
 * None where the claims of a caller may come from something else than a JWT: an assertion, an
 * introspection, or the backend of an identity pool. Such claims may have any type.
 *
 * @param issuers of all callers for whom the expression is evaluated
 */
export function knownClaims(issuers: readonly CompiledIssuer[], hasOthers: boolean): ClaimTypes {
  if (hasOthers || issuers.length === 0) return new Map()
  const profiles = issuers.map(({ profile }) => profile)
  if (profiles.some(({ saml }) => saml !== undefined)) return new Map()
  const isSubject = profiles.every(({ subject }) => subject === undefined)
  return new Map([...OF_EVERY_JWT, ...(isSubject ? [['claims.sub', STRING] as const] : [])])
}
