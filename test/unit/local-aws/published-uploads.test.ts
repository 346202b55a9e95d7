/**
 * The examples that AWS publishes for signed bodies: chunks, trailers and the policy of a form.
 * @see S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload
 *   in Multiple Chunks", "… Including Trailing Headers", and "Example: Browser-Based Upload using
 *   HTTP POST"
 */
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { authenticate } from '../../../packages/local/src/local-aws/signature/authenticate.ts'
import { authenticatePostPolicy } from '../../../packages/local/src/local-aws/signature/authenticate-post.ts'
import { readBody } from '../../../packages/local/src/local-aws/signature/read-body.ts'
import { EXAMPLE_MS, exampleSessions, signedRequest } from './example-account.ts'

const CONTENT = 'a'.repeat(66_560)
const MAX = 100_000
const PLAIN = {
  mode: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  chunks: [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ],
  signed: ['content-encoding', 'content-length'],
  end: '\r\n',
}
const WITH_TRAILER = {
  mode: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  chunks: [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ],
  signed: ['content-encoding'],
  trailer: 'x-amz-checksum-crc32c',
  end:
    'x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:' +
    'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n',
}
type Upload = typeof PLAIN & { readonly trailer?: string }

it.each<Upload>([PLAIN, WITH_TRAILER])("decodes AWS's example of $mode", async (upload) => {
  const { content, trailers } = await send(upload, bodyOf(upload))
  expect(content.toString()).toBe(CONTENT)
  expect([...trailers]).toEqual(upload.trailer ? [[upload.trailer, 'sOO8/Q==']] : [])
})

it.each<readonly [string, Upload, (body: string) => string, string]>([
  ['another byte', PLAIN, (body) => body.replace('aa\r\n', 'ab\r\n'), 'SignatureDoesNotMatch'],
  [
    'a chunk less',
    PLAIN,
    (body) => body.replace(/400;.{80}\r\na+\r\n/, ''),
    'SignatureDoesNotMatch',
  ],
  ['no last chunk', PLAIN, (body) => body.replace(/0;chunk-signature=b6.*/s, ''), 'IncompleteBody'],
  ['unsigned chunks', PLAIN, (body) => body.replaceAll(/;.{80}/g, ''), 'SignatureDoesNotMatch'],
  ['a longer chunk', PLAIN, (body) => body.replace('400;', '401;'), 'SignatureDoesNotMatch'],
  [
    'another trailer',
    WITH_TRAILER,
    (body) => body.replace('sOO8', 'sOO9'),
    'SignatureDoesNotMatch',
  ],
  [
    ...(['an unsigned trailer', WITH_TRAILER] as const),
    ...([
      (body: string) => body.replace(/x-amz-trailer-sig[^\n]*\n/, ''),
      'MalformedTrailerError',
    ] as const),
  ],
  [
    ...(['an additional trailer', WITH_TRAILER] as const),
    ...([(body: string) => body.replace('x-amz-checksum', 'x-amz-a:b\r\nx-amz-checksum')] as const),
    'MalformedTrailerError',
  ],
  ['a trailer that was not announced', PLAIN, (body) => `${body}a:b`, 'MalformedTrailerError'],
])('refuses %s', async (_name, upload, change, code) => {
  const changed = change(bodyOf(upload))
  expect(changed).not.toBe(bodyOf(upload))
  await expect(send(upload, changed)).rejects.toMatchObject({ code })
})

it('refuses a decoded length that is not announced', async () => {
  const body = (length: string) => ({
    'x-amz-decoded-content-length': length,
  })
  await expect(send(PLAIN, bodyOf(PLAIN), body('66561'))).rejects.toMatchObject({
    code: 'IncompleteBody',
  })
  await expect(send(PLAIN, bodyOf(PLAIN), body(''))).rejects.toMatchObject({
    code: 'MissingContentLength',
  })
})

