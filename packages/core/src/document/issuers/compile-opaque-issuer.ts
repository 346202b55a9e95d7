/** Compiles an issuer of a tenant document whose tokens are opaque. */
import type { CompiledOpaqueIssuer } from '../../model/opaque-issuer.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { checkMember } from '../field-values.ts'
import type { OpaqueIssuerDocument } from '../schema.ts'
import { compileOpaqueProfile } from './compile-opaque-profile.ts'
import { compileTls } from './compile-tls.ts'
import { compileParties, compileSubject, compileTimes } from './issuer-fields.ts'

/** What is known about a JWT only from the token itself. */
const JWT_FIELDS = ['algorithms', 'types', 'prefetch', 'audienceFallback'] as const

export function compileOpaqueIssuer(
  issuer: OpaqueIssuerDocument,
  path: DocumentPath,
  report: Report,
): CompiledOpaqueIssuer {
  const { verify, member, maxTokenAge } = issuer
  for (const field of JWT_FIELDS)
    if (issuer[field] !== undefined)
      report(
        [...path, field],
        `${field} has no effect with verify.kind: ${verify.kind}; it is for JWTs`,
        `remove ${field}`,
      )
  if (!/^[\x21-\x7e]{1,255}$/.test(issuer.issuer))
    report(
      [...path, 'issuer'],
      'the name of the issuer is not usable',
      'write 1 to 255 visible ASCII characters without spaces, such as https://id.acme.example',
    )
  if (member !== undefined) checkMember(member, [...path, 'member'], report)
  return {
    issuer: issuer.issuer,
    ...compileOpaqueProfile(issuer, path, report),
    ...compileTls(issuer, false, path, report),
    audiences: [...new Set(issuer.audiences)],
    ...compileParties(issuer.authorizedParties),
    ...(issuer.authorizedPartyClaim === undefined
      ? {}
      : { authorizedPartyClaim: issuer.authorizedPartyClaim }),
    ...compileSubject(issuer.subject, [...path, 'subject'], report),
    ...(member === undefined ? {} : { member }),
    ...(issuer.proofOfPossession === 'required' ? { proofOfPossession: 'required' } : {}),
    ...(issuer.delegatedTokens === 'accept' ? { delegatedTokens: 'accept' } : {}),
    // The issuer vouches for the token at this moment, so its age matters only if it is limited.
    ...(maxTokenAge === undefined ? { issuedAt: 'optional' } : {}),
    ...compileTimes(issuer, path, report),
  }
}
