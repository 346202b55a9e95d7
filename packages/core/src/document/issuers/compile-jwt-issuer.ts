/** Compiles an issuer of a tenant document whose tokens are JWTs. */
import { requiredValue } from '../../expression/claim-paths.ts'
import type { CompiledIssuer, VerificationProfile } from '../../model/compiled-tenant.ts'
import { NON_IDENTITY_TYPES } from '../../model/token-types.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { checkMember, checkUrl } from '../field-values.ts'
import type { JwtIssuerDocument } from '../schema.ts'
import { compileKey } from './compile-key.ts'
import { compileTls } from './compile-tls.ts'
import { checkIssuerName, compileParties, compileSubject, compileTimes } from './issuer-fields.ts'

const DEFAULT_ALGORITHMS = ['RS256', 'ES256']
/** Names of one algorithm (RFC 9864 §2.2): where one is accepted, the other is too. */
const ED25519_NAMES = ['EdDSA', 'Ed25519']
/** `JOSE` says no more than that the token is a JWS (RFC 7515 §4.1.9); SPIFFE's tokens have it. */
const DEFAULT_TYPES = ['jwt', 'at+jwt', 'jose']

export function compileJwtIssuer(
  issuer: JwtIssuerDocument,
  path: DocumentPath,
  report: Report,
): CompiledIssuer {
  checkName(issuer, [...path, 'issuer'], report)
  if (issuer.audienceClaim !== undefined)
    report(
      [...path, 'audienceClaim'],
      'audienceClaim has no effect for JWTs, whose audiences are in aud',
      'remove audienceClaim, or write audienceFallback: client_id for tokens without aud',
    )
  if (issuer.member !== undefined) checkMember(issuer.member, [...path, 'member'], report)
  const types = compileTypes(issuer.types ?? [], [...path, 'types'], report)
  return {
    profile: {
      issuer: issuer.issuer,
      keys: compileKeys(issuer, path, report),
      ...compileTls(issuer, issuer.verify?.keys !== undefined, path, report),
      algorithms: compileAlgorithms(issuer.algorithms ?? DEFAULT_ALGORITHMS),
      types: [...new Set([...DEFAULT_TYPES, ...types])],
      ...(issuer.proofOfPossession === 'required' ? { proofOfPossession: 'required' } : {}),
      ...(issuer.delegatedTokens === 'accept' ? { delegatedTokens: 'accept' } : {}),
      ...compileSubject(issuer.subject, [...path, 'subject'], report),
      ...(issuer.audienceFallback === undefined
        ? {}
        : { audienceFallback: issuer.audienceFallback }),
      ...(issuer.authorizedPartyClaim === undefined
        ? {}
        : { authorizedPartyClaim: issuer.authorizedPartyClaim }),
      ...compileTimes(issuer, path, report),
    },
    audiences: [...new Set(issuer.audiences)],
    ...compileParties(issuer.authorizedParties),
    ...compileMember(issuer.member),
    prefetch: issuer.prefetch ?? false,
  }
}

/**
 * Only where the keys are discovered, it must be a URL.
 * @see Active Directory Federation Services: `http://…/adfs/services/trust`
 */
/** Documents beside an issuer (OpenID Connect Discovery 1.0 §4, RFC 8414 §3). */
const WELL_KNOWN = /\/\.well-known\/(?:openid-configuration|oauth-authorization-server|jwks\.json)$/

function checkName(
  { issuer, verify }: JwtIssuerDocument,
  path: DocumentPath,
  report: Report,
): void {
  const metadata = WELL_KNOWN.exec(issuer)?.[0]
  if (metadata !== undefined) {
    report(
      path,
      `the issuer ends with ${metadata}, which is the address of its metadata`,
      `write the iss of its tokens: ${issuer.slice(0, -metadata.length)}`,
    )
    return
  }
  const isDiscovered = verify?.keys === undefined && verify?.jwksUri === undefined
  if (checkIssuerName(issuer, path, report) && isDiscovered)
    checkUrl(issuer, path, report, {
      alternative: 'an issuer with another name needs verify.jwksUri or verify.keys',
    })
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
