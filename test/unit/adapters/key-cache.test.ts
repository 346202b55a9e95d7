/** How often issuers are asked for their keys, and what happens while they do not answer. */
import { BrokerError, type VerificationProfile } from '@token-broker/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { createJsonFetcher } from '../../../packages/functions/src/adapters/verifiers/https-json.ts'
import {
  createKeyCache,
  type KeyCache,
} from '../../../packages/functions/src/adapters/verifiers/key-cache.ts'
import { refusalOf, startServer } from './test-server.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const ISSUER = 'https://id.example/realms/one'
const BASE = {
  algorithms: ['RS256'],
  types: [],
  maxTokenAgeSeconds: 3600,
  clockToleranceSeconds: 30,
}
const DISCOVERED: VerificationProfile = { ...BASE, issuer: ISSUER, keys: { from: 'discovery' } }
const DIRECT: VerificationProfile = {
  ...BASE,
  issuer: ISSUER,
  keys: { from: 'jwksUri', jwksUri: 'https://id.example/jwks' },
}

let time: number
let down: boolean
let documents: Map<string, unknown>
let fetched: string[]
let cache: KeyCache

const publish = (...kids: string[]) =>
  documents.set('https://id.example/jwks', { keys: kids.map((kid) => ({ kty: 'RSA', kid })) })
const kidsFor = async (kid: string | undefined, profile = DIRECT) =>
  (await cache.keysFor(profile, kid)).map((key) => key.kid)

beforeEach(() => {
  time = 1_800_000_000_000
  down = false
  fetched = []
  documents = new Map()
  documents.set(`${ISSUER}/.well-known/openid-configuration`, {
    issuer: ISSUER,
    jwks_uri: 'https://id.example/jwks',
  })
  publish('a')
  const fetchJson = async (url: string) => {
    fetched.push(url)
    await new Promise((resolve) => setImmediate(resolve))
    if (down || !documents.has(url)) throw new BrokerError('issuer_unavailable', `${url} is down.`)
    return documents.get(url)
  }
  cache = createKeyCache({ fetchJson, now: () => time })
})

describe('fetching', () => {
  test('an issuer with a path is discovered below it', async () => {
    expect(await kidsFor('a', DISCOVERED)).toEqual(['a'])
    expect(fetched).toEqual([
      `${ISSUER}/.well-known/openid-configuration`,
      'https://id.example/jwks',
    ])
  })

  test('100 calls at once are one fetch, and later ones none for ten minutes', async () => {
    await Promise.all(Array.from({ length: 100 }, () => kidsFor('a')))
    time += 10 * MINUTE - 1
    await kidsFor('a')
    expect(fetched).toHaveLength(1)
    time += 1
    await Promise.all(Array.from({ length: 100 }, () => kidsFor('a')))
    expect(fetched).toHaveLength(2)
  })

  test('key sources of one issuer are kept apart, inline keys fetch nothing', async () => {
    await kidsFor('a')
    await kidsFor('a', DISCOVERED)
    expect(fetched).toHaveLength(3)
    expect(
      await kidsFor('b', {
        ...BASE,
        issuer: ISSUER,
        keys: { from: 'inline', jwks: [{ kty: 'RSA', kid: 'b' }] },
      }),
    ).toEqual(['b'])
    expect(fetched).toHaveLength(3)
  })

  test('prefetched keys are there, and a failing prefetch rejects nothing', async () => {
    await cache.prefetch([
      DIRECT,
      { ...DIRECT, keys: { from: 'jwksUri', jwksUri: 'https://down.example/' } },
    ])
    expect(fetched).toHaveLength(2)
    await kidsFor('a')
    expect(fetched).toHaveLength(2)
  })

  test('a prefetch that failed keeps nobody from asking, not even who waited for it', async () => {
    down = true
    const prefetched = cache.prefetch([DIRECT])
    const waiting = kidsFor('a')
    setImmediate(() => {
      down = false
    })
    expect(await waiting).toEqual(['a'])
    await prefetched
    down = true
    const other = {
      ...DIRECT,
      keys: { from: 'jwksUri', jwksUri: 'https://other.example/jwks' },
    } as const
    await cache.prefetch([other])
    down = false
    documents.set('https://other.example/jwks', { keys: [{ kty: 'RSA', kid: 'b' }] })
    expect(await kidsFor('b', other)).toEqual(['b'])
  })

  test('a fetch during which the machine stood still is not waited for, and what it brings at last is old', async () => {
    const answers: ((keys: string[]) => void)[] = []
    const fetchJson = () =>
      new Promise<unknown>((resolve) => {
        answers.push((kids) => resolve({ keys: kids.map((kid) => ({ kty: 'RSA', kid })) }))
      })
    cache = createKeyCache({ fetchJson, now: () => time })
    const asleep = kidsFor('a')
    time += HOUR
    const awake = kidsFor('b')
    expect(answers).toHaveLength(2)
    answers[1]?.(['b'])
    expect(await awake).toEqual(['b'])
    answers[0]?.(['a'])
    expect(await asleep).toEqual(['b'])
    expect(await kidsFor('b')).toEqual(['b'])
    expect(answers).toHaveLength(2)
  })
})

