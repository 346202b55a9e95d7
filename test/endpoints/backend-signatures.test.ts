/** Signatures of a backend's requests: which of them prove a key pair of the pool. */
import { describe, expect, it } from 'vitest'
import { OTHER_POOL_ID, POOL_ID } from '../fixtures/pool-document.ts'
import {
  type BackendVariation,
  exceptionOf,
  KEY_PAIR,
  startDeveloperBroker,
} from './developer-broker.ts'

const MINUTE_MS = 60_000
const UNKNOWN_KEY = 'UnrecognizedClientException'
const broker = await startDeveloperBroker()
const { backend, tokenOf } = broker

describe('a signature', () => {
  const colons = [':', '%3A', '%253A']
  it.each(
    colons.flatMap((colon) =>
      ['/cognito', '/v1/cognito'].map((path) => `${path}/${POOL_ID.replace(':', colon)}`),
    ),
  )('of the path %s is accepted, with and without a slash at its end', async (path) => {
    for (const signed of [path, `${path}/`])
      expect(await errorsWith({ path: signed })).toBe('200 undefined')
  })

  it.each<[string, string, BackendVariation]>([
    ['none', 'MissingAuthenticationTokenException', { headers: { authorization: undefined } }],
    ['another scheme', 'IncompleteSignatureException', { headers: { authorization: 'Bearer x' } }],
    ['another service', 'InvalidSignatureException', { by: { service: 'sts' } }],
    ['another host', 'InvalidSignatureException', { host: 'cognito.example' }],
    ['another path', 'InvalidSignatureException', { path: '/v1/credentials' }],
    ['another secret', 'InvalidSignatureException', { by: { secretAccessKey: 'x' } }],
    [
      'another body',
      'InvalidSignatureException',
      {
        sentBody: `{"IdentityPoolId":"${POOL_ID}",
      "DeveloperUserIdentifier":"ann"}`,
      },
    ],
    [
      'another operation',
      'InvalidSignatureException',
      target('GetOpenIdTokenForDeveloperIdentity'),
    ],
    ['an old time', 'InvalidSignatureException', { signedAt: -6 * MINUTE_MS }],
    ['a future time', 'InvalidSignatureException', { signedAt: 6 * MINUTE_MS }],
    ['an unknown key', UNKNOWN_KEY, { by: { accessKeyId: 'TBPKAAAABBBBCCCCDDDA' } }],
    ['a key of AWS', UNKNOWN_KEY, { by: { accessKeyId: 'AKIAAAAABBBBCCCCDDDD' } }],
    ['a session token', UNKNOWN_KEY, { by: { sessionToken: 'of AWS' } }],
  ])('of or with %s gets nothing: %s', async (_what, name, it) => {
    const signedAt = it.signedAt === undefined ? {} : { signedAt: broker.now() + it.signedAt }
    expect(await errorsWith({ ...it, ...signedAt })).toBe(`400 ${name}`)
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'refused', pool: POOL_ID })
  })

  it('with a key pair of another pool or a revoked one gets what an unknown one gets', async () => {
    const foreign = await broker.addKeyPair(OTHER_POOL_ID, 'TBPKFFFFBBBBCCCCDDDD')
    const revoked = await broker.addKeyPair(POOL_ID, 'TBPKRRRRBBBBCCCCDDDD', {
      ...{ sealedKey: undefined, revokedAt: '2026-01-01T00:00:00.000Z', revokedBy: 'alice' },
    })
    const unknown = { ...KEY_PAIR, accessKeyId: 'TBPKUUUUBBBBCCCCDDDD' }
    const texts = []
    for (const by of [foreign, revoked, unknown]) {
      const { json } = await lookUpBy({ by })
      texts.push(String(json.message).replace(/request .*\)/, ''))
      expect(json.__type).toBe(UNKNOWN_KEY)
      expect(broker.audit.at(-1)).toMatchObject({
        backendKeyId: by.accessKeyId,
        code: 'invalid_token',
      })
    }
    expect(new Set(texts).size).toBe(1)
  })

  it('is refused for a pool that does not exist as one of an unknown key', async () => {
    const path = `/cognito/${OTHER_POOL_ID}`
    const response = await broker.send({
      ...{ method: 'POST', path, body: Buffer.from(`{"IdentityPoolId":"${OTHER_POOL_ID}"}`) },
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityService.LookupDeveloperIdentity',
      },
    })
    expect(response.body).toContain('InvalidParameterException')
    const named = await broker.call(
      'LookupDeveloperIdentity',
      { IdentityPoolId: OTHER_POOL_ID, DeveloperUserIdentifier: 'ann' },
      {},
      OTHER_POOL_ID,
    )
    expect(exceptionOf(named)).toBe(`400 ${UNKNOWN_KEY}`)
  })

  it('gets nothing once its key pair was revoked a minute ago', async () => {
    const by = await broker.addKeyPair(POOL_ID, 'TBPKWWWWBBBBCCCCDDDD')
    expect((await lookUpBy({ by })).json.__type).not.toBe(UNKNOWN_KEY)
    const revoked = { sealedKey: undefined, revokedAt: '2026-01-01T00:00:00.000Z' }
    await broker.addKeyPair(POOL_ID, by.accessKeyId, revoked)
    // The clock by which keys age also counts the real time of these tests.
    broker.pass(2 * MINUTE_MS)
    expect((await lookUpBy({ by })).json.__type).toBe(UNKNOWN_KEY)
  })

  it('needs no secret and no user in a record, a response or a message', async () => {
    const all = [...broker.auditText, ...broker.errorText].join()
    for (const secret of [KEY_PAIR.secretAccessKey, `AWS4${KEY_PAIR.secretAccessKey}`])
      expect(all).not.toContain(secret)
  })

  function errorsWith(it: BackendVariation) {
    return lookUpBy(it).then(exceptionOf)
  }

  async function lookUpBy(it: BackendVariation) {
    await tokenOf('ann')
    return backend('LookupDeveloperIdentity', { DeveloperUserIdentifier: 'ann' }, it)
  }
})

function target(operation: string): BackendVariation {
  return { headers: { 'x-amz-target': `AWSCognitoIdentityService.${operation}` } }
}
