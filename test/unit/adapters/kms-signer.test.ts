/** The KMS signer and the published KMS keys while KMS throttles, hangs, breaks, lies or refuses. */
import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createKmsCalls } from '../../../packages/functions/src/adapters/signers/kms-calls.ts'
import { parseKmsKey } from '../../../packages/functions/src/adapters/signers/kms-key.ts'
import { createKmsPublicKeys } from '../../../packages/functions/src/adapters/signers/kms-public-keys.ts'
import { createKmsSigner } from '../../../packages/functions/src/adapters/signers/kms-signer.ts'
import { type KmsServer, startKmsServer } from '../../fixtures/kms-server.ts'
import { refusalOf } from './test-server.ts'

let kms: KmsServer
let rsa: string
let elliptic: string
const never = new AbortController().signal

beforeAll(async () => {
  kms = await startKmsServer()
  rsa = kms.createKey('RSA_2048')
  elliptic = kms.createKey('ECC_NIST_P256')
})
afterAll(() => kms.close())
afterEach(() => {
  kms.respondWith(undefined)
  kms.calls.length = 0
})

const options = () => ({ endpoint: kms.url, credentials: kms.credentials, now: Date.now })
const keyOf = (arn: string) => parseKmsKey(arn) ?? expect.unreachable(arn)
const signerOf = (arn: string, algorithm: 'RS256' | 'ES256' = 'RS256', more = {}) => {
  const key = keyOf(arn)
  const calls = createKmsCalls({ ...options(), region: key.region, ...more })
  return createKmsSigner({ kms: calls, key, algorithm, issuer: 'https://broker.example' })
}
const omissions: string[] = []
const publicKeysOf = (...arns: string[]) =>
  createKmsPublicKeys({
    ...options(),
    keys: arns.map(keyOf),
    onOmission: ({ message }) => omissions.push(message),
  })
const reply = (status: number, body: unknown) => (response: ServerResponse) =>
  response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
const refuse = (status: number, type: string) =>
  reply(status, { __type: type, message: 'in their words' })
const answered = (status: number, body: unknown) => {
  let attempts = 0
  kms.respondWith((response, count) => {
    attempts = count
    reply(status, body)(response)
  })
  return () => attempts
}

describe('signing', () => {
  test.each([
    ['ThrottlingException', 400],
    ['LimitExceededException', 429],
    ['KMSInternalException', 500],
    ['DependencyTimeoutException', 503],
  ])('once %s, then signed', async (type, status) => {
    kms.respondWith((response) => {
      kms.respondWith(undefined)
      refuse(status, type)(response)
    })
    expect(await signerOf(rsa).sign({}, never)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(kms.calls).toHaveLength(1)
  })

  test.each([
    ['ThrottlingException', 400, 'throttled', 3],
    ['LimitExceededException', 429, 'throttled', 3],
    ['KMSInternalException', 500, 'upstream_unavailable', 3],
    ['KeyUnavailableException', 500, 'upstream_unavailable', 3],
    ['AccessDeniedException', 400, 'config_invalid', 1],
    ['KMSInvalidStateException', 400, 'config_invalid', 1],
    ['InvalidKeyUsageException', 400, 'config_invalid', 1],
    ['UnrecognizedClientException', 400, 'config_invalid', 1],
  ])(
    '%s (%i) is %s after %i attempts, in KMS’s words for the operator',
    async (type, status, code, attempts) => {
      const asked = answered(status, {
        __type: `com.amazonaws.kms#${type}`,
        message: 'in their words',
      })
      const refusal = await refusalOf(signerOf(rsa).sign({}, never))
      expect(refusal.code).toBe(code)
      expect(refusal.message).toBe(`KMS key ${keyOf(rsa).keyId}: ${type}: in their words`)
      expect(refusal.retryAfterSeconds).toBe(code === 'config_invalid' ? undefined : 1)
      expect([refusal.cause, refusal.callerMessage]).toEqual([undefined, undefined])
      expect(asked()).toBe(attempts)
    },
  )

  test('a key that is disabled, that is none, and that is of the other kind', async () => {
    const off = kms.createKey('RSA_2048')
    kms.disableKey(off)
    for (const [arn, reason] of [
      [off, 'DisabledException'],
      [`${rsa}0`, 'NotFoundException'],
      [elliptic, 'InvalidKeyUsageException'],
    ] as const) {
      const refusal = await refusalOf(signerOf(arn).sign({}, never))
      expect(refusal).toMatchObject({
        code: 'config_invalid',
        message: expect.stringContaining(reason),
      })
    }
  })

  test('a signature that does not match tells nothing of the credentials', async () => {
    const credentials = { ...kms.credentials, secretAccessKey: 'anotherCANARY' }
    const refusal = await refusalOf(signerOf(rsa, 'RS256', { credentials }).sign({}, never))
    expect(refusal).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('InvalidSignatureException'),
    })
    expect(JSON.stringify([refusal.message, refusal.stack])).not.toContain('CANARY')
  })

  test.each([
    ['text', '<html>CANARY'],
    ['half of JSON', '{"Signature":"CANARY'],
    ['no signature', {}],
    ['an empty signature', { Signature: '' }],
    ['a short signature', { Signature: 'Q0FOQVJZ' }],
  ])('%s in place of an answer', async (_, body) => {
    const asked = answered(200, body)
    for (const algorithm of ['RS256', 'ES256'] as const) {
      const refusal = await refusalOf(signerOf(rsa, algorithm).sign({}, never))
      expect(refusal.code).toBe('upstream_unavailable')
      expect(refusal.message).not.toContain('CANARY')
    }
    expect(asked()).toBe(2)
  })

  test('an attempt without an answer is made again; the caller’s deadline ends it all', async () => {
    kms.respondWith(() => kms.respondWith(undefined))
    expect(await signerOf(rsa).sign({}, never)).toContain('.')
    kms.respondWith(() => {})
    const deadline = new AbortController()
    const signing = signerOf(rsa).sign({}, deadline.signal)
    deadline.abort(new DOMException('The deadline nears.', 'TimeoutError'))
    expect(await refusalOf(signing)).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('The deadline nears.'),
    })
  })

  test('nobody listens', async () => {
    const refusal = await refusalOf(
      signerOf(rsa, 'RS256', { endpoint: 'http://127.0.0.1:9' }).sign({}, never),
    )
    expect(refusal).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })
})