describe('unknown key ids', () => {
  test('a flood asks once in 30 s', async () => {
    await kidsFor('a')
    await Promise.all(Array.from({ length: 200 }, (_, index) => kidsFor(`made-up-${index}`)))
    for (let index = 0; index < 50; index++) await kidsFor(`more-${index}`)
    expect(fetched).toHaveLength(2)
    time += 30_000
    await Promise.all(Array.from({ length: 200 }, (_, index) => kidsFor(`made-up-${index}`)))
    expect(fetched).toHaveLength(3)
  })

  test('the first call ever is one fetch, even with an unknown key id', async () => {
    expect(await kidsFor('made-up')).toEqual(['a'])
    expect(fetched).toHaveLength(1)
  })

  test('a rotated key is found at once, by all who wait for it', async () => {
    await kidsFor('a')
    publish('a', 'b')
    const all = await Promise.all(Array.from({ length: 20 }, () => kidsFor('b')))
    for (const kids of all) expect(kids).toEqual(['a', 'b'])
    expect(fetched).toHaveLength(2)
  })

  test('a withdrawn key is gone after ten minutes', async () => {
    await kidsFor('a')
    publish('b')
    time += 10 * MINUTE
    expect(await kidsFor('a')).toEqual(['b'])
  })

  test('while the issuer is down a new key id is not called bad', async () => {
    await kidsFor('a')
    down = true
    expect((await refusalOf(kidsFor('b'))).code).toBe('issuer_unavailable')
    expect(await kidsFor('a')).toEqual(['a'])
  })
})

describe('an issuer that is down', () => {
  test('known keys go on for 24 h, asked for again every 30 s, and then no longer', async () => {
    await kidsFor('a')
    down = true
    time += 10 * MINUTE
    for (let call = 0; call < 10; call++) expect(await kidsFor('a')).toEqual(['a'])
    expect(fetched).toHaveLength(2)
    time += 30_000
    await kidsFor('a')
    expect(fetched).toHaveLength(3)
    time += 24 * HOUR - 10 * MINUTE - 30_001
    expect(await kidsFor('a')).toEqual(['a'])
    time += 1
    expect((await refusalOf(kidsFor('a'))).code).toBe('issuer_unavailable')
    time += 5_000
    down = false
    expect(await kidsFor('a')).toEqual(['a'])
  })

  test('without keys it is asked at most every 5 s', async () => {
    down = true
    for (let call = 0; call < 10; call++)
      expect((await refusalOf(kidsFor('a'))).code).toBe('issuer_unavailable')
    expect(fetched).toHaveLength(1)
    time += 4_999
    await refusalOf(kidsFor('a'))
    expect(fetched).toHaveLength(1)
    time += 1
    down = false
    expect(await kidsFor('a')).toEqual(['a'])
  })
})

describe('bad documents', () => {
  test.each([
    [
      'another issuer',
      { issuer: 'https://evil.example', jwks_uri: 'https://id.example/jwks' },
      'must be equal',
    ],
    [
      'a trailing slash',
      { issuer: `${ISSUER}/`, jwks_uri: 'https://id.example/jwks' },
      'must be equal',
    ],
    ['no issuer', { jwks_uri: 'https://id.example/jwks' }, 'must be equal'],
    ['no jwks_uri', { issuer: ISSUER }, 'has no jwks_uri'],
    ['no object', [], 'not a JSON object'],
  ])('discovery with %s', async (_, document, message) => {
    documents.set(`${ISSUER}/.well-known/openid-configuration`, document)
    const refusal = await refusalOf(kidsFor('a', DISCOVERED))
    expect(refusal.code).toBe('issuer_unavailable')
    expect(refusal.message).toContain(message)
  })

  test('100 keys are taken, 101 are not', async () => {
    publish(...Array.from({ length: 100 }, (_, index) => `k${index}`))
    expect(await kidsFor('k1')).toHaveLength(100)
    time += 10 * MINUTE
    publish(...Array.from({ length: 101 }, (_, index) => `k${index}`))
    cache = createKeyCache({ fetchJson: async (url) => documents.get(url), now: () => time })
    expect((await refusalOf(kidsFor('k1'))).message).toContain(
      '101 keys, but at most 100 are accepted',
    )
  })

  test('entries that are no keys are passed over; a set without keys is refused', async () => {
    documents.set('https://id.example/jwks', {
      keys: [null, 'x', {}, { kty: 'RSA', kid: 5 }, { kty: 'RSA', kid: 'a' }],
    })
    expect(await kidsFor('a')).toEqual(['a'])
    documents.set('https://id.example/jwks', { keys: {} })
    time += 10 * MINUTE
    cache = createKeyCache({ fetchJson: async (url) => documents.get(url), now: () => time })
    expect((await refusalOf(kidsFor('a'))).message).toContain('not a JWK set')
  })

  test('a jwks_uri over plain http is not asked', async () => {
    const server = await startServer((_, response) => {
      response.end(JSON.stringify({ issuer: server.url, jwks_uri: 'http://id.example/jwks' }))
    })
    cache = createKeyCache({
      fetchJson: createJsonFetcher({ allowLoopbackHttp: true }),
      now: () => time,
    })
    const refusal = await refusalOf(cache.keysFor({ ...DISCOVERED, issuer: server.url }, 'a'))
    await server.close()
    expect(refusal.message).toContain('http://id.example/jwks is not an https URL')
  })
})
