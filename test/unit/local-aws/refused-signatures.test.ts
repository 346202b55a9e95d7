/** Each guard of a signature, in a request that is right except for one thing. */
import { describe, expect, it } from 'vitest'
import { createSessionRegistry } from '../../../packages/local/src/local-aws/session-registry.ts'
import {
  ALICE,
  BOB,
  headerOf,
  NOW,
  OWNER,
  refusalCode,
  type Sent,
  type Signing,
  signed,
  withHeader,
} from './sdk-signed.ts'

type Change = (sent: Sent) => Sent
const header =
  (name: string, value: string | undefined): Change =>
  (sent) =>
    withHeader(sent, name, value)
const replaced =
  (name: string, from: RegExp, to: string): Change =>
  (sent) =>
    withHeader(sent, name, headerOf(sent, name).replace(from, to))
const added =
  (name: string, value: string): Change =>
  (sent) => ({
    ...sent,
    headers: [...sent.headers, [name, value]],
  })
const inUrl =
  (from: RegExp, to: string): Change =>
  (sent) => ({
    ...sent,
    url: sent.url.replace(from, to),
  })

/** The codes of S3 and of DynamoDB. */
type Codes = readonly [s3: string, dynamodb: string]
const MISMATCH: Codes = ['SignatureDoesNotMatch', 'InvalidSignatureException']
const MALFORMED: Codes = ['AuthorizationHeaderMalformed', 'IncompleteSignatureException']
const UNSIGNED: Codes = ['AccessDenied', 'InvalidSignatureException']
const UNDATED: Codes = ['AccessDenied', 'IncompleteSignatureException']
const UNKNOWN: Codes = ['InvalidAccessKeyId', 'UnrecognizedClientException']
const OTHER_TOKEN: Codes = ['InvalidToken', 'UnrecognizedClientException']
const OTHER_ALGORITHM: Codes = ['InvalidRequest', 'IncompleteSignatureException']
const ANONYMOUS: Codes = ['AccessDenied', 'MissingAuthenticationTokenException']
const TWICE: Codes = ['InvalidArgument', 'InvalidSignatureException']

const META = { headers: { 'x-amz-meta-a': '1' } }
const GUESS = { by: { ...ALICE, secretAccessKey: 'guess' } }
const NOBODY = { by: { ...ALICE, accessKeyId: 'ASIANONE' } }
const OWNER_WITH_TOKEN = { by: { ...OWNER, sessionToken: 'token-of-alice' } }
const same: Change = (sent) => sent
const scope = (from: RegExp, to: string) => replaced('authorization', from, to)

