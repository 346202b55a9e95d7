/** Why there are no credentials, as one line for the person that says what to do. */
import type { RefusalCode } from '@token-broker/core'

/** @see README.md, exit codes */
const EXIT_REFUSED = 3
const EXIT_UNAVAILABLE = 4

export class SessionError extends Error {
  /** The broker's code, or one of this command's own (`unreachable`, `bad_answer`, `no_token`). */
  readonly code: string
  /** It may go well later without anybody doing anything, so that credentials still held may be used meanwhile. */
  readonly passing: boolean

  constructor(code: string, message: string, passing: boolean) {
    super(oneLine(message))
    this.name = 'SessionError'
    this.code = code
    this.passing = passing
  }
}

export function exitCodeOf({ passing }: SessionError): number {
  return passing ? EXIT_UNAVAILABLE : EXIT_REFUSED
}

/** One entry for each code of core: a missing one does not compile. */
const ADVICE: Readonly<Record<RefusalCode, string>> = {
  invalid_request: 'mend --tenant, --grant, --duration or --statements',
  invalid_token: 'get a token from the identity provider that the tenant trusts',
  issuer_untrusted: 'get a token from the identity provider that the tenant trusts',
  token_expired: 'log in again to get a new token',
  issuer_unavailable: 'the identity provider’s keys cannot be fetched now; try again later',
  access_denied: 'no rule gives you this; check --tenant and --grant, or ask the operator',
  claim_unusable:
    'a claim of your token cannot be used safely; ask the operator, with the request id',
  sts_rejected: 'the role does not trust the broker; ask the operator, with the request id',
  policy_too_large: 'ask for fewer --statements, or ask the operator, with the request id',
  throttled: 'too many requests; try again later',
  upstream_unavailable: 'AWS STS does not answer now; try again later',
  config_invalid: 'the broker is not configured rightly; ask the operator, with the request id',
  internal: 'the broker failed; ask the operator, with the request id',
}

export interface Refusal {
  readonly status: number
  readonly code: string | undefined
  readonly requestId: string | undefined
  readonly detail: string | undefined
}

export function refusalError({ status, code, requestId, detail }: Refusal): SessionError {
  const passing = status === 429 || status >= 500
  const request = `request ${requestId ?? 'without an id'}`
  const advice = code !== undefined && isKnown(code) ? ADVICE[code] : undefined
  if (code === undefined || advice === undefined) {
    const what = `HTTP ${status} with no code that this version knows (${request}); check --endpoint`
    return new SessionError('bad_answer', `bad_answer: ${what}`, passing)
  }
  const said = detail === undefined ? '' : ` ${detail}`
  return new SessionError(code, `${code} (${request}):${said} ${advice}`, passing)
}

function isKnown(code: string): code is RefusalCode {
  return Object.hasOwn(ADVICE, code)
}

/** What comes over the network may hold line breaks and control characters, which would speak to the terminal. */
function oneLine(message: string): string {
  return message.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').slice(0, 600)
}
