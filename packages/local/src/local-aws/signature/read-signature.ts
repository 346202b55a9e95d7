/** Reads what a request says about its signature: in a header, or in a presigned URL. */
import type { CredentialScope } from './canonical-request.ts'
import {
  canonicalHeaders,
  type QueryParameter,
  type SignedRequest,
  type SignedService,
} from './request-parts.ts'
import { SIGNATURE_REFUSALS, type SignaturePlace } from './service-refusals.ts'

/** Nothing of it is proved yet. */
export interface ClaimedSignature {
  readonly place: SignaturePlace
  readonly accessKeyId: string
  readonly scope: CredentialScope
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly dateTime: string
  readonly signedMs: number
  readonly signedHeaders: readonly string[]
  /** In hexadecimal. */
  readonly signature: string
  readonly sessionToken?: string
  /** Of a presigned URL: from 0 to 604,800. */
  readonly expiresSeconds?: number
}

export const ALGORITHM = 'AWS4-HMAC-SHA256'
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600
const DATE_TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const CREDENTIAL_FORM = '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"'
const QUERY_PARAMETERS = [
  ...['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature'],
  ...['X-Amz-Date', 'X-Amz-SignedHeaders', 'X-Amz-Expires'],
]
/** The last one is of version 2 of signatures. */
const SIGNATURE_PARAMETERS = [...QUERY_PARAMETERS, 'X-Amz-Security-Token', 'Signature']

/** @throws {AwsRefusal} if there is no signature, or if it cannot be right */
export function readClaimedSignature(
  request: SignedRequest,
  query: readonly QueryParameter[],
  service: SignedService,
): ClaimedSignature {
  const refusals = SIGNATURE_REFUSALS[service]
  const headers = canonicalHeaders(request.rawHeaders)
  const authorization = headers.get('authorization')
  const isPresigned = query.some(([name]) => SIGNATURE_PARAMETERS.includes(name))
  if (authorization !== undefined && isPresigned) throw refusals.severalMechanisms()
  const claimed = isPresigned
    ? fromQuery(query, service)
    : fromHeader(authorization, headers, service)
  checkSignedHeaders(claimed.signedHeaders, headers, service)
  return claimed
}

