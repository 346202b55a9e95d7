/**
 * Whether a request comes from the page of the console. Any web page that the operator visits can
 * send requests to a server on loopback, so the address alone proves nothing.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface RefusedRequest {
  readonly status: 401 | 403 | 405 | 415 | 421
  readonly code: 'unauthorized' | 'forbidden'
  readonly message: string
}

/**
 * DNS rebinding: a web page whose host name resolves to this machine sends that host name.
 * @returns undefined where the request is for this server
 */
export function checkHost(request: IncomingMessage, port: number): RefusedRequest | undefined {
  const hosts = request.headersDistinct.host ?? []
  const [host] = hosts
  if (hosts.length === 1 && (host === `127.0.0.1:${port}` || host === `localhost:${port}`))
    return undefined
  return refusal(421, `Expected the host 127.0.0.1:${port}; open the URL that was printed.`)
}

/**
 * For a call, beside {@link checkHost}.
 * @returns undefined where the page sends it, with its key
 */
export function checkPageCall(
  { method, headers }: IncomingMessage,
  key: string,
): RefusedRequest | undefined {
  if (method !== 'POST') return refusal(405, 'Expected POST.')
  const { origin } = headers
  const site = headers['sec-fetch-site']
  if (origin !== undefined && origin !== `http://${headers.host}`)
    return refusal(403, 'Expected a request of the page itself, found one of another origin.')
  if (site !== undefined && site !== 'same-origin')
    return refusal(403, 'Expected a request of the page itself, found one of another site.')
  // A form of another page cannot send this type without a preflight request, which is refused.
  if (headers['content-type'] !== 'application/json')
    return refusal(415, 'Expected the type application/json.')
  if (isKey(headers.authorization ?? '', key)) return undefined
  return {
    status: 401,
    code: 'unauthorized',
    message:
      'The access key of this tab is missing or belongs to another start of the console. ' +
      'Open the whole URL that "token-broker console" printed last.',
  }
}

/** In constant time, over digests of equal length. */
function isKey(authorization: string, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(authorization), digest(`Bearer ${key}`))
}

function refusal(status: 403 | 405 | 415 | 421, message: string): RefusedRequest {
  return { status, code: 'forbidden', message }
}
