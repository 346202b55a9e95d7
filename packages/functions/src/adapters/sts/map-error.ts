/** Says in the broker's codes what STS, or the way to it, refused; the original words are kept for the audit record. */
import { BrokerError, isObject, type RefusalCode } from '@token-broker/core'

const MAX_MESSAGE_CHARACTERS = 300
const RETRY_AFTER_SECONDS = 1

/** What a status alone does not tell. Sources: the STS API reference's error lists and the SDK's throttling names. */
const CODES: ReadonlyMap<string, RefusalCode> = new Map([
  ['PackedPolicyTooLarge', 'policy_too_large'],
  ['PackedPolicyTooLargeException', 'policy_too_large'],
  ['Throttling', 'throttled'],
  ['ThrottlingException', 'throttled'],
  ['TooManyRequests', 'throttled'],
  ['TooManyRequestsException', 'throttled'],
  ['RequestLimitExceeded', 'throttled'],
  ['SlowDown', 'throttled'],
  ['IDPCommunicationError', 'upstream_unavailable'],
  ['IDPCommunicationErrorException', 'upstream_unavailable'],
  ['ServiceUnavailable', 'upstream_unavailable'],
  ['RequestTimeout', 'upstream_unavailable'],
])

export function mapStsError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  const { code, message, status } = wordsOf(error)
  const refusal = CODES.get(code) ?? byStatus(status)
  const options =
    refusal === 'throttled' || refusal === 'upstream_unavailable' ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {}
  return new BrokerError(refusal, `STS: ${shorten(`${code}: ${message}`)}`, options)
}

/** No status: the network, a timeout or an abort. A good status: an answer that could not be read. */
function byStatus(status: number | undefined): RefusalCode {
  if (status === undefined || status < 400 || status >= 500) return 'upstream_unavailable'
  return status === 429 ? 'throttled' : 'sts_rejected'
}

function wordsOf(error: unknown): { code: string; message: string; status: number | undefined } {
  if (!isObject(error)) return { code: 'Error', message: 'unknown', status: undefined }
  const metadata = isObject(error.$metadata) ? error.$metadata : {}
  const status = typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
  const system = typeof error.code === 'string' ? error.code : undefined
  const name = typeof error.name === 'string' ? error.name : 'Error'
  // Ceph answers with a bare <Error>, whose code the SDK does not find: then the status has to speak.
  const code =
    name === 'Unknown' && status !== undefined ? `HTTP ${status}` : name === 'Error' ? (system ?? name) : name
  return { code, message: typeof error.message === 'string' ? error.message : '', status }
}

/** Cut only after tokens are out, so that no half of one is left. */
function shorten(text: string): string {
  const clean = text.replace(/eyJ[\w.+/=-]*/g, '[token]').replace(/\p{Cc}+/gu, ' ')
  return clean.length > MAX_MESSAGE_CHARACTERS ? `${clean.slice(0, MAX_MESSAGE_CHARACTERS - 1)}…` : clean
}