describe('public keys', () => {
  test('each is read once, in order, and served while KMS is away', async () => {
    const read = publicKeysOf(elliptic, rsa)
    const first = await read(never)
    expect(first.keys.map(({ kid, alg }) => [kid, alg])).toEqual([
      [keyOf(elliptic).keyId, 'ES256'],
      [keyOf(rsa).keyId, 'RS256'],
    ])
    kms.respondWith(refuse(500, 'KMSInternalException'))
    expect(await read(never)).toEqual(first)
    expect(kms.calls).toHaveLength(2)
  })

  test('none where the key that signs is disabled', async () => {
    const off = kms.createKey('RSA_2048')
    kms.disableKey(off)
    expect(await refusalOf(publicKeysOf(off, rsa)(never))).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('DisabledException'),
    })
  })

  test('a disabled key that does not sign is left out and told of', async () => {
    const off = kms.createKey('RSA_2048')
    kms.disableKey(off)
    omissions.length = 0
    expect((await publicKeysOf(rsa, off)(never)).keys.map(({ kid }) => kid)).toEqual([
      keyOf(rsa).keyId,
    ])
    expect(omissions).toEqual([expect.stringContaining(`${keyOf(off).keyId}: DisabledException`)])
  })

  test('all or none while KMS is away, whichever key is missing; only that one is asked for again', async () => {
    const off = kms.createKey('RSA_2048')
    kms.disableKey(off)
    const read = publicKeysOf(rsa, off)
    await read(never)
    omissions.length = 0
    const asked = answered(500, { __type: 'KMSInternalException' })
    expect(await refusalOf(read(never))).toMatchObject({ code: 'upstream_unavailable' })
    expect([asked(), omissions]).toEqual([3, []])
    kms.respondWith(undefined)
    kms.calls.length = 0
    expect((await read(never)).keys).toHaveLength(1)
    expect(kms.calls).toEqual([`GetPublicKey ${keyOf(off).keyId}`])
  })

  test.each([
    ['RSA of 1,024 bits', 'RSA_1024', undefined, '2048 bits'],
    ['P-384', 'ECC_NIST_P384', undefined, 'P-256'],
    ['a key that encrypts', 'RSA_2048', 'ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
    ['a key that agrees on keys', 'ECC_NIST_P256', 'KEY_AGREEMENT', 'SIGN_VERIFY'],
  ] as const)('%s is refused', async (_, spec, usage, reason) => {
    const arn = kms.createKey(spec, usage ? { usage } : {})
    expect(await refusalOf(publicKeysOf(arn)(never))).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(reason),
    })
  })

  test.each([
    ['text', 200, '<CANARY', 'upstream_unavailable'],
    ['no key', 200, { KeyUsage: 'SIGN_VERIFY' }, 'upstream_unavailable'],
    [
      'a key that is none',
      200,
      { KeyUsage: 'SIGN_VERIFY', PublicKey: 'Q0FOQVJZ' },
      'upstream_unavailable',
    ],
    ['throttling', 400, { __type: 'ThrottlingException' }, 'throttled'],
    ['a missing permission', 400, { __type: 'AccessDeniedException' }, 'config_invalid'],
  ])('%s', async (_, status, body, code) => {
    answered(status, body)
    const refusal = await refusalOf(publicKeysOf(rsa)(never))
    expect(refusal.code).toBe(code)
    expect(refusal.message).not.toContain('CANARY')
  })
})

test.each([
  ['arn:aws:kms:eu-west-1:111122223333:key/1234-abcd', { keyId: '1234-abcd', region: 'eu-west-1' }],
  [
    'arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1234',
    { keyId: 'mrk-1234', region: 'cn-north-1' },
  ],
  ['arn:aws:kms:eu-west-1:111122223333:alias/signing', undefined],
  ['arn:aws:sns:eu-west-1:111122223333:key/1234', undefined],
  ['arn:aws:kms:eu.example/:111122223333:key/1234', undefined],
  ['1234-abcd', undefined],
])('the ARN %s', (arn, key) => {
  expect(parseKmsKey(arn)).toEqual(key && { arn, ...key })
})
