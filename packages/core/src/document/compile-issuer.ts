/** Compiles the issuers of a tenant document into verification profiles. */
import { requiredValue } from '../expression/claim-paths.ts'
import type { CompiledIssuer, VerificationProfile } from '../model/compiled-tenant.ts'
import { NON_IDENTITY_TYPES } from '../model/token-types.ts'
import { compileKey } from './compile-key.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import { checkCel, checkUrl, readSeconds } from './field-values.ts'
import type { JwtIssuerDocument } from './schema.ts'

const DEFAULT_ALGORITHMS = ['RS256', 'ES256']
/** Names of one algorithm (RFC 9864 §2.2): where one is accepted, the other is too. */
const ED25519_NAMES = ['EdDSA', 'Ed25519']
/** `JOSE` says no more than that the token is a JWS (RFC 7515 §4.1.9); SPIFFE's tokens have it. */
const DEFAULT_TYPES = ['jwt', 'at+jwt', 'jose']
export const DAY_SECONDS = 86_400
export const MAX_TOKEN_AGE_SECONDS = 30 * DAY_SECONDS
export const DEFAULT_TOLERANCE_SECONDS = 30
export const MAX_TOLERANCE_SECONDS = 60

export function compileIssuer(
  issuer: JwtIssuerDocument,
  path: DocumentPath,
  report: Report,
): CompiledIssuer {
  checkUrl(issuer.issuer, [...path, 'issuer'], report)
  if (issuer.audienceClaim !== undefined)
    report(
      [...path, 'audienceClaim'],
      'audienceClaim has no effect for JWTs, whose audiences are in aud',
      'remove audienceClaim',
    )
  if (issuer.member !== undefined) checkCel(issuer.member, 'bool', [...path, 'member'], report)
  const types = compileTypes(issuer.types ?? [], [...path, 'types'], report)
  return {
    profile: {
      issuer: issuer.issuer,
      keys: compileKeys(issuer, path, report),
      algorithms: compileAlgorithms(issuer.algorithms ?? DEFAULT_ALGORITHMS),
      types: [...new Set([...DEFAULT_TYPES, ...types])],
      ...(issuer.delegatedTokens === 'accept' ? { delegatedTokens: 'accept' } : {}),
      maxTokenAgeSeconds: readSeconds(
        issuer.maxTokenAge,
        DAY_SECONDS,
        [1, MAX_TOKEN_AGE_SECONDS],
        [...path, 'maxTokenAge'],
        report,
      ),
      clockToleranceSeconds: readSeconds(
        issuer.clockTolerance,
        DEFAULT_TOLERANCE_SECONDS,
        [0, MAX_TOLERANCE_SECONDS],
        [...path, 'clockTolerance'],
        report,
      ),
    },
    audiences: [...new Set(issuer.audiences)],
    authorizedParties: [...new Set(issuer.authorizedParties ?? [])],
    ...compileMember(issuer.member),
    prefetch: issuer.prefetch ?? false,
  }
}

function compileAlgorithms(names: readonly string[]): readonly string[] {
  const isEd25519 = names.some((name) => ED25519_NAMES.includes(name))
  return [...new Set([...names, ...(isEd25519 ? ED25519_NAMES : [])])]
}

function compileTypes(
  types: readonly string[],
  path: DocumentPath,
  report: Report,
): readonly string[] {
  const names = types.map((type) => type.toLowerCase())
  for (const [index, name] of names.entries())
    if (NON_IDENTITY_TYPES.includes(name))
      report(
        [...path, index],
        `a token of type ${name} does not identify the one who sends it`,
        'remove it, and let callers send an ID token or an access token',
      )
  return names
}

function compileMember(
  member: string | undefined,
): Pick<CompiledIssuer, 'member' | 'memberRequires'> {
  if (member === undefined) return {}
  const memberRequires = requiredValue(member)
  return { member, ...(memberRequires ? { memberRequires } : {}) }
}

function compileKeys(
  issuer: JwtIssuerDocument,
  path: DocumentPath,
  report: Report,
): VerificationProfile['keys'] {
  const verifyPath = [...path, 'verify']
  const { jwksUri, keys } = issuer.verify ?? {}
  if (jwksUri !== undefined && keys !== undefined)
    report(verifyPath, 'jwksUri and keys are mutually exclusive', 'keep one of them')
  if (keys !== undefined) {
    const jwks = keys.map((key, index) => compileKey(key, [...verifyPath, 'keys', index], report))
    return { from: 'inline', jwks }
  }
  if (jwksUri === undefined) return { from: 'discovery' }
  checkUrl(jwksUri, [...verifyPath, 'jwksUri'], report, { allowQuery: true })
  return { from: 'jwksUri', jwksUri }
}
