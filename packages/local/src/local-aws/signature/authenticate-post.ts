/** Whose browser form it is: verifies the signed policy of an upload by POST. */
import { AwsRefusal } from '../aws-refusal.ts'
import type { SessionRegistry } from '../session-registry.ts'
import { type Authenticated, findSession, UNSIGNED_PAYLOAD } from './authenticate.ts'
import { deriveScopeKey, hmac, isSameText } from './canonical-request.ts'
import { ALGORITHM, readCredential, readTime } from './read-signature.ts'
import { SIGNATURE_REFUSALS } from './service-refusals.ts'

export interface AuthenticatedPost extends Authenticated {
  /** The JSON value of the policy document. The caller checks its conditions. */
  readonly policy: Readonly<Record<string, unknown>>
}

/**
 * @param fields of the form, with names in lower case
 * @throws {AwsRefusal} for a signature, a session token or a policy that is wrong or has expired
 * @see S3 API Reference, "Browser-Based Uploads Using POST (AWS Signature Version 4)"
 */
export function authenticatePostPolicy(
  fields: ReadonlyMap<string, string>,
  sessions: SessionRegistry,
  nowMs: number,
): AuthenticatedPost {
  const encoded = fields.get('policy')
  if (encoded === undefined) throw SIGNATURE_REFUSALS.s3.unsigned()
  if (required(fields, 'X-Amz-Algorithm') !== ALGORITHM)
    throw SIGNATURE_REFUSALS.s3.otherAlgorithm()
  const dateTime = required(fields, 'X-Amz-Date')
  const signedAtMs = readTime(dateTime)
  if (signedAtMs === undefined) throw SIGNATURE_REFUSALS.s3.undated()
  const credential = required(fields, 'X-Amz-Credential')
  const { accessKeyId, scope } = readCredential(credential, 'query', dateTime, 's3')
  const signature = required(fields, 'X-Amz-Signature')
  const sessionToken = fields.get('x-amz-security-token')
  const key = { accessKeyId, ...(sessionToken === undefined ? {} : { sessionToken }) }
  const session = findSession(key, 's3', sessions, nowMs)
  const signingKey = deriveScopeKey(session.secretAccessKey, scope)
  if (!isSameText(hmac(signingKey, encoded).toString('hex'), signature))
    throw SIGNATURE_REFUSALS.s3.mismatch(accessKeyId)
  return {
    ...{ session, authType: 'POST', region: scope.region, signedAtMs },
    // The file is not signed.
    payload: UNSIGNED_PAYLOAD,
    seed: { key: signingKey, claimed: { scope, dateTime, signature } },
    policy: readPolicyDocument(encoded, nowMs),
  }
}

function required(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name.toLowerCase())
  if (value) return value
  throw new AwsRefusal(
    400,
    'InvalidArgument',
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the ` +
      'order of the fields.',
    { details: { ArgumentName: name, ArgumentValue: '' } },
  )
}

function readPolicyDocument(encoded: string, nowMs: number): Readonly<Record<string, unknown>> {
  const policy = parseObject(Buffer.from(encoded, 'base64').toString('utf8'))
  const { expiration } = policy
  const expiresMs = typeof expiration === 'string' ? Date.parse(expiration) : Number.NaN
  if (Number.isNaN(expiresMs)) throw invalidPolicy('Policy missing expiration.')
  if (expiresMs <= nowMs)
    throw new AwsRefusal(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.')
  return policy
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalidPolicy('Invalid JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidPolicy('Invalid JSON.')
  return Object.fromEntries(Object.entries(value))
}

function invalidPolicy(problem: string): AwsRefusal {
  return new AwsRefusal(400, 'InvalidPolicyDocument', `Invalid Policy: ${problem}`)
}
