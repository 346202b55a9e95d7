/** Recognises and reads a request to explain what an identity pool would decide. */
import { invalidRequest, isObject, parseStrictObject } from '@token-broker/core'
import type { HttpRequest } from '../http.ts'
import { readText } from './wire.ts'

type Body = Readonly<Record<string, unknown>>

/** Whether the body has the member `pool`. What cannot be read is for another parser to refuse. */
export function namesPool(request: HttpRequest): boolean {
  // The body of other requests is parsed once only.
  if (!Buffer.from(request.body ?? []).includes('"pool"')) return false
  try {
    return Object.hasOwn(readObject(request), 'pool')
  } catch {
    return false
  }
}

/** @throws {BrokerError} `invalid_request` where it has a token besides those of its logins */
export function readExplainedPool(request: HttpRequest): Body {
  if (request.headers.authorization === undefined) return readObject(request)
  throw invalidRequest('Send the tokens of a caller of an identity pool in "logins".')
}

function readObject(request: HttpRequest): Body {
  const body: unknown = parseStrictObject(readText(request, 'application/json'))
  return isObject(body) ? body : {}
}
