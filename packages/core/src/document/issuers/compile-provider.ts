/** Compiles an issuer that is a provider with an API of its own: Amazon, Facebook, GitHub. */
import type { AppTokenProfile, CompiledOpaqueIssuer } from '../../model/opaque-issuer.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { checkUrl } from '../field-values.ts'
import type { OpaqueIssuerDocument } from '../schema.ts'

/** The profile of an opaque issuer, and which statements about a token its responses contain. */
export type Asked = Pick<CompiledOpaqueIssuer, 'profile' | 'audienceClaim' | 'expiresAt'>

type ProviderVerification = Extract<
  OpaqueIssuerDocument['verify'],
  { kind: 'login-with-amazon' | AppTokenProfile['kind'] }
>

/**
 * The name is what callers send as `ProviderId` to AWS STS, where AWS knows the provider. Each
 * provider has other hosts too: Amazon in other regions, Facebook for a version of its API, GitHub
 * for GitHub Enterprise Server.
 */
export const PROVIDERS = {
  'login-with-amazon': { issuer: 'www.amazon.com', url: 'https://api.amazon.com' },
  facebook: { issuer: 'graph.facebook.com', url: 'https://graph.facebook.com' },
  github: { issuer: 'github.com', url: 'https://api.github.com' },
} as const

export function compileProvider(
  { audiences, audienceClaim, maxTokenAge }: OpaqueIssuerDocument,
  verify: ProviderVerification,
  path: DocumentPath,
  report: Report,
): Asked {
  const { kind } = verify
  const url = (verify.url ?? PROVIDERS[kind].url).replace(/\/$/, '')
  checkUrl(url, [...path, 'verify', 'url'], report)
  if (audienceClaim !== undefined)
    report(
      [...path, 'audienceClaim'],
      `audienceClaim has no effect with verify.kind: ${kind}, which names the application`,
      'remove audienceClaim',
    )
  if (verify.kind === 'login-with-amazon')
    return { profile: { kind: verify.kind, url }, audienceClaim: 'client_id' }
  const { clientId, clientSecret } = verify
  if (audiences.some((audience) => audience !== clientId))
    report(
      [...path, 'audiences'],
      `${kind} says nothing about tokens of other applications than its clientId`,
      `write audiences: ['${clientId}']`,
    )
  if (maxTokenAge !== undefined)
    report(
      [...path, 'maxTokenAge'],
      `${kind} does not say when a token was issued`,
      'remove maxTokenAge',
    )
  return {
    profile: { kind: verify.kind, url, clientId, clientSecret },
    audienceClaim: 'client_id',
    expiresAt: 'optional',
  }
}
