/** Why there are no credentials: one line for the user, with what to do. */
import type { RefusalCode } from '@token-broker/core'
import { CliError, EXIT, quote } from '../cli-error.ts'

/** The exit code is 4 where `isTemporary`, else 3. */
export class SessionError extends CliError {
  /**
   * The code of the broker, or one of this program: `unreachable`, `no_token` or
   * `unexpected_response`.
   */
  readonly code: string
  /** The same request may succeed later; until then, unexpired credentials may be used. */
  readonly isTemporary: boolean

  constructor(code: string, message: string, isTemporary: boolean) {
    super(onOneLine(message), isTemporary ? EXIT.unavailable : EXIT.refused)
    this.code = code
    this.isTemporary = isTemporary
  }
}

/** One entry for each code of core: a missing one does not compile. */
const ADVICE: Readonly<Record<RefusalCode, string>> = {
  invalid_request: 'correct the request; this version may be too old for the broker',
  invalid_token: 'get a token from the identity provider that the tenant trusts',
  issuer_untrusted: 'get a token from the identity provider that the tenant trusts',
  token_expired: 'log in again to get a new token',
  invalid_dpop_proof: 'the token is bound to a key; name it with --dpop-key, and check the clock',
  use_dpop_nonce: 'the broker accepts no proof of the key; ask the operator, with the request id',
  issuer_unavailable: 'the keys of the identity provider cannot be fetched; try again later',
  access_denied: 'no rule grants this to you; ask the operator, with the request id',
  claim_unusable:
    'a claim of your token cannot be used safely; ask the operator, with the request id',
  sts_rejected: 'the role does not trust the broker; ask the operator, with the request id',
  policy_too_large: 'request fewer --statements, or ask the operator, with the request id',
  throttled: 'too many requests; try again later',
  upstream_unavailable: 'AWS STS is not responding; try again later',
  config_invalid: 'the broker is misconfigured; ask the operator, with the request id',
  internal: 'the broker failed; ask the operator, with the request id',
}

/** What a detail of the broker is about. */
const BLAMED: readonly (readonly [about: RegExp, option: string])[] = [
  [/^The (?:requested )?duration|"durationSeconds"/, 'duration'],
  [/^The grant has no statement|"statements"/, 'statements'],
  [/session policy|"policy"/, 'policy'],
  [/"tenant"/, 'tenant'],
  [/"grant"/, 'grant'],
  [/"tokenType"/, 'token-type'],
  [/"actorTokenType"/, 'actor-token-type'],
  [/actor token|"actorToken"/i, 'actor-token-file'],
]

export interface Refusal {
  readonly status: number
  /** Options that the request was made from, and their values as they were written. */
  readonly given: Readonly<Record<string, string>>
  readonly code: string | undefined
  readonly requestId: string | undefined
  readonly detail: string | undefined
  /** The URL of the broker. */
  readonly endpoint: string
}

/**
 * Names the option that the broker's detail is about; without a detail, the options that may be
 * wrong, if any of them was given.
 */
export function refusalError(refusal: Refusal): SessionError {
  const { status, code, requestId, detail } = refusal
  const isTemporary = status === 429 || status >= 500
  const request = `request ${requestId ?? 'without an id'}`
  const advice = code !== undefined && isKnown(code) ? ADVICE[code] : undefined
  if (code === undefined || advice === undefined) {
    const what = `HTTP ${status} without a code that this version knows (${request})`
    const message = `unexpected_response: ${what}; check --endpoint.${pathHint(refusal)}`
    return new SessionError('unexpected_response', message, isTemporary)
  }
  const explained =
    detail === undefined ? unexplained(refusal, advice) : blamed(detail, advice, refusal)
  return new SessionError(code, `${code} (${request}): ${explained}`, isTemporary)
}

function blamed(detail: string, advice: string, refusal: Refusal): string {
  if (refusal.status === 404) return `--endpoint: ${detail}${pathHint(refusal)}`
  const option = BLAMED.find(([about]) => about.test(detail))?.[1]
  if (option !== undefined) return `--${option}: ${detail}`
  if (!/request id/.test(detail)) return `${detail} ${advice}`
  const named = refusal.code === 'access_denied' ? optionsGiven(refusal) : ''
  return named === '' ? detail : `check ${named}: ${detail}`
}

/** An unknown tenant or grant has the same response as a forbidden one. */
function unexplained(refusal: Refusal, advice: string): string {
  const named = refusal.code === 'access_denied' ? optionsGiven(refusal) : ''
  return named === '' ? advice : `check ${named}, or ask the operator, with the request id`
}

function optionsGiven({ given }: Refusal): string {
  return Object.entries(given)
    .map(([option, value]) => `--${option} ${quote(value)}`)
    .join(' and ')
}

/** The path of the broker is often mistaken, and the response then comes from something else. */
function pathHint({ status, endpoint }: Refusal): string {
  const { origin, pathname } = new URL(endpoint)
  return status === 404 && pathname !== '/'
    ? ` Its path is ${pathname}; a broker often has none: ${origin}`
    : ''
}

/** There is no subject token to send. */
export function noToken(message: string): SessionError {
  return new SessionError('no_token', `no_token: ${message}`, false)
}

function isKnown(code: string): code is RefusalCode {
  return Object.hasOwn(ADVICE, code)
}

/** A response may contain line breaks and control characters; terminals interpret them. */
function onOneLine(message: string): string {
  return message.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').slice(0, 900)
}
