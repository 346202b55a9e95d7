/** Parses the broker's response: credentials, or a problem document (RFC 9457). */
import type { AwsCredentials } from './provider-options.ts'
import { isBrokerCode, TokenBrokerError } from './token-broker-error.ts'

export interface CredentialResponse {
  readonly status: number
  /** The header `Retry-After`. */
  readonly retryAfter: string | null
  readonly text: string
}

const RFC3339_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const MAX_REASON_CHARACTERS = 300

/** @throws {TokenBrokerError} the broker's refusal, or `unexpected_response` */
export function parseCredentialResponse(
  { status, retryAfter, text }: CredentialResponse,
  tokens: readonly (string | undefined)[],
): AwsCredentials {
  const body = parseObject(text)
  if (status === 200) {
    const credentials = body && parseCredentials(body.credentials)
    if (credentials) return credentials
  }
  const { code, requestId, title, detail } = body ?? {}
  const retryAfterSeconds = parseRetryAfter(retryAfter)
  if (status < 400 || !isBrokerCode(code)) {
    throw new TokenBrokerError(
      'unexpected_response',
      `The response (HTTP ${status}) is not a token broker's; check the option "endpoint"`,
      { status, retryAfterSeconds },
    )
  }
  // The server knows the tokens and may quote them; they are redacted because messages are logged.
  const reason = tokens
    .reduce<string>(
      (text, token) => (token ? text.split(token).join('[token]') : text),
      stringOr(detail, stringOr(title, 'no detail')),
    )
    .slice(0, MAX_REASON_CHARACTERS)
  throw new TokenBrokerError(
    code,
    `The token broker responded with ${code} (HTTP ${status}): ${reason}`,
    {
      status,
      requestId: stringOr(requestId, undefined),
      retryAfterSeconds,
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

/** The broker sends seconds. A date, which RFC 9110 §10.2.3 also allows, is ignored. */
function parseRetryAfter(value: string | null): number | undefined {
  return /^\d{1,6}$/.test(value ?? '') ? Number(value) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function stringOr<Fallback>(value: unknown, fallback: Fallback): string | Fallback {
  return typeof value === 'string' ? value : fallback
}
