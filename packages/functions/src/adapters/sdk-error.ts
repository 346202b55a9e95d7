/** Reads errors of the AWS SDK's parts: the service's code, its message and the HTTP status. */
import type { RefusalCode } from '@token-broker/core'
import { isObject } from '@token-broker/core/strict-json'

const MAX_MESSAGE_CHARACTERS = 300

export interface SdkError {
  /** The service's code, Node's (`ECONNREFUSED`), or the name of the error (`TimeoutError`). */
  readonly code: string
  /** Undefined: there was no response. */
  readonly status: number | undefined
  /** Code and message for the operator, cut to 300 characters, without tokens. */
  readonly text: string
}

export function readSdkError(error: unknown): SdkError {
  if (!isObject(error)) return { code: 'Error', status: undefined, text: 'Error: unknown' }
  const metadata = isObject(error.$metadata) ? error.$metadata : {}
  const status = typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
  const code = readCode(error, status)
  const message = typeof error.message === 'string' ? error.message : ''
  return { code, status, text: sanitize(`${code}: ${message}`) }
}

function readCode(
  { name, code }: Readonly<Record<string, unknown>>,
  status: number | undefined,
): string {
  // The SDK's name for a response without an error code, such as a proxy's HTML page.
  if (name === 'Unknown' && status !== undefined) return `HTTP ${status}`
  if (typeof name === 'string' && name !== 'Error') return name
  return typeof code === 'string' ? code : 'Error'
}

/**
 * Removes tokens before it cuts, so that no part of a token remains. Long runs of base64 are
 * removed as well: if a signature does not match, AWS quotes the canonical request, which contains
 * the session token.
 */
function sanitize(text: string): string {
  const clean = text.replace(/eyJ[\w.+/=-]*|[\w+/=%-]{80,}/g, '[token]').replace(/\p{Cc}+/gu, ' ')
  return clean.length > MAX_MESSAGE_CHARACTERS
    ? `${clean.slice(0, MAX_MESSAGE_CHARACTERS - 1)}…`
    : clean
}

/**
 * The broker's code for an error whose HTTP status alone determines it. Without a status the
 * network failed, or the call timed out or was aborted. A status below 400 belongs to a response
 * that could not be read.
 * @param rejection the code for a status of 400 to 499 other than 429
 */
export function refusalCodeOf(status: number | undefined, rejection: RefusalCode): RefusalCode {
  if (status === undefined || status < 400 || status >= 500) return 'upstream_unavailable'
  return status === 429 ? 'throttled' : rejection
}
