/** What several endpoints read and write in the same way. */
import { invalidRequest, isObject, type RefusalCode, type RequestFields } from '@token-broker/core'
import { type HttpRequest, MAX_BODY_BYTES } from '../http.ts'

/** Of the name of an issuer. */
export const MAX_ISSUER_CHARACTERS = 255

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** ISO 8601 in UTC to the second, as AWS writes it: some SDKs do not read fractions. */
export function timestampOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

/**
 * A message as SDKs show it, which show no more of a response than its message: with what the
 * operator needs to find the audit record.
 */
export function withRequestId(message: string, code: RefusalCode, requestId: string): string {
  return `${message} (${code}, request ${requestId})`
}

/** URNs and words without digits: no text that could be a token. */
const SHOWN_TEXT = /^(?:urn:[a-z\d:._-]{1,90}|[A-Za-z_/.+-]{1,40})$/

/** A member of a request, for a message about it. */
export function foundText(value: string | undefined): string {
  if (!value) return 'nothing'
  return SHOWN_TEXT.test(value) ? value : 'another text'
}

/** The account in an assumed role's ARN; Ceph's have none. */
export function accountOf(arn: string): string | undefined {
  return /^arn:[\w-]+:sts::(\d{12}):/.exec(arn)?.[1]
}

/**
 * Body bytes as text.
 * @throws {BrokerError} `invalid_request` where it is too long, of another type, or not UTF-8
 */
export function readText({ body, headers }: HttpRequest, type: string): string {
  if (!body || body.length === 0) return ''
  if (body.length > MAX_BODY_BYTES)
    throw invalidRequest(`The body is longer than ${MAX_BODY_BYTES} bytes.`)
  // Without this check, a web page could send a "simple" cross-origin request, which browsers send
  // without a preflight.
  const sent = (headers['content-type'] ?? '').split(';')[0] ?? ''
  if (sent.trim().toLowerCase() !== type)
    throw invalidRequest(
      `Send the body with Content-Type: ${type}; found ${foundText(sent.trim())}.`,
    )
  try {
    return UTF8.decode(body)
  } catch {
    throw invalidRequest('The body is not UTF-8.')
  }
}

/**
 * A session policy as the text that core parses.
 * @param name the member of the request, for messages
 * @throws {BrokerError} `invalid_request`
 */
export function serializePolicy(name: string, policy: unknown): string {
  if (!isObject(policy))
    throw invalidRequest(
      `${name} must be an IAM policy: an object with "Version" and "Statement"; ` +
        `found a ${Array.isArray(policy) ? 'list' : typeof policy}.`,
    )
  return JSON.stringify(policy, (_, value: unknown) => {
    if (typeof value !== 'bigint') return value
    throw invalidRequest(`${name} has a number that is too large to be exact; write it in quotes.`)
  })
}

/**
 * The issuer that a field of a form or of a query names; undefined: it names none.
 * @throws {BrokerError} `invalid_request`
 */
export function readIssuerName(
  name: string,
  fields: ReadonlyMap<string, string>,
): Pick<RequestFields, 'issuer'> {
  const issuer = fields.get(name)
  if (issuer === undefined) return {}
  if (issuer === '' || issuer.length > MAX_ISSUER_CHARACTERS)
    throw invalidRequest(
      `${name} must be the name of an issuer, of 1 to ${MAX_ISSUER_CHARACTERS} characters.`,
    )
  return { issuer }
}

/**
 * A form's fields, each at most once.
 * @throws {BrokerError} `invalid_request`
 */
export function readForm(request: HttpRequest): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(
    readText(request, 'application/x-www-form-urlencoded'),
  )) {
    if (fields.has(name)) throw invalidRequest('A field is duplicated; send each field once.')
    fields.set(name, value)
  }
  return fields
}
