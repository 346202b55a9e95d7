/** Parses the broker's answers, credentials or a problem (RFC 9457); whatever fits neither is an `unexpected_answer`. */
import type { AwsCredentials } from './options.ts'
import { isBrokerCode, TokenBrokerError } from './token-broker-error.ts'

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly text: string
}

const RFC3339_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const MAX_DETAIL_CHARACTERS = 300

/** @throws {TokenBrokerError} the broker's refusal, or `unexpected_answer` */
export function parseAnswer(answer: Answer, token: string): AwsCredentials {
  const { status } = answer
  const body = parseObject(answer.text)
  if (status === 200) {
    const credentials = body && parseCredentials(body.credentials)
    if (credentials) return credentials
  }
  const { code, requestId, title, detail } = body ?? {}
  const known = status >= 400 && isBrokerCode(code)
  const told = known
    ? `${code}: ${stringOr(detail, stringOr(title, 'no detail'))}`
    : 'an answer that is not its own'
  throw new TokenBrokerError(
    known ? code : 'unexpected_answer',
    // Whoever answered knows the token and may have echoed it; messages end in logs.
    `The token broker gave ${told.split(token).join('[token]').slice(0, MAX_DETAIL_CHARACTERS)} (HTTP ${status})`,
    {
      status,
      requestId: known && typeof requestId === 'string' ? requestId : undefined,
      retryAfterSeconds: parseRetryAfter(answer.retryAfter),
    },
  )
}

function parseCredentials(value: unknown): AwsCredentials | undefined {
  if (!isObject(value)) return undefined
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = value
  if (!isFilled(accessKeyId) || !isFilled(secretAccessKey) || !isFilled(sessionToken))
    return undefined
  if (typeof expiration !== 'string' || !RFC3339_UTC.test(expiration)) return undefined
  const date = new Date(expiration)
  return Number.isNaN(date.getTime())
    ? undefined
    : { accessKeyId, secretAccessKey, sessionToken, expiration: date }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The broker sends seconds; a date, which RFC 9110 allows too, is left to the caller's own back-off. */
function parseRetryAfter(value: string | null): number | undefined {
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function stringOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}
