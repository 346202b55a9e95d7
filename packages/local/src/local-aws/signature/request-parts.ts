/** The parts of an HTTP request that a signature of AWS covers. */
import type { IncomingHttpHeaders } from 'node:http'
import { AwsRefusal } from '../aws-refusal.ts'

export type SignedService = 's3' | 'dynamodb'

export interface SignedRequest {
  readonly method: string
  /** The request target as it was sent: `/bucket/key?list-type=2`. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as `IncomingMessage.rawHeaders`. */
  readonly rawHeaders: readonly string[]
  /** Required for DynamoDB, where the signature covers the body itself. S3 reads it afterwards. */
  readonly body?: Buffer
}

/** A name and a value, decoded. */
export type QueryParameter = readonly [name: string, value: string]

export interface RequestTarget {
  /** As it was sent. */
  readonly path: string
  readonly query: readonly QueryParameter[]
}

/** @throws {AwsRefusal} `InvalidURI` for an escape that is not UTF-8 */
export function readTarget(url: string): RequestTarget {
  const at = url.indexOf('?')
  const path = at === -1 ? url : url.slice(0, at)
  const parameters = at === -1 ? [] : url.slice(at + 1).split('&')
  return {
    path,
    query: parameters.filter(Boolean).map((parameter) => {
      const equals = parameter.indexOf('=')
      const [name, value] =
        equals === -1 ? [parameter, ''] : [parameter.slice(0, equals), parameter.slice(equals + 1)]
      return [decodeEscapes(name.replaceAll('+', ' ')), decodeEscapes(value.replaceAll('+', ' '))]
    }),
  }
}

/** @throws {AwsRefusal} `InvalidURI` */
export function decodeEscapes(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AwsRefusal(400, 'InvalidURI', "Couldn't parse the specified URI.")
  }
}

/**
 * Values by header in lower case: those of a header that is sent several times are joined by
 * commas, and several spaces count as one.
 */
export function canonicalHeaders(rawHeaders: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    // A client signs the bytes that it sends; Node.js reads each of them as one character.
    const sent = Buffer.from(rawHeaders[index + 1] ?? '', 'latin1').toString('utf8')
    const value = sent.trim().replaceAll(/\s+/g, ' ')
    const earlier = headers.get(name)
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return headers
}
