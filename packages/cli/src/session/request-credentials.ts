/** Requests credentials from the broker once, through its native API. */
import { isObject } from '@token-broker/core/strict-json'
import { nonEmptyString, parseObject } from './json.ts'
import { openProofKey } from './key-proof.ts'
import { parseCredentials, type SessionCredentials } from './session-credentials.ts'
import { refusalError, SessionError } from './session-error.ts'
import type { SessionOptions } from './session-options.ts'

const TIMEOUT_MS = 15_000
const MAX_RESPONSE_CHARACTERS = 100_000

/** @throws {SessionError} refused, not reachable, or a response that is not a broker's */
export async function requestCredentials(
  options: SessionOptions,
  subjectToken: string,
  actorToken?: string,
): Promise<SessionCredentials> {
  const { endpoint } = options
  const { status, text } = await send(options, subjectToken, actorToken)
  const body = text.length > MAX_RESPONSE_CHARACTERS ? undefined : parseObject(text)
  if (status !== 200) {
    const { tenant, grant } = options
    throw refusalError({
      ...{ status, endpoint },
      given: { ...(tenant && { tenant }), ...(grant && { grant }) },
      code: nonEmptyString(body?.code),
      requestId: nonEmptyString(body?.requestId)
        ?.replace(/[^\w.:=-]/g, '')
        .slice(0, 128),
      detail: nonEmptyString(body?.detail)?.slice(0, 500),
    })
  }
  const roleArn = nonEmptyString(body?.assumedRoleArn) ?? ''
  const credentials = parseCredentials({
    ...(isObject(body?.credentials) ? body.credentials : {}),
    accountId: /^arn:[\w-]+:sts::(\d{12}):/.exec(roleArn)?.[1],
    obtainedAtMs: Date.now(),
  })
  if (credentials) return credentials
  const what = `the response of ${endpoint} is not a token broker's; check --endpoint`
  throw new SessionError('unexpected_response', `unexpected_response: ${what}`, false)
}

interface BrokerResponse {
  readonly status: number
  readonly text: string
  /** For the next proof of a bound token. */
  readonly nonce: string | undefined
}

/** The first proof of a bound token has no nonce; the broker then sends one (RFC 9449 §8). */
async function send(
  options: SessionOptions,
  token: string,
  actorToken: string | undefined,
): Promise<BrokerResponse> {
  const { tokenType, actorTokenType, tenant, grant, durationSeconds } = options
  const { statements, policy, dpopKeyFile } = options
  const url = `${options.endpoint}/v1/credentials`
  // In the body, because gateways refuse headers of more than about 10 KB.
  const tokens = { token, tokenType, actorToken, actorTokenType }
  const fields = { ...tokens, tenant, grant, durationSeconds, statements, policy }
  if (dpopKeyFile === undefined) return post(url, fields)
  const prove = openProofKey(dpopKeyFile)
  const first = await post(url, fields, prove({ url, token, nonce: undefined }))
  const { nonce } = first
  const isRepeated = nonce !== undefined && parseObject(first.text)?.code === 'use_dpop_nonce'
  return isRepeated ? post(url, fields, prove({ url, token, nonce })) : first
}

async function post(url: string, fields: object, proof?: string): Promise<BrokerResponse> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(proof === undefined ? {} : { dpop: proof }),
      },
      body: JSON.stringify(fields),
      // A redirect would send the subject token to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const nonce = response.headers.get('dpop-nonce') ?? undefined
    return { status: response.status, text: await response.text(), nonce }
  } catch (error) {
    const what = `${new URL(url).origin} does not respond (${networkReason(error)})`
    const message = `unreachable: ${what}; check the network and --endpoint`
    throw new SessionError('unreachable', message, true)
  }
}

/** Only the code of the operating system: messages of fetch may quote what was sent. */
function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error.name === 'TimeoutError') return `no response within ${TIMEOUT_MS / 1000} s`
  const { cause } = error
  return (isObject(cause) && nonEmptyString(cause.code)) || 'connection failed'
}