function fromHeader(
  authorization: string | undefined,
  headers: ReadonlyMap<string, string>,
  service: SignedService,
): ClaimedSignature {
  const refusals = SIGNATURE_REFUSALS[service]
  if (authorization === undefined) throw refusals.unsigned()
  const [algorithm, ...rest] = authorization.split(' ')
  if (algorithm !== ALGORITHM) throw refusals.otherAlgorithm()
  const parts = rest
    .join(' ')
    .split(',')
    .map((part) => /^ *(Credential|SignedHeaders|Signature)=([^ ]+) *$/.exec(part))
  const values = new Map(parts.map((part) => [part?.[1], part?.[2] ?? '']))
  const [credential, names, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((name) =>
    values.get(name),
  )
  // Three different parts, each with a value; a part that appears twice would make one missing.
  if (parts.length !== 3 || !credential || !names || !signature)
    throw refusals.malformed(
      'header',
      'the authorization header requires three components: Credential, SignedHeaders, and ' +
        'Signature.',
    )
  const dateTime = headers.get('x-amz-date') ?? ''
  const signedMs = readTime(dateTime)
  if (signedMs === undefined) throw refusals.undated()
  const sessionToken = headers.get('x-amz-security-token')
  return {
    place: 'header',
    ...readCredential(credential, 'header', dateTime, service),
    dateTime,
    signedMs,
    signedHeaders: names.split(';'),
    signature,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  }
}

function fromQuery(query: readonly QueryParameter[], service: SignedService): ClaimedSignature {
  const { malformed, otherAlgorithm } = SIGNATURE_REFUSALS[service]
  const refuse = (detail: string) => malformed('query', detail)
  if (query.some(([name]) => name === 'Signature')) throw otherAlgorithm()
  const values = new Map(query)
  const isRepeated = (name: string) => query.filter(([other]) => other === name).length > 1
  // Of two values, one would be verified and the other might be used.
  const repeated = SIGNATURE_PARAMETERS.find(isRepeated)
  if (repeated !== undefined) throw refuse(`Query parameter ${repeated} should be specified once`)
  if (QUERY_PARAMETERS.some((name) => !values.get(name)))
    throw refuse(
      'Query-string authentication version 4 requires the ' +
        `${QUERY_PARAMETERS.slice(0, -1).join(', ')}, and X-Amz-Expires parameters.`,
    )
  const get = (name: string) => values.get(name) ?? ''
  if (get('X-Amz-Algorithm') !== ALGORITHM)
    throw refuse(`X-Amz-Algorithm only supports "${ALGORITHM} and AWS4-ECDSA-P256-SHA256"`)
  const dateTime = get('X-Amz-Date')
  const signedMs = readTime(dateTime)
  if (signedMs === undefined)
    throw refuse("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
  const expires = get('X-Amz-Expires')
  if (/^-\d+$/.test(expires)) throw refuse('X-Amz-Expires must be non-negative')
  if (!/^\d{1,15}$/.test(expires)) throw refuse('X-Amz-Expires should be a number')
  if (Number(expires) > MAX_EXPIRES_SECONDS)
    throw refuse(
      `X-Amz-Expires must be less than a week (in seconds) that is ${MAX_EXPIRES_SECONDS}`,
    )
  const sessionToken = values.get('X-Amz-Security-Token')
  return {
    place: 'query',
    ...readCredential(get('X-Amz-Credential'), 'query', dateTime, service),
    dateTime,
    signedMs,
    signedHeaders: get('X-Amz-SignedHeaders').split(';'),
    signature: get('X-Amz-Signature'),
    expiresSeconds: Number(expires),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  }
}

/**
 * @param dateTime of the request, whose date the scope must have
 * @throws {AwsRefusal}
 */
export function readCredential(
  credential: string,
  place: SignaturePlace,
  dateTime: string,
  service: SignedService,
): Pick<ClaimedSignature, 'accessKeyId' | 'scope'> {
  const refuse = (detail: string) =>
    SIGNATURE_REFUSALS[service].malformed(
      place,
      place === 'query' ? `Error parsing the X-Amz-Credential parameter; ${detail}` : detail,
    )
  const form = /^(\w{1,128})\/(\d{8})\/([a-z\d-]{1,64})\/([a-z\d-]{1,64})\/aws4_request$/
  const [, accessKeyId = '', date = '', region = '', claimedService = ''] =
    form.exec(credential) ?? []
  if (accessKeyId === '')
    throw refuse(`the Credential is mal-formed; expecting ${CREDENTIAL_FORM}.`)
  if (claimedService !== service)
    throw refuse(`incorrect service "${claimedService}". This endpoint belongs to "${service}".`)
  if (!dateTime.startsWith(date))
    throw refuse(
      `Invalid credential date "${date}". This date is not the same as X-Amz-Date: ` +
        `"${dateTime.slice(0, 8)}".`,
    )
  return { accessKeyId, scope: { date, region, service } }
}

/**
 * The host and every header of AWS's own must be signed: otherwise a signed request could be sent
 * to another bucket, or with another source of a copy. Other headers may be added on the way.
 */
function checkSignedHeaders(
  signedHeaders: readonly string[],
  headers: ReadonlyMap<string, string>,
  service: SignedService,
): void {
  const unsigned = [...new Set(['host', ...headers.keys()])].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  )
  if (unsigned.length > 0) throw SIGNATURE_REFUSALS[service].unsignedHeaders(unsigned)
}

/** @returns milliseconds since the epoch; undefined if it is not such a time */
export function readTime(text: string): number | undefined {
  const ms = DATE_TIME.test(text)
    ? Date.parse(text.replace(DATE_TIME, '$1-$2-$3T$4:$5:$6Z'))
    : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}
