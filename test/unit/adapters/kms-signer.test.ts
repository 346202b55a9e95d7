/** The KMS signer while KMS throttles, hangs, fails or refuses. */
import { describe, expect, it } from 'vitest'
import { createKmsCalls } from '../../../packages/functions/src/adapters/signers/kms-calls.ts'
import { parseKmsKey } from '../../../packages/functions/src/adapters/signers/kms-key.ts'
import { createKmsSigner } from '../../../packages/functions/src/adapters/signers/kms-signer.ts'
import { NO_DEADLINE, refusalOf } from './calls.ts'
import { keyOf, respond, useKmsServer } from './kms-keys.ts'

const { server, access, rsa, elliptic, respondAlways } = useKmsServer()

describe('signing', () => {
  it.each([
    ['ThrottlingException', 400],
    ['LimitExceededException', 429],
    ['KMSInternalException', 500],
    ['DependencyTimeoutException', 503],
  ])('succeeds at the second attempt after one %s', async (type, status) => {
    server().respondWith((response) => {
      server().respondWith(undefined)
      respond(response, status, { __type: type, message: 'in their words' })
    })
    expect(await sign()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(server().calls).toHaveLength(1)
  })

  it.each([
    ['ThrottlingException', 400, 'throttled', 3],
    ['LimitExceededException', 429, 'throttled', 3],
    ['KMSInternalException', 500, 'upstream_unavailable', 3],
    ['KeyUnavailableException', 500, 'upstream_unavailable', 3],
    ['AccessDeniedException', 400, 'config_invalid', 1],
    ['KMSInvalidStateException', 400, 'config_invalid', 1],
    ['InvalidKeyUsageException', 400, 'config_invalid', 1],
    ['UnrecognizedClientException', 400, 'config_invalid', 1],
  ])('maps %s (%i) to %s after %i attempts', async (type, status, code, attempts) => {
    const body = { __type: `com.amazonaws.kms#${type}`, message: 'in their words' }
    const attempted = respondAlways(status, body)
    const refusal = await refusalOf(sign())
    expect(refusal.code).toBe(code)
    expect(refusal.message).toBe(`KMS key ${keyOf(rsa()).keyId}: ${type}: in their words`)
    expect(refusal.retryAfterSeconds).toBe(code === 'config_invalid' ? undefined : 1)
    expect([refusal.cause, refusal.callerMessage]).toEqual([undefined, undefined])
    expect(attempted()).toBe(attempts)
  })

  it('refuses a key that is disabled, unknown or of the other kind', async () => {
    const disabled = server().createKey('RSA_2048')
    server().disableKey(disabled)
    for (const [arn, reason] of [
      [disabled, 'DisabledException'],
      [`${rsa()}0`, 'NotFoundException'],
      [elliptic(), 'InvalidKeyUsageException'],
    ] as const) {
      expect(await refusalOf(sign({ arn }))).toMatchObject({
        code: 'config_invalid',
        message: expect.stringContaining(reason),
      })
    }
  })

  it('does not reveal the credentials if the signature of the request does not match', async () => {
    const credentials = { ...server().credentials, secretAccessKey: 'anotherCANARY' }
    const refusal = await refusalOf(sign({ access: { credentials } }))
    expect(refusal).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('InvalidSignatureException'),
    })
    expect(JSON.stringify([refusal.message, refusal.stack])).not.toContain('CANARY')
  })

  it.each([
    ['text', '<html>CANARY'],
    ['half of JSON', '{"Signature":"CANARY'],
    ['no signature', {}],
    ['an empty signature', { Signature: '' }],
    ['a short signature', { Signature: 'Q0FOQVJZ' }],
  ])('refuses a response with %s', async (_, body) => {
    const attempted = respondAlways(200, body)
    for (const algorithm of ['RS256', 'ES256'] as const) {
      const refusal = await refusalOf(sign({ algorithm }))
      expect(refusal.code).toBe('upstream_unavailable')
      expect(refusal.message).not.toContain('CANARY')
    }
    expect(attempted()).toBe(2)
  })

  it("repeats an attempt without a response, until the caller's deadline", async () => {
    server().respondWith(() => server().respondWith(undefined))
    expect(await sign()).toContain('.')
    server().respondWith(() => {})
    const deadline = new AbortController()
    const signing = sign({ signal: deadline.signal })
    deadline.abort(new DOMException('The deadline is near.', 'TimeoutError'))
    expect(await refusalOf(signing)).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('The deadline is near.'),
    })
  })

  it('refuses if nothing listens', async () => {
    const refusal = await refusalOf(sign({ access: { endpoint: 'http://127.0.0.1:9' } }))
    expect(refusal).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })
})

describe('parseKmsKey', () => {
  it.each([
    [
      'arn:aws:kms:eu-west-1:111122223333:key/1234-abcd',
      { keyId: '1234-abcd', region: 'eu-west-1' },
    ],
    [
      'arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1234',
      { keyId: 'mrk-1234', region: 'cn-north-1' },
    ],
    ['arn:aws:kms:eu-west-1:111122223333:alias/signing', undefined],
    ['arn:aws:sns:eu-west-1:111122223333:key/1234', undefined],
    ['arn:aws:kms:eu.example/:111122223333:key/1234', undefined],
    ['1234-abcd', undefined],
  ])('reads %s', (arn, key) => {
    expect(parseKmsKey(arn)).toEqual(key && { arn, ...key })
  })
})

interface Signing {
  readonly arn?: string
  readonly algorithm?: 'RS256' | 'ES256'
  readonly access?: Partial<ReturnType<typeof access>>
  readonly signal?: AbortSignal
}

function sign({ arn = rsa(), algorithm = 'RS256', signal = NO_DEADLINE, ...more }: Signing = {}) {
  const key = keyOf(arn)
  const kms = createKmsCalls({ ...access(), region: key.region, ...more.access })
  const signer = createKmsSigner({ kms, key, algorithm, issuer: 'https://broker.example' })
  return signer.sign({}, signal)
}
