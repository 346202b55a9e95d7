/** How often issuers' keys are fetched, and what happens while an issuer is down. */
import { describe, expect, it } from 'vitest'
import { createJsonFetcher } from '../../../packages/functions/src/adapters/verifiers/https-json.ts'
import { startServer } from '../../fixtures/http-server.ts'
import { refusalOf } from './calls.ts'
import {
  DIRECT,
  DISCOVERED,
  DISCOVERY_URL,
  ISSUER,
  JWKS_URL,
  useScriptedIssuer,
} from './scripted-issuer.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const issuer = useScriptedIssuer()
const { kidsFor, publish } = issuer

describe('fetches', () => {
  it('discovers an issuer with a path below that path', async () => {
    expect(await kidsFor('a', DISCOVERED)).toEqual(['a'])
    expect(issuer.fetched).toEqual([DISCOVERY_URL, JWKS_URL])
  })

  it('fetches once for 100 concurrent calls, and again after ten minutes', async () => {
    await Promise.all(Array.from({ length: 100 }, () => kidsFor('a')))
    issuer.time += 10 * MINUTE - 1
    await kidsFor('a')
    expect(issuer.fetched).toHaveLength(1)
    issuer.time += 1
    await Promise.all(Array.from({ length: 100 }, () => kidsFor('a')))
    expect(issuer.fetched).toHaveLength(2)
  })

  it('separates the key sources of one issuer, and fetches nothing for inline keys', async () => {
    await kidsFor('a')
    await kidsFor('a', DISCOVERED)
    expect(issuer.fetched).toHaveLength(3)
    const jwks = [{ kty: 'RSA', kid: 'b' }]
    expect(await kidsFor('b', { ...DIRECT, keys: { from: 'inline', jwks } })).toEqual(['b'])
    expect(issuer.fetched).toHaveLength(3)
  })

  it('uses prefetched keys, and does not reject if a prefetch fails', async () => {
    await issuer.cache.prefetch([
      DIRECT,
      { ...DIRECT, keys: { from: 'jwksUri', jwksUri: 'https://down.example/' } },
    ])
    expect(issuer.fetched).toHaveLength(2)
    await kidsFor('a')
    expect(issuer.fetched).toHaveLength(2)
  })

  it('fetches again after a failed prefetch, even for a caller that waited for it', async () => {
    issuer.isDown = true
    const prefetched = issuer.cache.prefetch([DIRECT])
    const waiting = kidsFor('a')
    setImmediate(() => {
      issuer.isDown = false
    })
    expect(await waiting).toEqual(['a'])
    await prefetched
    issuer.isDown = true
    const jwksUri = 'https://other.example/jwks'
    const other = { ...DIRECT, keys: { from: 'jwksUri', jwksUri } } as const
    await issuer.cache.prefetch([other])
    issuer.isDown = false
    issuer.documents.set(jwksUri, { keys: [{ kty: 'RSA', kid: 'b' }] })
    expect(await kidsFor('b', other)).toEqual(['b'])
  })

  it('does not wait for a fetch from before a suspension; its keys count as old', async () => {
    const pending: ((keys: string[]) => void)[] = []
    const fetchJson = () =>
      new Promise<unknown>((resolve) => {
        pending.push((kids) => resolve({ keys: kids.map((kid) => ({ kty: 'RSA', kid })) }))
      })
    issuer.newCache(fetchJson)
    const before = kidsFor('a')
    issuer.time += HOUR
    const after = kidsFor('b')
    expect(pending).toHaveLength(2)
    pending[1]?.(['b'])
    expect(await after).toEqual(['b'])
    pending[0]?.(['a'])
    expect(await before).toEqual(['b'])
    expect(await kidsFor('b')).toEqual(['b'])
    expect(pending).toHaveLength(2)
  })
})

describe('unknown key ids', () => {
  it('fetches at most once in 30 s for any number of them', async () => {
    await kidsFor('a')
    await Promise.all(Array.from({ length: 200 }, (_, index) => kidsFor(`made-up-${index}`)))
    for (let index = 0; index < 50; index++) await kidsFor(`more-${index}`)
    expect(issuer.fetched).toHaveLength(2)
    issuer.time += 30_000
    await Promise.all(Array.from({ length: 200 }, (_, index) => kidsFor(`made-up-${index}`)))
    expect(issuer.fetched).toHaveLength(3)
  })

  it('fetches once if the first call has an unknown key id', async () => {
    expect(await kidsFor('made-up')).toEqual(['a'])
    expect(issuer.fetched).toHaveLength(1)
  })

  it('finds a rotated key at once for all concurrent callers', async () => {
    await kidsFor('a')
    publish('a', 'b')
    const all = await Promise.all(Array.from({ length: 20 }, () => kidsFor('b')))
    for (const kids of all) expect(kids).toEqual(['a', 'b'])
    expect(issuer.fetched).toHaveLength(2)
  })

  it('forgets a withdrawn key after ten minutes', async () => {
    await kidsFor('a')
    publish('b')
    issuer.time += 10 * MINUTE
    expect(await kidsFor('a')).toEqual(['b'])
  })

  it('reports the issuer as unavailable for a new key id while the issuer is down', async () => {
    await kidsFor('a')
    issuer.isDown = true
    expect((await refusalOf(kidsFor('b'))).code).toBe('issuer_unavailable')
    expect(await kidsFor('a')).toEqual(['a'])
  })
})

