/** Signatures of key pairs: what proves a key of the pool, and everything that proves nothing. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  createKeyFinder,
  type KeyPairPorts,
} from '../../../packages/functions/src/adapters/identity-pools/key-pairs/find-root-key.ts'
import type { StoredKeyPair } from '../../../packages/functions/src/adapters/identity-pools/key-pairs/key-pair-item.ts'
import {
  openWithSecret,
  rootKeyOf,
  sealWithSecret,
} from '../../../packages/functions/src/adapters/identity-pools/key-pairs/seal-key.ts'
import { verifyKeySignature } from '../../../packages/functions/src/adapters/identity-pools/key-pairs/verify-key-signature.ts'
import { type Signatory, signRequest } from '../../fixtures/signature-v4.ts'
import { NO_DEADLINE } from './calls.ts'

const POOL = 'eu-central-1:11111111-2222-4333-8444-555555555555'
const OTHER_POOL = 'eu-central-1:99999999-2222-4333-8444-555555555555'
const GAME = { id: POOL, secret: 'pool' }
const POOL_SECRET = 'p'.repeat(32)
const KEY = { keyId: 'TBPKAAAABBBBCCCCDDDD', secret: 'a'.repeat(40) }
const HOST = 'broker.example'
const PATH = '/cognito/eu-central-1%3A11111111-2222-4333-8444-555555555555'
const NOW = Date.UTC(2026, 0, 31, 12)
const MINUTE_MS = 60_000
const HEADERS = {
  host: HOST,
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AWSCognitoIdentityService.LookupDeveloperIdentity',
}

interface Variation {
  readonly by?: Partial<Signatory>
  readonly signedAt?: number
  readonly scopeDate?: string
  readonly headers?: Record<string, string>
  readonly path?: string
  /** Changes the headers after they were signed; undefined: removes one. */
  readonly sent?: Record<string, string | undefined>
  readonly sentBody?: string
}

describe('a request', () => {
  it.each<[string, Variation]>([
    ['with the host, the date and what is read', {}],
    ['of a client of another region', { by: { region: 'us-west-2' } }],
    ['with more signed headers', { headers: { ...HEADERS, 'amz-sdk-request': 'attempt=1' } }],
    ['with headers that were added on the way', { sent: { 'x-amz-cf-id': 'added', via: 'added' } }],
    ['of a clock that is 5 minutes slow', { signedAt: NOW - 5 * MINUTE_MS }],
    ['of a clock that is 5 minutes fast', { signedAt: NOW + 5 * MINUTE_MS }],
  ])('%s proves the key pair', async (_what, variation) => {
    expect(await verify(variation)).toEqual({ keyId: KEY.keyId })
  })

  it.each<[string, string, Variation]>([
    ['no signature', 'unsigned', { sent: { authorization: undefined } }],
    ['another scheme', 'incomplete', { sent: { authorization: 'Bearer x' } }],
    ['no date', 'incomplete', { sent: { 'x-amz-date': undefined } }],
    ['a date of no calendar', 'incomplete', { sent: { 'x-amz-date': '20261399T000000Z' } }],
    ['an operation that is not signed', 'incomplete', unsigned('x-amz-target')],
    ['a content type that is not signed', 'incomplete', unsigned('content-type')],
    ['a host that is not signed', 'incomplete', unsigned('host')],
    ['the service sts', 'other-service', { by: { service: 'sts' } }],
    ['the service cognito-idp', 'other-service', { by: { service: 'cognito-idp' } }],
    ['the key of another day', 'other-date', { scopeDate: '20260130' }],
    ['a time 5 minutes and a second ago', 'too-old', { signedAt: NOW - 5 * MINUTE_MS - 1000 }],
    ['a time 5 minutes and a second ahead', 'too-new', { signedAt: NOW + 5 * MINUTE_MS + 1000 }],
    ['an access key id of AWS', 'unknown-key', { by: { accessKeyId: 'AKIAAAAABBBBCCCCDDDD' } }],
    ['an id that nobody has', 'unknown-key', { by: { accessKeyId: 'TBPKAAAABBBBCCCCDDDA' } }],
    ['a session token', 'unknown-key', { by: { sessionToken: 'of AWS' } }],
    ['another secret', 'mismatch', { by: { secretAccessKey: 'b'.repeat(40) } }],
    ['another host', 'mismatch', { headers: { ...HEADERS, host: 'cognito.example' } }],
    ['the path of another pool', 'mismatch', { path: PATH.replace('1111', '9999') }],
    [
      'another operation',
      'mismatch',
      { sent: { 'x-amz-target': 'AWS….MergeDeveloperIdentities' } },
    ],
    ['another body', 'mismatch', { sentBody: '{"IdentityPoolId":"other"}' }],
  ])('with %s proves nothing: %s', async (_what, problem, variation) => {
    expect(await verify(variation)).toMatchObject({ problem })
    expect(await verify()).toEqual({ keyId: KEY.keyId })
  })

  it('with a key pair of another pool proves nothing', async () => {
    expect(await verify({}, OTHER_POOL)).toEqual({ problem: 'unknown-key', keyId: KEY.keyId })
  })

  it('names the key pair of a wrong signature, for the record', async () => {
    const wrong = { by: { secretAccessKey: 'b'.repeat(40) } }
    expect(await verify(wrong)).toEqual({ problem: 'mismatch', keyId: KEY.keyId })
  })
})

