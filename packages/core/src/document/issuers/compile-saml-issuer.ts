/** Compiles an issuer of a tenant document whose tokens are SAML 2.0 assertions. */
import { requiredValue } from '../../expression/claim-paths.ts'
import type { CompiledIssuer, VerificationProfile } from '../../model/compiled-tenant.ts'
import type { JWK } from '../../model/jwk.ts'
import { SAML_PROVIDER_ARN, VIRTUAL_ACCOUNT } from '../../model/names.ts'
import { readMetadata } from '../../saml/read-metadata.ts'
import { SamlProblem } from '../../saml/saml-problem.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { checkCel, checkUrl } from '../field-values.ts'
import type { SamlIssuerDocument } from '../schema.ts'
import { compileCertificate } from './compile-certificate.ts'
import { compileKey } from './compile-key.ts'
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
  const keys = compileKeys(issuer, verifyPath, report)
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

type Keys = VerificationProfile['keys']

/** Where the keys come from; a document says it in exactly one way. */
const SOURCES = ['metadataUrl', 'metadata', 'certificates'] as const

function compileKeys(
  { issuer, verify }: SamlIssuerDocument,
  path: DocumentPath,
  report: Report,
): Keys {
  const { metadataUrl, metadata, metadataCertificates, certificates = [] } = verify
  const stated = SOURCES.filter((field) => verify[field] !== undefined)
  if (stated.length !== 1)
    report(
      path,
      stated.length === 0
        ? 'the keys of the issuer are missing'
        : `${stated.join(' and ')} are mutually exclusive`,
      'write one of: metadataUrl: https://…, metadata: with its XML, or certificates: with those ' +
        'that sign',
    )
  const compileAll = (field: string, list: readonly string[] = []) =>
    list.flatMap((pem, index) => compileCertificate(pem, [...path, field, index], report) ?? [])
  const signers = compileAll('metadataCertificates', metadataCertificates)
  if (metadataUrl !== undefined) {
    checkUrl(metadataUrl, [...path, 'metadataUrl'], report, { allowQuery: true })
    return { from: 'metadata', metadataUrl, ...(metadataCertificates ? { signers } : {}) }
  }
  if (metadata !== undefined)
    return compileMetadata(metadata, issuer, signers, [...path, 'metadata'], report)
  if (metadataCertificates !== undefined)
    report(
      [...path, 'metadataCertificates'],
      'metadataCertificates has no effect without metadata',
      'remove metadataCertificates',
    )
  return { from: 'inline', jwks: compileAll('certificates', certificates) }
}

function compileMetadata(
  xml: string,
  issuer: string,
  signers: readonly JWK[],
  path: DocumentPath,
  report: Report,
): Keys {
  try {
    const { jwks, validUntilMs } = readMetadata(xml, issuer, signers)
    return {
      from: 'inline',
      jwks: jwks.map((key) => compileKey(key, path, report)),
      ...(validUntilMs === undefined ? {} : { validUntilMs }),
    }
  } catch (error) {
    if (!(error instanceof SamlProblem)) throw error
    report(
      path,
      `the metadata ${error.message}`,
      "write the identity provider's metadata exactly as it publishes it",
    )
    return { from: 'inline', jwks: [] }
  }
}
