/** The logins of a request to an identity pool: which providers they name, and who issued them. */
import { BrokerError, type RefusalCode } from '../model/broker-error.ts'
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import { type CompiledPool, canonicalProvider } from '../model/identity-pool.ts'
import type { PresentedLogin } from '../model/pool-identity.ts'
import { shownValue } from '../model/shown-value.ts'
import { MAX_TOKEN_CHARACTERS } from '../model/sts-limits.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { readCompactJws } from '../verify/compact-jws.ts'
import { isSamlProfile } from '../verify/verify-identity.ts'

/** Recorded for each login before its token is verified. */
export const LOGIN_CHECK = 'token is of an issuer of the provider'

/** A login of a provider of the pool. Nothing of its token is verified yet. */
export interface ProvidedLogin {
  /** Without a slash at its end. */
  readonly provider: string
  /** As the client wrote it. */
  readonly name: string
  readonly token: string
  /** Those of the tenant document that may have issued the token. */
  readonly issuers: readonly string[]
}

/**
 * @returns the logins in the order of the document, the first of which decides
 * @throws {BrokerError} `issuer_untrusted` where a provider is not one of the pool;
 *   `invalid_request` where a provider is named twice
 */
export function readLogins(
  pool: CompiledPool,
  presented: readonly PresentedLogin[],
  trace: Trace,
): readonly ProvidedLogin[] {
  const byProvider = new Map<string, PresentedLogin>()
  for (const login of presented) {
    const provider = canonicalProvider(login.provider)
    if (byProvider.has(provider))
      throw new BrokerError('invalid_request', 'A provider is named twice in Logins.', {
        callerMessage: 'Send one login per provider in Logins.',
      })
    byProvider.set(provider, login)
  }
  const known = Object.entries(pool.logins).map(
    ([name, issuers]) => [canonicalProvider(name), issuers] as const,
  )
  const logins = known.flatMap(([provider, issuers]) => {
    const login = byProvider.get(provider)
    return login ? { provider, name: login.provider, token: login.token, issuers } : []
  })
  const expected = known.map(([provider]) => provider)
  const isKnown = logins.length === byProvider.size
  const found = [...byProvider.keys()]
  if (recordCheck(trace, 'verify', 'the pool has the providers', isKnown, expected, found))
    return logins
  const message =
    `Logins has a provider that the pool lacks: expected ${expected.join(', ')}, found ` +
    `${found.filter((one) => !expected.includes(one)).join(', ')}; add it to logins of the pool, ` +
    'or correct its name in the app.'
  throw new BrokerError('issuer_untrusted', message, {
    callerMessage: 'Token is not from a supported provider of this identity pool.',
  })
}

/**
 * Which issuer of a provider is to verify a token: the one that the token names, or else the one
 * for tokens that name none. What the token says only selects (RFC 8725 §3.8).
 * @throws {BrokerError} `issuer_untrusted`, `invalid_token`
 */
export function issuerOfLogin(
  { token, issuers }: ProvidedLogin,
  { issuers: namingIssuers, opaqueIssuers = [] }: CompiledTenant,
  trace: Trace,
): { readonly issuer: string; readonly isSaml: boolean } {
  const saml = namingIssuers.find(
    ({ profile }) => issuers.includes(profile.issuer) && isSamlProfile(profile),
  )
  if (saml) {
    recordCheck(trace, 'verify', LOGIN_CHECK, true, issuers, saml.profile.issuer)
    return { issuer: saml.profile.issuer, isSaml: true }
  }
  const named = namedIssuer(token)
  const issuer =
    issuers.find((one) => one === named) ??
    issuers.find((one) => opaqueIssuers.some((opaque) => opaque.issuer === one))
  const found = named ?? '(no JWT)'
  recordCheck(trace, 'verify', LOGIN_CHECK, issuer !== undefined, issuers, found)
  if (issuer !== undefined) return { issuer, isSaml: false }
  throw named === undefined
    ? loginRefusal('invalid_token', 'Not a valid OpenId Connect identity token.')
    : loginRefusal('issuer_untrusted', "Issuer doesn't match providerName", [issuers, named])
}

/** With the words of Amazon Cognito, which its users search for. */
function loginRefusal(
  code: RefusalCode,
  reason: string,
  values?: readonly [expected: readonly string[], found: string],
): BrokerError {
  const callerMessage = `Invalid login token. ${reason}`
  const shown = values ? `: expected ${shownValue(values[0])}, found ${shownValue(values[1])}` : ''
  return new BrokerError(code, `${callerMessage}${shown}`, { callerMessage })
}

function namedIssuer(token: string): string | undefined {
  const malformed = (): never => {
    throw new SyntaxError('is not a JWT')
  }
  try {
    const { iss } = readCompactJws(token, MAX_TOKEN_CHARACTERS, malformed).claims
    return typeof iss === 'string' ? iss : undefined
  } catch {
    return undefined
  }
}