/** Of a request that is signed in a header. */
const HEADER_CASES: readonly (readonly [string, Signing, Change, Codes])[] = [
  ['another secret', GUESS, same, MISMATCH],
  ['an unknown key', NOBODY, same, UNKNOWN],
  ['another method', {}, (sent) => ({ ...sent, method: 'DELETE' }), MISMATCH],
  ['another path', {}, inUrl(/^\/[^?]*/, '/other'), MISMATCH],
  ['another query', { query: { prefix: 'a' } }, inUrl(/prefix=a/, 'prefix=b'), MISMATCH],
  ['one more parameter', { query: { a: '1' } }, inUrl(/$/, '&a=1'), MISMATCH],
  ['a changed header', META, header('x-amz-meta-a', '2'), MISMATCH],
  ['a header twice', META, added('x-amz-meta-a', '2'), MISMATCH],
  ['another host', {}, header('host', '127.0.0.1:9999'), MISMATCH],
  ['an unsigned host', {}, scope(/host;/, ''), UNSIGNED],
  ['an unsigned header of AWS', {}, added('x-amz-copy-source', 'b/k'), UNSIGNED],
  ['another region', {}, scope(/eu-west-1/, 'us-east-1'), MISMATCH],
  ['another service', {}, scope(/\/(s3|dynamodb)\//, '/sts/'), MALFORMED],
  ['another date', {}, scope(/\/20261127\//, '/20261126/'), MALFORMED],
  ['another ending of the scope', {}, scope(/aws4_r/, 'aws5_r'), MALFORMED],
  ['no signature', {}, scope(/, Signature=.*/, ''), MALFORMED],
  ['a part twice', {}, scope(/Cred/, 'Signature=00, Cred'), MALFORMED],
  ['another time', {}, header('x-amz-date', '20261127T120001Z'), MISMATCH],
  ['no time', {}, header('x-amz-date', undefined), UNDATED],
  ['two times', {}, added('x-amz-date', '20261127T120000Z'), UNDATED],
  ['no session token', {}, header('x-amz-security-token', undefined), UNKNOWN],
  ['the token of another session', {}, header('x-amz-security-token', 'token-of-bob'), OTHER_TOKEN],
  ['two tokens', {}, added('x-amz-security-token', 'token-of-alice'), OTHER_TOKEN],
  ['a token of the owner', OWNER_WITH_TOKEN, same, OTHER_TOKEN],
  ['neither header nor query', {}, header('authorization', undefined), ANONYMOUS],
  ['version 2', {}, header('authorization', 'AWS ASIAALICE:c2ln'), OTHER_ALGORITHM],
  ['another algorithm', {}, scope(/^AWS4-HMAC-SHA256/, 'AWS4-NONE'), OTHER_ALGORITHM],
  ['header and query at once', {}, inUrl(/$/, '?X-Amz-Signature=00'), TWICE],
]

describe.each(['s3', 'dynamodb'] as const)('for %s', (service) => {
  const path = service === 's3' ? '/files/a.txt' : '/'

  it.each(HEADER_CASES)('refuses %s', async (_name, signing, change, codes) => {
    const sent = await signed({ service, path, ...signing })
    expect(refusalCode(change(sent), { service })).toBe(codes[service === 's3' ? 0 : 1])
  })

  it('refuses a session that has expired, also with a presigned URL that has not', async () => {
    const nowMs = ALICE.expiresAtMs
    for (const signing of [{ signedAtMs: nowMs }, { signedAtMs: nowMs - 1000, expiresIn: 60 }]) {
      const sent = await signed({ service, path, ...signing })
      expect(refusalCode(sent, { service, nowMs: nowMs - 1 })).toBe('ok')
      const expected = service === 's3' ? 'ExpiredToken' : 'ExpiredTokenException'
      expect(refusalCode(sent, { service, nowMs })).toBe(expected)
    }
  })

  it('refuses a presigned URL before and after its time, however often it was used', async () => {
    const sent = await signed({ service, path, expiresIn: 60 })
    for (const ms of [0, 59_999]) expect(refusalCode(sent, { service, nowMs: NOW + ms })).toBe('ok')
    for (const ms of [60_000, 3_500_000])
      expect(refusalCode(sent, { service, nowMs: NOW + ms })).toBe('AccessDenied')
    const early = await signed({ service, path, expiresIn: 60, signedAtMs: NOW + 901_000 })
    expect(refusalCode(early, { service })).toBe('AccessDenied')
  })
})

it.each<readonly [string, Change, string]>([
  ['another path', inUrl(/a\.txt/, 'b.txt'), 'SignatureDoesNotMatch'],
  ['another method', (sent) => ({ ...sent, method: 'PUT' }), 'SignatureDoesNotMatch'],
  ['a longer time', inUrl(/Expires=60/, 'Expires=61'), 'SignatureDoesNotMatch'],
  ['another signature', inUrl(/Signature=./, 'Signature=g'), 'SignatureDoesNotMatch'],
  ['another parameter', inUrl(/$/, '&response-content-type=a'), 'SignatureDoesNotMatch'],
  ['an unsigned header of AWS', header('x-amz-acl', 'private'), 'AccessDenied'],
  ['an unsigned host', inUrl(/SignedHeaders=host/, 'SignedHeaders=range'), 'AccessDenied'],
  ['no token', inUrl(/X-Amz-Security-Token=[^&]*&/, ''), 'InvalidAccessKeyId'],
  ['the token of another session', inUrl(/token-of-alice/, 'token-of-bob'), 'InvalidToken'],
  ['two tokens', inUrl(/$/, '&X-Amz-Security-Token=b'), 'AuthorizationQueryParametersError'],
  ['two signatures', inUrl(/$/, '&X-Amz-Signature=00'), 'AuthorizationQueryParametersError'],
  ['two credentials', inUrl(/$/, '&X-Amz-Credential=a'), 'AuthorizationQueryParametersError'],
  ['no time limit', inUrl(/X-Amz-Expires=60&/, ''), 'AuthorizationQueryParametersError'],
  ['no date', inUrl(/X-Amz-Date=[^&]*&/, ''), 'AuthorizationQueryParametersError'],
  ['more than a week', inUrl(/Expires=60/, 'Expires=604801'), 'AuthorizationQueryParametersError'],
  ['a negative time', inUrl(/Expires=60/, 'Expires=-60'), 'AuthorizationQueryParametersError'],
  ['a time in words', inUrl(/Expires=60/, 'Expires=1h'), 'AuthorizationQueryParametersError'],
  ['a date in another form', inUrl(/T120000Z/, ''), 'AuthorizationQueryParametersError'],
  ['another service', inUrl(/%2Fs3%2F/, '%2Fsts%2F'), 'AuthorizationQueryParametersError'],
  ['another algorithm', inUrl(/AWS4-HMAC-SHA256/, 'none'), 'AuthorizationQueryParametersError'],
  ['version 2', inUrl(/\?.*/, '?AWSAccessKeyId=A&Signature=b&Expires=9'), 'InvalidRequest'],
  ['a header too', header('authorization', 'AWS4-HMAC-SHA256 a'), 'InvalidArgument'],
  ['an escape that is not UTF-8', inUrl(/a\.txt/, '%ff.txt'), 'InvalidURI'],
])('refuses a presigned URL with %s', async (_name, change, code) => {
  expect(refusalCode(change(await signed({ expiresIn: 60 })))).toBe(code)
})

it.each([
  ['no hash of the body', undefined, 'InvalidRequest'],
  ['another word', 'SIGNED-PAYLOAD', 'InvalidArgument'],
  ['a shorter hash', 'e3b0', 'InvalidArgument'],
  ['a word that the signature does not cover', 'UNSIGNED-PAYLOAD', 'SignatureDoesNotMatch'],
  ['ECDSA', 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', 'InvalidArgument'],
])('refuses a request to S3 with %s', async (_name, value, code) => {
  const sent = await signed({})
  expect(refusalCode(withHeader(sent, 'x-amz-content-sha256', value))).toBe(code)
})

it('refuses another body for DynamoDB, whatever a header says of its hash', async () => {
  const sent = await signed({ service: 'dynamodb', path: '/', method: 'POST', body: '{}' })
  const options = { service: 'dynamodb' } as const
  expect(refusalCode(sent, options)).toBe('ok')
  expect(refusalCode({ ...sent, body: Buffer.from('{ }') }, options)).toBe(
    'InvalidSignatureException',
  )
})

it('keeps an expired session for an hour, and drops the oldest of too many', () => {
  let now = NOW
  const sessions = createSessionRegistry(OWNER, () => now)
  sessions.add(ALICE)
  const add = (count: number, expiresAtMs: number) => {
    for (let n = 0; n < count; n++)
      sessions.add({ ...BOB, accessKeyId: `ASIA${expiresAtMs}-${n}`, expiresAtMs })
  }
  add(9_999, NOW + 10_000_000)
  expect(sessions.find('ASIAALICE')).toBe(ALICE)
  sessions.add(BOB)
  expect(sessions.find('ASIAALICE')).toBeUndefined()
  expect(sessions.find('ASIABOB')).toBe(BOB)
  now = NOW + 20_000_000
  sessions.add(ALICE)
  expect(sessions.find(`ASIA${NOW + 10_000_000}-9998`)).toBeUndefined()
  expect(sessions.find('AKIAOWNER')).toMatchObject({ secretAccessKey: 'owner-secret' })
})
