/**
 * The examples that AWS publishes for signatures of S3.
 * @see S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload
 *   in a Single Chunk", and "Authenticating Requests: Using Query Parameters"
 */
import { expect, it } from 'vitest'
import { authenticate } from '../../../packages/local/src/local-aws/signature/authenticate.ts'
import { EXAMPLE_MS, exampleSessions, signedRequest } from './example-account.ts'

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const HOST = 'examplebucket.s3.amazonaws.com'
const CREDENTIAL = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'
const PRESIGNED =
  '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
  '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
  '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
  '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'

const EXAMPLES = [
  {
    name: 'GET Object',
    target: ['GET', '/test.txt'],
    headers: { range: 'bytes=0-9', 'x-amz-content-sha256': EMPTY },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT Object',
    target: ['PUT', '/test$file.text'],
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    },
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET Bucket Lifecycle',
    target: ['GET', '/?lifecycle'],
    headers: { 'x-amz-content-sha256': EMPTY },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'Get Bucket (List Objects)',
    target: ['GET', '/?max-keys=2&prefix=J'],
    headers: { 'x-amz-content-sha256': EMPTY },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
]

it.each(EXAMPLES)("verifies AWS's example $name", ({ target, headers, signature }) => {
  const [method = '', url = ''] = target
  const all = { ...headers, host: HOST, 'x-amz-date': '20130524T000000Z' }
  const signed = Object.keys(all).sort().join(';')
  const parts = [`Credential=${CREDENTIAL}`, `SignedHeaders=${signed}`, `Signature=${signature}`]
  const authorization = `AWS4-HMAC-SHA256 ${parts.join(',')}`
  const request = signedRequest(method, url, { ...all, authorization })

  const authenticated = authenticate(request, 's3', exampleSessions(), EXAMPLE_MS)

  expect(authenticated).toMatchObject({
    ...{ authType: 'REST-HEADER', region: 'us-east-1', signedAtMs: EXAMPLE_MS },
    ...{ payload: headers['x-amz-content-sha256'] },
  })
})

it("verifies AWS's example of a presigned URL until it expires", () => {
  const request = signedRequest('GET', PRESIGNED, { host: HOST })
  const at = (ms: number) => authenticate(request, 's3', exampleSessions(), EXAMPLE_MS + ms)
  expect(at(86_399_999)).toMatchObject({
    ...{ authType: 'REST-QUERY-STRING', payload: 'UNSIGNED-PAYLOAD' },
  })
  expect(() => at(86_400_000)).toThrow('Request has expired')
})