describe('a key', () => {
  it('is read and decrypted once in a minute, and decrypted once', async () => {
    const store = keyStore()
    const find = createKeyFinder(store.ports)
    for (const at of [0, 1, MINUTE_MS - 1]) {
      store.at(at)
      expect(await find(GAME, KEY.keyId, NO_DEADLINE)).toEqual(rootKeyOf(KEY.secret))
    }
    expect(store.counts()).toEqual({ reads: 1, opened: 1 })
    store.at(MINUTE_MS)
    await find(GAME, KEY.keyId, NO_DEADLINE)
    expect(store.counts()).toEqual({ reads: 2, opened: 1 })
  })

  it('that is revoked or removed verifies nothing a minute later', async () => {
    for (const [replace, problem] of [
      ['revoked', 'revoked-key'],
      ['removed', 'unknown-key'],
    ] as const) {
      const store = keyStore()
      const find = createKeyFinder(store.ports)
      await find(GAME, KEY.keyId, NO_DEADLINE)
      store.replace(replace === 'revoked' ? { ...STORED, sealedKey: undefined } : undefined)
      store.at(MINUTE_MS)
      expect(await find(GAME, KEY.keyId, NO_DEADLINE)).toBe(problem)
      store.replace(STORED)
      expect(await find(GAME, KEY.keyId, NO_DEADLINE)).toEqual(rootKeyOf(KEY.secret))
    }
  })

  it('that cannot be read again is not used longer', async () => {
    const store = keyStore()
    const find = createKeyFinder(store.ports)
    await find(GAME, KEY.keyId, NO_DEADLINE)
    store.fail()
    store.at(MINUTE_MS - 1)
    expect(await find(GAME, KEY.keyId, NO_DEADLINE)).toEqual(rootKeyOf(KEY.secret))
    store.at(MINUTE_MS)
    await expect(find(GAME, KEY.keyId, NO_DEADLINE)).rejects.toThrow('no table')
  })

  it('of no possible id causes no read', async () => {
    const store = keyStore()
    const find = createKeyFinder(store.ports)
    for (const id of ['', 'constructor', 'TBPK', `${KEY.keyId}A`, KEY.keyId.toLowerCase()])
      expect(await find(GAME, id, NO_DEADLINE)).toBe('unknown-key')
    expect(store.counts()).toEqual({ reads: 0, opened: 0 })
  })

  it('that is corrupt, or sealed for another pool, key pair or secret, is not used', async () => {
    const context = { pool: POOL, key: KEY.keyId }
    const seal = (text: string, of = context, secret = POOL_SECRET) =>
      sealWithSecret(Buffer.from(text), secret, of)
    const root = `AWS4${KEY.secret}`
    for (const sealedKey of [
      ...['', 'AAAA', seal(''), seal('AWS4'), seal(KEY.secret), seal(`${root}a`)],
      seal(root, { ...context, pool: OTHER_POOL }),
      seal(root, { ...context, key: 'TBPKAAAABBBBCCCCDDDA' }),
      seal(root, context, 'q'.repeat(32)),
      randomBytes(60).toString('base64'),
      Buffer.from(seal(root), 'base64').fill(0, 0, 1).toString('base64'),
    ]) {
      const store = keyStore()
      store.replace({ ...STORED, sealedKey })
      const found = await createKeyFinder(store.ports)(GAME, KEY.keyId, NO_DEADLINE)
      expect(found).toBe('unreadable-key')
    }
  })
})

const STORED: StoredKeyPair = {
  keyId: KEY.keyId,
  sealedKey: sealWithSecret(rootKeyOf(KEY.secret), POOL_SECRET, { pool: POOL, key: KEY.keyId }),
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'alice',
  revokedAt: undefined,
  revokedBy: undefined,
}

/** One key pair of one pool. */
function keyStore() {
  let [reads, opened, ageMs, isFailing] = [0, 0, 0, false]
  let stored: StoredKeyPair | undefined = STORED
  const ports: KeyPairPorts = {
    async read(pool, keyId) {
      reads++
      if (isFailing) throw new Error('no table')
      return pool === POOL && keyId === KEY.keyId ? stored : undefined
    },
    async open(sealedKey, context) {
      opened++
      return openWithSecret(sealedKey, POOL_SECRET, context)
    },
    ageClock: () => ageMs,
  }
  return {
    ports,
    counts: () => ({ reads, opened }),
    at: (ms: number) => {
      ageMs = ms
    },
    fail: () => {
      isFailing = true
    },
    replace: (keyPair: StoredKeyPair | undefined) => {
      stored = keyPair
    },
  }
}

const BODY = `{"IdentityPoolId":"${POOL}"}`

function verify(it: Variation = {}, id = POOL) {
  const { path = PATH, headers = HEADERS } = it
  const signed = signRequest(
    { method: 'POST', path, body: BODY, headers },
    {
      accessKeyId: KEY.keyId,
      secretAccessKey: KEY.secret,
      region: 'eu-central-1',
      service: 'cognito-identity',
      ...it.by,
    },
    it.signedAt ?? NOW,
    it.scopeDate,
  )
  const sent = Object.entries({ ...signed.headers, ...it.sent }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const request = { headers: Object.fromEntries(sent), body: Buffer.from(it.sentBody ?? BODY) }
  const find = createKeyFinder(keyStore().ports)
  const context = { find, nowMs: NOW, signal: NO_DEADLINE }
  return verifyKeySignature(
    request,
    { id, secret: 'pool' },
    { host: HOST, paths: [`${PATH}/`, PATH] },
    context,
  )
}

/** Signs without the header, and sends it. */
function unsigned(name: keyof typeof HEADERS): Variation {
  const { [name]: value, ...rest } = HEADERS
  return { headers: rest, sent: { [name]: value } }
}
