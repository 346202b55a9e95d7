/** Compiles where and how an issuer of opaque tokens is asked, and what its response must state. */
import type { IntrospectionClient } from '../../model/opaque-issuer.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { checkUrl } from '../field-values.ts'
import type { OpaqueIssuerDocument } from '../schema.ts'
import { type Asked, compileProvider } from './compile-provider.ts'

type Verification<Kind> = Extract<OpaqueIssuerDocument['verify'], { kind: Kind }>
type ClientDocument = Omit<Verification<'introspection'>, 'kind'>

/** What restricts applications has no meaning for an issuer with only one. */
const APPLICATION_FIELDS = ['audienceClaim', 'authorizedParties', 'authorizedPartyClaim'] as const

export function compileOpaqueProfile(
  issuer: OpaqueIssuerDocument,
  path: DocumentPath,
  report: Report,
): Asked {
  const { verify, audienceClaim = 'client_id' } = issuer
  const verifyPath = [...path, 'verify']
  switch (verify.kind) {
    case 'introspection': {
      const { kind, ...client } = verify
      return {
        profile: { kind, ...compileClient(client, verifyPath, report) },
        audienceClaim,
      }
    }
    case 'userinfo':
      return compileUserInfo(issuer, verify, path, report)
    case 'webhook':
      return compileWebhook(issuer, verify, path, report)
    case 'login-with-amazon':
    case 'facebook':
    case 'github':
      return compileProvider(issuer, verify, path, report)
  }
}

/**
 * UserInfo says who the user is, and not for which application the token was issued: every other
 * application of the issuer gets tokens of the same users, and could send them here.
 */
function compileUserInfo(
  issuer: OpaqueIssuerDocument,
  { kind, url, introspection, singleApplication }: Verification<'userinfo'>,
  path: DocumentPath,
  report: Report,
): Asked {
  const verifyPath = [...path, 'verify']
  checkUrl(url, [...verifyPath, 'url'], report, { allowQuery: true })
  if (introspection !== undefined && singleApplication !== undefined)
    report(verifyPath, 'introspection and singleApplication are mutually exclusive', 'keep one')
  if (introspection !== undefined) {
    const client = compileClient(introspection, [...verifyPath, 'introspection'], report)
    const audienceClaim = issuer.audienceClaim ?? 'client_id'
    return { profile: { kind, url, introspection: client }, audienceClaim }
  }
  if (singleApplication === undefined)
    report(
      verifyPath,
      'UserInfo does not say for which application a token was issued',
      'write introspection, which says it, or singleApplication: true if no other application ' +
        'gets tokens of this issuer',
    )
  checkOnlyAudience(issuer, 'singleApplication: true', path, report)
  if (issuer.maxTokenAge !== undefined)
    report(
      [...path, 'maxTokenAge'],
      'UserInfo does not say when a token was issued',
      'remove maxTokenAge, or write introspection in place of singleApplication',
    )
  return { profile: { kind, url }, audienceClaim: 'none', expiresAt: 'optional' }
}

/** The endpoint decides for which application a token is, unless its claims are to say it. */
function compileWebhook(
  issuer: OpaqueIssuerDocument,
  profile: Verification<'webhook'>,
  path: DocumentPath,
  report: Report,
): Asked {
  checkUrl(profile.url, [...path, 'verify', 'url'], report, { allowQuery: true })
  const { audienceClaim = 'none' } = issuer
  if (audienceClaim === 'none') checkOnlyAudience(issuer, 'kind: webhook', path, report)
  return { profile, audienceClaim, expiresAt: 'optional' }
}

/** @param stated what in the document says that there is nothing to compare */
function checkOnlyAudience(
  issuer: OpaqueIssuerDocument,
  stated: string,
  path: DocumentPath,
  report: Report,
): void {
  for (const field of APPLICATION_FIELDS)
    if (issuer[field] !== undefined)
      report(
        [...path, field],
        `${field} has no effect with ${stated}: no response is compared with it`,
        `remove ${field}`,
      )
  if (issuer.audiences.length > 1)
    report(
      [...path, 'audiences'],
      `several audiences have no meaning with ${stated}: every token counts as one for all of them`,
      'write one audience, the name of the application',
    )
}

function compileClient(
  client: ClientDocument,
  path: DocumentPath,
  report: Report,
): IntrospectionClient {
  checkUrl(client.url, [...path, 'url'], report, { allowQuery: true })
  return { ...client, method: client.method ?? 'client_secret_basic' }
}
