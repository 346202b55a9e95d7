/** Compiles an issuer of a tenant document whose tokens are SAML 2.0 assertions. */
import { requiredValue } from '../../expression/claim-paths.ts'
import type { CompiledIssuer, VerificationProfile } from '../../model/compiled-tenant.ts'
import { SAML_PROVIDER_ARN, VIRTUAL_ACCOUNT } from '../../model/names.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { checkCel, checkUrl } from '../field-values.ts'
import type { SamlIssuerDocument } from '../schema.ts'
import { compileCertificate } from './compile-certificate.ts'
import { compileTls } from './compile-tls.ts'
import { checkIssuerName, compileSubject, compileTimes } from './issuer-fields.ts'

/** What is known about a JWT, and what an assertion has another element for. */
const OTHER_FIELDS = [
  ...(['algorithms', 'types', 'audienceFallback', 'audienceClaim'] as const),
  ...(['authorizedParties', 'authorizedPartyClaim', 'delegatedTokens'] as const),
  ...(['proofOfPossession'] as const),
]

/** An assertion is sent right after the login. */
const DEFAULT_AGE_SECONDS = 300

export function compileSamlIssuer(
  issuer: SamlIssuerDocument,
  tenant: string,
  path: DocumentPath,
  report: Report,
): CompiledIssuer {
  const { verify, member } = issuer
  const verifyPath = [...path, 'verify']
  for (const field of OTHER_FIELDS)
    if (issuer[field] !== undefined)
      report(
        [...path, field],
        `${field} has no effect with verify.kind: saml`,
        `remove ${field}; verify.recipients says where assertions may be presented`,
      )
  checkIssuerName(issuer.issuer, [...path, 'issuer'], report)
  for (const [index, url] of verify.recipients.entries())
    checkUrl(url, [...verifyPath, 'recipients', index], report, { allowQuery: true })
  if (member !== undefined) checkCel(member, 'bool', [...path, 'member'], report)
  const keys = compileKeys(verify, verifyPath, report)
  if (keys.from === 'inline' && issuer.prefetch !== undefined)
    report(
      [...path, 'prefetch'],
      'prefetch has no effect, because the keys are in the document',
      'remove prefetch',
    )
  const memberRequires = member === undefined ? undefined : requiredValue(member)
  return {
    profile: {
      issuer: issuer.issuer,
      keys,
      ...compileTls(issuer, keys.from === 'inline', path, report),
      // None: a JWT of an issuer with this name is refused by whatever reads the profile.
      algorithms: [],
      types: [],
      ...compileSubject(issuer.subject, [...path, 'subject'], report),
      ...compileTimes(issuer, path, report, DEFAULT_AGE_SECONDS),
      saml: {
        recipients: [...new Set(verify.recipients)],
        multiValued: [...new Set(verify.multiValued ?? [])],
      },
    },
    audiences: [...new Set(issuer.audiences)],
    authorizedParties: [],
    anyParty: true,
    ...(member === undefined ? {} : { member }),
    ...(memberRequires === undefined ? {} : { memberRequires }),
    principalArn: compilePrincipal(verify.principalArn, tenant, verifyPath, report),
    prefetch: issuer.prefetch ?? false,
  }
}

/** @returns by default, an ARN that names the tenant, as virtual ARNs of roles do */
function compilePrincipal(
  arn: string | undefined,
  tenant: string,
  path: DocumentPath,
  report: Report,
): string {
  if (arn === undefined) return `arn:aws:iam::${VIRTUAL_ACCOUNT}:saml-provider/${tenant}`
  const [, account = VIRTUAL_ACCOUNT] = SAML_PROVIDER_ARN.exec(arn) ?? []
  if (account === VIRTUAL_ACCOUNT)
    report(
      [...path, 'principalArn'],
      'principalArn is not the ARN of a SAML provider of an AWS account',
      'write arn:aws:iam::111122223333:saml-provider/name, or nothing: callers then send ' +
        `arn:aws:iam::${VIRTUAL_ACCOUNT}:saml-provider/${tenant}`,
    )
  return arn
}

function compileKeys(
  { metadataUrl, metadataCertificates, certificates }: SamlIssuerDocument['verify'],
  path: DocumentPath,
  report: Report,
): VerificationProfile['keys'] {
  const compileAll = (field: string, list: readonly string[] = []) =>
    list.flatMap((pem, index) => compileCertificate(pem, [...path, field, index], report) ?? [])
  const signers = compileAll('metadataCertificates', metadataCertificates)
  const jwks = compileAll('certificates', certificates)
  if ((metadataUrl === undefined) === (certificates === undefined))
    report(
      path,
      metadataUrl === undefined
        ? 'the keys of the issuer are missing'
        : 'metadataUrl and certificates are mutually exclusive',
      'write one of: metadataUrl: https://…, or certificates: with the certificates that sign',
    )
  if (metadataUrl === undefined) {
    if (metadataCertificates !== undefined)
      report(
        [...path, 'metadataCertificates'],
        'metadataCertificates has no effect without metadata',
        'remove metadataCertificates',
      )
    return { from: 'inline', jwks }
  }
  checkUrl(metadataUrl, [...path, 'metadataUrl'], report, { allowQuery: true })
  return { from: 'metadata', metadataUrl, ...(metadataCertificates ? { signers } : {}) }
}
