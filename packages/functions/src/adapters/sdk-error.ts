/** Reads what the AWS SDK's parts throw: the service's name for the error, its words, and the HTTP status. */
import { isObject } from '@token-broker/core'

const MAX_MESSAGE_CHARACTERS = 300

export interface SdkError {
  /** The service's code, or Node's (`ECONNREFUSED`), or the error's name (`TimeoutError`). */
  readonly code: string
  /** Absent: there was no answer. */
  readonly status: number | undefined
  /** Code and message for the operator, cut to 300 characters; tokens are taken out. */
  readonly text: string
}

export function readSdkError(error: unknown): SdkError {
  if (!isObject(error)) return { code: 'Error', status: undefined, text: 'Error: unknown' }
  const metadata = isObject(error.$metadata) ? error.$metadata : {}
  const status = typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
  const system = typeof error.code === 'string' ? error.code : undefined
  const name = typeof error.name === 'string' ? error.name : 'Error'
  // An answer that names no code, such as a proxy's page: then the status has to speak.
  const code =
    name === 'Unknown' && status !== undefined
      ? `HTTP ${status}`
      : name === 'Error'
        ? (system ?? name)
        : name
  const message = typeof error.message === 'string' ? error.message : ''
  return { code, status, text: shorten(`${code}: ${message}`) }
}

/**
 * Cut only after tokens are out, so that no half of one is left. AWS quotes the canonical request, and with it the session
 * token, where a signature does not match: a long run of base64 is none of anybody's business.
 */
function shorten(text: string): string {
  const clean = text.replace(/eyJ[\w.+/=-]*|[\w+/=%-]{80,}/g, '[token]').replace(/\p{Cc}+/gu, ' ')
  return clean.length > MAX_MESSAGE_CHARACTERS
    ? `${clean.slice(0, MAX_MESSAGE_CHARACTERS - 1)}…`
    : clean
}
