/** The native endpoint: one JSON POST, which returns credentials or a problem. */
import {
  type Issued,
  invalidRequest,
  parseStrictObject,
  type RequestFields,
} from '@token-broker/core'
import { findSimilar } from '@token-broker/core/similar-words'
import type { HttpRequest, HttpResponse } from '../http.ts'
import type { Endpoint } from './endpoint.ts'
import { problemResponse } from './problem.ts'
import { foundText, MAX_ISSUER_CHARACTERS, readText, serializePolicy, timestampOf } from './wire.ts'

const FIELDS = [
  ...['token', 'tokenType', 'tenant', 'issuer'],
  ...['actorToken', 'actorTokenType', 'actorIssuer'],
  ...['grant', 'durationSeconds', 'statements', 'policy'],
]

const MAX_NAME_CHARACTERS = 128
const MAX_STATEMENTS = 100

export const nativeEndpoint: Endpoint = {
  name: 'native',
  parse: parseNativeRequest,
  issued: nativeResponse,
  refused: (refusal, requestId) => problemResponse(refusal, requestId),
}

/** @throws {BrokerError} `invalid_request`, saying what to write instead */
function parseNativeRequest(request: HttpRequest): RequestFields {
  const fields = readFields(request)
  const {
    token,
    tokenType,
    tenant,
    issuer,
    grant,
    durationSeconds: seconds,
    statements,
    policy,
  } = fields
  return {
    ...readToken(request, token),
    ...(tokenType === undefined ? {} : { tokenType: readTokenType('tokenType', tokenType) }),
    tenant: tenant === undefined ? undefined : readName('tenant', tenant),
    ...(issuer === undefined ? {} : { issuer: readName('issuer', issuer, MAX_ISSUER_CHARACTERS) }),
    ...readActor(fields),
    grant: grant === undefined ? undefined : readName('grant', grant),
    // Core checks the bounds, and refuses NaN, which represents anything but a number.
    durationSeconds: seconds === undefined || typeof seconds === 'number' ? seconds : Number.NaN,
    statements: statements === undefined ? undefined : readStatements(statements),
    ...(policy === undefined ? {} : { sessionPolicy: serializePolicy('"policy"', policy) }),
  }
}

function nativeResponse(issued: Issued, requestId: string): HttpResponse {
  const { credentials, tenant, grant } = issued
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify({
      credentials: {
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        sessionToken: credentials.sessionToken,
        expiration: timestampOf(credentials.expiration),
      },
      tenant,
      grant,
      assumedRoleArn: credentials.assumedRoleArn,
      sessionTokenUtilization: credentials.sessionTokenUtilization,
      sessionTokenSize: credentials.sessionTokenSize,
      // The former name of `sessionTokenUtilization`, for clients that were written before.
      packedPolicySize: credentials.sessionTokenUtilization,
      requestId,
    }),
  }
}

function readFields(request: HttpRequest): Record<string, unknown> {
  const text = readText(request, 'application/json')
  if (text === '') return {}
  const fields = parseBody(text)
  const unknown = Object.keys(fields).find((field) => !FIELDS.includes(field))
  if (unknown !== undefined) {
    const similar = findSimilar(unknown.slice(0, MAX_NAME_CHARACTERS), FIELDS)
    const suggestion = similar === undefined ? '' : `did you mean ${similar}? `
    throw invalidRequest(
      `The body has the unknown field ${foundText(unknown)}; ${suggestion}known are ` +
        `${FIELDS.join(', ')}.`,
    )
  }
  return fields
}

/** Strictly: a proxy in front of the broker may read another one of two members with one name. */
function parseBody(text: string): Record<string, unknown> {
  try {
    return parseStrictObject(text)
  } catch (error) {
    const problem = error instanceof SyntaxError ? error.message : 'is not JSON'
    const remedy = problem.startsWith('is not') ? '; send one JSON object' : ''
    throw invalidRequest(`The body ${problem}${placeOfProblem(text)}${remedy}.`)
  }
}

/** Of V8's message, which quotes the body, only the place. */
function placeOfProblem(text: string): string {
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? []
    if (line !== undefined) return ` at line ${line}, column ${column}`
    return message.startsWith('Unexpected end') ? ': it ends too early' : ''
  }
}

/** RFC 6750 §2.1, RFC 9449 §7.1. A token in the body may have a proof in the header DPoP, too. */
function readToken(
  { headers, method, path }: HttpRequest,
  field: unknown,
): Pick<RequestFields, 'subjectToken' | 'dpop'> {
  const { authorization, dpop: proof } = headers
  if (authorization !== undefined && field !== undefined) {
    throw invalidRequest('Send the token in the Authorization header or in the body, not in both.')
  }
  const [, name, sent] = authorization?.match(/^(Bearer|DPoP) +(\S+) *$/i) ?? []
  if (authorization !== undefined && sent === undefined)
    throw invalidRequest(
      'Write the header as Authorization: Bearer TOKEN, or as DPoP TOKEN; ' +
        `found ${schemeIn(authorization)}.`,
    )
  const token = sent ?? (typeof field === 'string' ? field.trim() : undefined)
  if (!token)
    throw invalidRequest(
      'The request has no token; send it as Authorization: Bearer TOKEN, or as "token" in the ' +
        'body.',
    )
  return { subjectToken: token, dpop: { proof, scheme: schemeOf(name), method, path } }
}

/** Of the schemes that a header may have instead; anything else may be a token. */
function schemeIn(authorization = ''): string {
  const [, scheme] = /^(basic|digest|negotiate|aws4-hmac-sha256)\b/i.exec(authorization) ?? []
  return scheme === undefined ? 'another form' : `the scheme ${scheme}`
}

function schemeOf(name: string | undefined): 'Bearer' | 'DPoP' | undefined {
  if (name === undefined) return undefined
  return name.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer'
}

function readTokenType(field: string, value: unknown): 'saml2' {
  if (value === 'saml2') return value
  throw invalidRequest(`"${field}" must be "saml2", or absent for all other tokens.`)
}

function readActor(
  fields: Record<string, unknown>,
): Pick<RequestFields, 'actorToken' | 'actorTokenType' | 'actorIssuer'> {
  const { actorToken: token, actorTokenType: type, actorIssuer: issuer } = fields
  if (token !== undefined && (typeof token !== 'string' || token.trim() === ''))
    throw invalidRequest('"actorToken" must be the token of the party that acts for the subject.')
  return {
    ...(token === undefined ? {} : { actorToken: token.trim() }),
    ...(type === undefined ? {} : { actorTokenType: readTokenType('actorTokenType', type) }),
    ...(issuer === undefined
      ? {}
      : { actorIssuer: readName('actorIssuer', issuer, MAX_ISSUER_CHARACTERS) }),
  }
}

function readName(field: string, value: unknown, most = MAX_NAME_CHARACTERS): string {
  if (typeof value === 'string' && value !== '' && value.length <= most) return value
  throw invalidRequest(`"${field}" must be a string of 1 to ${most} characters.`)
}

function readStatements(value: unknown): string[] {
  const sids = Array.isArray(value) ? value.filter((sid) => typeof sid === 'string') : []
  if (
    Array.isArray(value) &&
    sids.length === value.length &&
    sids.length > 0 &&
    sids.length <= MAX_STATEMENTS
  )
    return sids
  throw invalidRequest(`"statements" must be a list of 1 to ${MAX_STATEMENTS} Sids.`)
}