/** @param changes of the headers after the signature was verified */
function send(upload: Upload, body: string, changes: Readonly<Record<string, string>> = {}) {
  const headers = {
    ...{ host: 's3.amazonaws.com', 'x-amz-date': '20130524T000000Z' },
    ...{ 'x-amz-content-sha256': upload.mode, 'content-encoding': 'aws-chunked' },
    ...{ 'x-amz-storage-class': 'REDUCED_REDUNDANCY', 'content-length': '66824' },
    'x-amz-decoded-content-length': '66560',
    ...(upload.trailer ? { 'x-amz-trailer': upload.trailer } : {}),
  }
  const signed = Object.keys(headers)
    .filter((name) => name.startsWith('x-amz-') || name === 'host' || upload.signed.includes(name))
    .sort()
  const credential = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${signed.join(';')},` +
    `Signature=${upload.seed}`
  const target = '/examplebucket/chunkObject.txt'
  const request = signedRequest('PUT', target, { ...headers, authorization })
  const authenticated = authenticate(request, 's3', exampleSessions(), EXAMPLE_MS)
  const stream = Readable.from([Buffer.from(body)])
  return readBody(
    Object.assign(stream, { headers: { ...headers, ...changes } }),
    authenticated,
    MAX,
  )
}

function bodyOf({ chunks: [first, second, last], end }: Upload): string {
  return [
    `10000;chunk-signature=${first}`,
    'a'.repeat(65_536),
    `400;chunk-signature=${second}`,
    'a'.repeat(1024),
    `0;chunk-signature=${last}`,
    end,
  ].join('\r\n')
}

const REDIRECT = 'http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html'
const POLICY = `{ "expiration": "2015-12-30T12:00:00.000Z",
  "conditions": [
    {"bucket": "sigv4examplebucket"},
    ["starts-with", "$key", "user/user1/"],
    {"acl": "public-read"},
    {"success_action_redirect": "${REDIRECT}"},
    ["starts-with", "$Content-Type", "image/"],
    {"x-amz-meta-uuid": "14365123651274"},
    {"x-amz-server-side-encryption": "AES256"},
    ["starts-with", "$x-amz-meta-tag", ""],

    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},
    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},
    {"x-amz-date": "20151229T000000Z" }
  ]
}`.replaceAll('\n', '\r\n')
const FORM = {
  policy: Buffer.from(POLICY).toString('base64'),
  'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request',
  'x-amz-date': '20151229T000000Z',
  'x-amz-signature': '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
}
const POST_MS = Date.UTC(2015, 11, 30, 11)

it("verifies AWS's example of a form", () => {
  expect(post({}, POST_MS)).toMatchObject({
    ...{ authType: 'POST', region: 'us-east-1', policy: JSON.parse(POLICY) },
  })
})

it.each([
  ['another policy', { policy: Buffer.from('{}').toString('base64') }, 'SignatureDoesNotMatch'],
  ['no policy', { policy: undefined }, 'AccessDenied'],
  ['no signature', { 'x-amz-signature': undefined }, 'InvalidArgument'],
  ['another date', { 'x-amz-date': '20151230T000000Z' }, 'AuthorizationQueryParametersError'],
  [
    'another key',
    { 'x-amz-credential': 'AKIA/20151229/us-east-1/s3/aws4_request' },
    'InvalidAccessKeyId',
  ],
  ['another algorithm', { 'x-amz-algorithm': 'AWS4' }, 'InvalidRequest'],
  ['a token', { 'x-amz-security-token': 'token' }, 'InvalidToken'],
])('refuses a form with %s', (_name, changes, code) => {
  expect(() => post(changes, POST_MS)).toThrow(expect.objectContaining({ code }))
})

it('refuses a form after its policy has expired', () => {
  expect(() => post({}, Date.UTC(2015, 11, 30, 12))).toThrow('Policy expired')
})

function post(changes: Readonly<Record<string, string | undefined>>, nowMs: number) {
  const fields = Object.entries({ ...FORM, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return authenticatePostPolicy(new Map(fields), exampleSessions(), nowMs)
}
