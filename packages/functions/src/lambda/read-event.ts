/**
 * Reads the events of HTTP APIs, REST APIs and function URLs: payload formats 1.0 and 2.0.
 *
 * The event is parsed, not trusted: another trigger, or a person who invokes the function, can send
 * any JSON.
 *
 * @see API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs" and "Input
 *   format of a Lambda function for proxy integration"; Lambda Developer Guide, "Invoking Lambda
 *   function URLs"
 */
import { type HttpRequest, MAX_BODY_BYTES } from '../http.ts'

type Members = Readonly<Record<string, unknown>>

/** @returns undefined if the event is not an HTTP request in one of these forms */
export function readEvent(
  event: unknown,
): Omit<HttpRequest, 'signal' | 'recordSignal'> | undefined {
  const members = membersOf(event)
  // A request to a Lambda authorizer has all members of an HTTP request, and `type`.
  const line = members.type === undefined ? readRequestLine(members) : undefined
  return (
    line && {
      ...line,
      query: readQuery(members),
      headers: readHeaders(members),
      body: readBody(members),
      ...readCertificate(members),
    }
  )
}

/**
 * The client's address is the one from which API Gateway or the function URL has the connection. A
 * caller can write anything into `X-Forwarded-For`; a function URL even passes on that value alone.
 */
function readRequestLine({ requestContext, ...event }: Members) {
  const { http, identity, stage } = membersOf(requestContext)
  const { method: httpMethod, sourceIp } = membersOf(http)
  // Not by `rawPath`, which a REST API also has below a base path mapping (honojs/hono#5015).
  const [method, path, clientIp] =
    http === undefined
      ? [event.httpMethod, event.path, membersOf(identity).sourceIp]
      : [httpMethod, event.rawPath, sourceIp]
  if (typeof method !== 'string' || typeof path !== 'string' || typeof clientIp !== 'string')
    return undefined
  return { method, path, clientIp, stage: typeof stage === 'string' ? stage : undefined }
}

/**
 * Format 1.0 has all values in `multiValueHeaders`, and the last of each name in `headers`. All are
 * joined, as format 2.0 does it, so that the app can refuse a second `Authorization`.
 */
function readHeaders({ headers, multiValueHeaders }: Members): HttpRequest['headers'] {
  const joined = new Map<string, string>()
  const single = membersOf(headers)
  const all =
    multiValueHeaders === undefined ? single : { ...single, ...membersOf(multiValueHeaders) }
  for (const [name, values] of Object.entries(all))
    for (const value of Array.isArray(values) ? values : [values])
      if (typeof value === 'string') {
        const key = name.toLowerCase()
        const before = joined.get(key)
        joined.set(key, before === undefined ? value : `${before}, ${value}`)
      }
  return Object.fromEntries(joined)
}

/** Format 1.0 has the decoded values: a list for each name. */
function readQuery({ rawQueryString, multiValueQueryStringParameters }: Members): string {
  if (typeof rawQueryString === 'string') return rawQueryString
  const pairs = Object.entries(membersOf(multiValueQueryStringParameters)).flatMap(
    ([name, values]) =>
      (Array.isArray(values) ? values : []).map((value): [string, string] => [name, String(value)]),
  )
  return new URLSearchParams(pairs).toString()
}

/**
 * The certificate of mutual TLS, which API Gateway has checked against its truststore. A caller can
 * write anything into a header, so none is read.
 * @see API Gateway Developer Guide, "Configuring mutual TLS authentication for an HTTP API" and
 *   "for a REST API"
 */
function readCertificate({ requestContext }: Members): Pick<HttpRequest, 'clientCertificate'> {
  const { authentication, identity } = membersOf(requestContext)
  const { clientCertPem } = {
    ...membersOf(membersOf(identity).clientCert),
    ...membersOf(membersOf(authentication).clientCert),
  }
  return typeof clientCertPem === 'string' ? { clientCertificate: clientCertPem } : {}
}

function readBody({ body, isBase64Encoded }: Members): HttpRequest['body'] {
  if (typeof body !== 'string' || body === '') return undefined
  const bytes = Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8')
  return bytes.subarray(0, MAX_BODY_BYTES + 1)
}

/** @returns no members for what is not an object */
function membersOf(value: unknown): Members {
  const isObject = (any: unknown): any is Members => typeof any === 'object' && any !== null
  return isObject(value) ? value : {}
}