describe('keys without ids', () => {
  const publishUnnamed = (...kids: (string | undefined)[]) =>
    issuer.documents.set(JWKS_URL, { keys: kids.map((kid) => ({ kty: 'RSA', kid })) })

  it('are not fetched again for the id of a token', async () => {
    publishUnnamed(undefined, undefined)
    for (let index = 0; index < 3; index++) {
      expect(await kidsFor(`made-up-${index}`)).toEqual([undefined, undefined])
      issuer.time += 30_000
    }
    expect(issuer.fetched).toHaveLength(1)
  })

  it('are used for a token with an id while the issuer is down', async () => {
    publishUnnamed(undefined)
    await kidsFor('a')
    issuer.isDown = true
    issuer.time += 10 * MINUTE
    expect(await kidsFor('a')).toEqual([undefined])
  })

  it('are fetched again for an unknown id where one key has one, or none is known', async () => {
    publishUnnamed(undefined, 'b')
    await kidsFor('a')
    expect(await kidsFor('a')).toEqual([undefined, 'b'])
    expect(issuer.fetched).toHaveLength(2)
    publishUnnamed()
    issuer.time += 10 * MINUTE
    await kidsFor('b')
    publish('c')
    expect(await kidsFor('c')).toEqual(['c'])
    expect(issuer.fetched).toHaveLength(4)
  })
})

describe('an issuer that is down', () => {
  it('leaves its known keys in use for 24 h, with a fetch every 30 s', async () => {
    await kidsFor('a')
    issuer.isDown = true
    issuer.time += 10 * MINUTE
    for (let call = 0; call < 10; call++) expect(await kidsFor('a')).toEqual(['a'])
    expect(issuer.fetched).toHaveLength(2)
    issuer.time += 30_000
    await kidsFor('a')
    expect(issuer.fetched).toHaveLength(3)
    issuer.time += 24 * HOUR - 10 * MINUTE - 30_001
    expect(await kidsFor('a')).toEqual(['a'])
    issuer.time += 1
    expect((await refusalOf(kidsFor('a'))).code).toBe('issuer_unavailable')
    issuer.time += 5_000
    issuer.isDown = false
    expect(await kidsFor('a')).toEqual(['a'])
  })

  it('is called at most every 5 s while no keys are known', async () => {
    issuer.isDown = true
    for (let call = 0; call < 10; call++)
      expect((await refusalOf(kidsFor('a'))).code).toBe('issuer_unavailable')
    expect(issuer.fetched).toHaveLength(1)
    issuer.time += 4_999
    await refusalOf(kidsFor('a'))
    expect(issuer.fetched).toHaveLength(1)
    issuer.time += 1
    issuer.isDown = false
    expect(await kidsFor('a')).toEqual(['a'])
  })
})

describe('invalid documents', () => {
  const jwks_uri = JWKS_URL
  it.each([
    ['another issuer', { issuer: 'https://evil.example', jwks_uri }, 'must be equal'],
    ['a trailing slash', { issuer: `${ISSUER}/`, jwks_uri }, 'must be equal'],
    ['no issuer', { jwks_uri }, 'must be equal'],
    ['no jwks_uri', { issuer: ISSUER }, 'has no jwks_uri'],
    ['an array', [], 'not a JSON object'],
  ])('refuses discovery with %s', async (_, document, message) => {
    issuer.documents.set(DISCOVERY_URL, document)
    const refusal = await refusalOf(kidsFor('a', DISCOVERED))
    expect(refusal.code).toBe('issuer_unavailable')
    expect(refusal.message).toContain(message)
  })

  it('accepts 100 keys, and refuses 101', async () => {
    publish(...Array.from({ length: 100 }, (_, index) => `k${index}`))
    expect(await kidsFor('k1')).toHaveLength(100)
    issuer.time += 10 * MINUTE
    publish(...Array.from({ length: 101 }, (_, index) => `k${index}`))
    issuer.newCache(async (url) => issuer.documents.get(url))
    expect((await refusalOf(kidsFor('k1'))).message).toContain(
      '101 keys, but at most 100 are accepted',
    )
  })

  it('ignores entries that are not keys, and refuses a set without a list of keys', async () => {
    const keys = [null, 'x', {}, { kty: 'RSA', kid: 5 }, { kty: 'RSA', kid: 'a' }]
    issuer.documents.set(JWKS_URL, { keys })
    expect(await kidsFor('a')).toEqual(['a'])
    issuer.documents.set(JWKS_URL, { keys: {} })
    issuer.time += 10 * MINUTE
    issuer.newCache(async (url) => issuer.documents.get(url))
    expect((await refusalOf(kidsFor('a'))).message).toContain('not a JWK set')
  })

  it('refuses a jwks_uri with plain http, and sends no request to it', async () => {
    const server = await startServer((_, response) => {
      response.end(JSON.stringify({ issuer: server.url, jwks_uri: 'http://id.example/jwks' }))
    })
    issuer.newCache(createJsonFetcher({ allowLoopback: true, privateHosts: new Set() }))
    const refusal = await refusalOf(kidsFor('a', { ...DISCOVERED, issuer: server.url }))
    await server.close()
    expect(refusal.message).toContain('http://id.example/jwks is not an https URL')
  })
})
