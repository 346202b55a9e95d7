/** The published KMS keys: each is read once, and which faults leave out a key or all keys. */
import { afterEach, describe, expect, it } from 'vitest'
import { createKmsPublicKeys } from '../../../packages/functions/src/adapters/signers/kms-public-keys.ts'
import { NO_DEADLINE, refusalOf } from './calls.ts'
import { keyOf, useKmsServer } from './kms-keys.ts'

const { server, access, rsa, elliptic, respondAlways } = useKmsServer()

describe('reading', () => {
  it('reads each key once, in order, and serves them while KMS fails', async () => {
    const read = publicKeysOf(elliptic(), rsa())
    const first = await read(NO_DEADLINE)
    expect(first.keys.map(({ kid, alg }) => [kid, alg])).toEqual([
      [keyOf(elliptic()).keyId, 'ES256'],
      [keyOf(rsa()).keyId, 'RS256'],
    ])
    respondAlways(500, { __type: 'KMSInternalException', message: 'in their words' })
    expect(await read(NO_DEADLINE)).toEqual(first)
    expect(server().calls).toHaveLength(2)
  })

  it('refuses if the key that signs is disabled', async () => {
    const read = publicKeysOf(newDisabledKey(), rsa())
    expect(await refusalOf(read(NO_DEADLINE))).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('DisabledException'),
    })
  })

  it('leaves out a disabled key that does not sign, and reports it', async () => {
    const disabled = newDisabledKey()
    const { keys } = await publicKeysOf(rsa(), disabled)(NO_DEADLINE)
    expect(keys.map(({ kid }) => kid)).toEqual([keyOf(rsa()).keyId])
    expect(omissions).toEqual([
      expect.stringContaining(`${keyOf(disabled).keyId}: DisabledException`),
    ])
  })

  it('refuses while KMS fails for any key, and then reads only the missing key', async () => {
    const disabled = newDisabledKey()
    const read = publicKeysOf(rsa(), disabled)
    await read(NO_DEADLINE)
    omissions.length = 0
    const attempted = respondAlways(500, { __type: 'KMSInternalException' })
    expect(await refusalOf(read(NO_DEADLINE))).toMatchObject({ code: 'upstream_unavailable' })
    expect([attempted(), omissions]).toEqual([3, []])
    server().respondWith(undefined)
    server().calls.length = 0
    expect((await read(NO_DEADLINE)).keys).toHaveLength(1)
    expect(server().calls).toEqual([`GetPublicKey ${keyOf(disabled).keyId}`])
  })
})

describe('refusals', () => {
  it.each([
    ['RSA of 1,024 bits', 'RSA_1024', undefined, '2048 bits'],
    ['P-384', 'ECC_NIST_P384', undefined, 'P-256'],
    ['a key that encrypts', 'RSA_2048', 'ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
    ['a key for key agreement', 'ECC_NIST_P256', 'KEY_AGREEMENT', 'SIGN_VERIFY'],
  ] as const)('refuses %s', async (_, spec, usage, reason) => {
    const arn = server().createKey(spec, usage ? { usage } : {})
    expect(await refusalOf(publicKeysOf(arn)(NO_DEADLINE))).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(reason),
    })
  })

  it.each([
    ['text', 200, '<CANARY', 'upstream_unavailable'],
    ['no key', 200, { KeyUsage: 'SIGN_VERIFY' }, 'upstream_unavailable'],
    [
      'bytes that are not a key',
      200,
      { KeyUsage: 'SIGN_VERIFY', PublicKey: 'Q0FOQVJZ' },
      'upstream_unavailable',
    ],
    ['throttling', 400, { __type: 'ThrottlingException' }, 'throttled'],
    ['a missing permission', 400, { __type: 'AccessDeniedException' }, 'config_invalid'],
  ])('maps a response with %s (%i) to its code', async (_, status, body, code) => {
    respondAlways(status, body)
    const refusal = await refusalOf(publicKeysOf(rsa())(NO_DEADLINE))
    expect(refusal.code).toBe(code)
    expect(refusal.message).not.toContain('CANARY')
  })
})

const omissions: string[] = []
afterEach(() => {
  omissions.length = 0
})

function publicKeysOf(...arns: string[]) {
  return createKmsPublicKeys({
    ...access(),
    keys: arns.map(keyOf),
    onOmission: ({ message }) => omissions.push(message),
  })
}

function newDisabledKey(): string {
  const arn = server().createKey('RSA_2048')
  server().disableKey(arn)
  return arn
}
