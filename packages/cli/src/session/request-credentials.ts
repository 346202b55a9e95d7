/** Asks the broker for credentials, once: its native API over HTTPS. */
import { parseCredentials, type SessionCredentials } from './credentials.ts'
import { isObject, parseObject, textOf } from './json.ts'
import type { SessionOptions } from './options.ts'
import { refusalError, SessionError } from './session-error.ts'

const TIMEOUT_MS = 15_000
const MAX_ANSWER_CHARACTERS = 100_000

/** @throws {SessionError} refused, unreachable, or an answer that is not the broker's */
export async function requestCredentials(
  options: SessionOptions,
  subjectToken: string,
): Promise<SessionCredentials> {
  const { endpoint, tenant, grant, durationSeconds, statements } = options
  const { status, text } = await post(`${endpoint}/v1/credentials`, {
    // In the body, since gateways refuse headers of more than some 10 KB.
    token: subjectToken,
    tenant,
    grant,
    durationSeconds,
    statements,
  })
  const answer = text.length > MAX_ANSWER_CHARACTERS ? undefined : parseObject(text)
  if (status !== 200) {
    throw refusalError({
      status,
      code: textOf(answer?.code),
      requestId: textOf(answer?.requestId)
        ?.replace(/[^\w.:=-]/g, '')
        .slice(0, 128),
      detail: textOf(answer?.detail)?.slice(0, 300),
    })
  }
  const credentials = parseCredentials({
    ...(isObject(answer?.credentials) ? answer.credentials : {}),
    accountId: /^arn:[\w-]+:sts::(\d{12}):/.exec(textOf(answer?.assumedRoleArn) ?? '')?.[1],
    obtainedAtMs: Date.now(),
  })
  if (credentials) return credentials
  throw new SessionError(
    'bad_answer',
    `bad_answer: ${endpoint} does not answer as a token broker; check --endpoint`,
    false,
  )
}

async function post(
  url: string,
  fields: object,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(fields),
      // A redirect would carry the subject token to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    throw new SessionError(
      'unreachable',
      `unreachable: ${new URL(url).origin} does not answer (${networkReason(error)}); check the network and --endpoint`,
      true,
    )
  }
}

/** The system's code only: messages of fetch may quote what was sent. */
function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error.name === 'TimeoutError') return `no answer in ${TIMEOUT_MS / 1000} s`
  const { cause } = error
  return isObject(cause) ? (textOf(cause.code) ?? 'connection failed') : 'connection failed'
}
