/** Key sets and metadata in the forms in which identity providers serve them, over real HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { VerificationProfile } from '@token-broker/core'
import { expect, it } from 'vitest'
import { fetchKeys } from '../../../packages/functions/src/adapters/verifiers/fetch-keys.ts'
import { createJsonFetcher } from '../../../packages/functions/src/adapters/verifiers/https-json.ts'
import { closeAfterTests, startServer } from '../../fixtures/index.ts'
import { refusalOf } from './calls.ts'
import { DISCOVERED } from './scripted-issuer.ts'

const LIMIT = 512 * 1024
const KEY_SET = { keys: [{ kty: 'RSA', kid: 'a', n: 'AQAB', e: 'AQAB' }] }
const KEY_SET_JSON = JSON.stringify(KEY_SET)

it('requests both media types of key sets, as Kubernetes requires', async () => {
  const serve = async (type: string) => {
    const { keys, requests } = await fetchFrom(({ headers }, response) => {
      const isAccepted = headers.accept?.split(/,\s*/).includes(type)
      response.writeHead(isAccepted ? 200 : 406, { 'content-type': type }).end(KEY_SET_JSON)
    })
    expect(await keys).toEqual(KEY_SET.keys)
    expect(requests).toEqual(['/jwks'])
  }
  await serve('application/jwk-set+json')
  await serve('application/json')
})

it.each([
  ['a byte order mark', Buffer.from(`\uFEFF${KEY_SET_JSON}`)],
  ['no byte order mark', Buffer.from(KEY_SET_JSON)],
])('reads a key set with %s', async (_, body) => {
  expect(await (await fetchFrom((_, response) => response.end(body))).keys).toEqual(KEY_SET.keys)
})

it.each([
  ['two byte order marks', Buffer.from(`\uFEFF\uFEFF${KEY_SET_JSON}`)],
  ['a byte order mark in the middle', Buffer.from(KEY_SET_JSON.replace('{', '{\uFEFF'))],
  ['a byte order mark alone', Buffer.from('\uFEFF')],
  ['UTF-16', Buffer.from(`\uFEFF${KEY_SET_JSON}`, 'utf16le')],
])('refuses a key set with %s', async (_, body) => {
  const { keys } = await fetchFrom((_, response) => response.end(body))
  expect(await messageOf(keys)).toContain('not JSON')
})

it.each(['gzip', 'x-gzip', 'GZIP'])('reads a key set that is always sent as %s', async (name) => {
  const body = gzipSync(`\uFEFF${KEY_SET_JSON}`)
  const { keys } = await fetchFrom(({ headers }, response) => {
    expect(headers['accept-encoding']).toBe('identity')
    response.setHeader('content-encoding', name).end(body)
  })
  expect(await keys).toEqual(KEY_SET.keys)
})

it('applies the limit of 512 KiB before and after decompression', async () => {
  const serve = async (body: Buffer) =>
    (await fetchFrom((_, response) => response.setHeader('content-encoding', 'gzip').end(body)))
      .keys
  const padded = (bytes: number) => KEY_SET_JSON.padEnd(bytes)
  expect(await serve(gzipSync(padded(LIMIT)))).toEqual(KEY_SET.keys)
  const tooLong = 'responded with more than 524288 bytes'
  expect(await messageOf(serve(gzipSync(padded(LIMIT + 1))))).toContain(tooLong)
  expect(await messageOf(serve(gzipSync(padded(LIMIT), { level: 0 })))).toContain(tooLong)
})

it('does not decompress more of a bomb than it would accept', async () => {
  const bomb = gzipSync(Buffer.alloc(400_000_000, 32))
  expect(bomb.length).toBeLessThan(LIMIT)
  const before = process.memoryUsage()
  const { keys } = await fetchFrom((_, response) =>
    response.setHeader('content-encoding', 'gzip').end(bomb),
  )
  expect(await messageOf(keys)).toContain('responded with more than 524288 bytes')
  const after = process.memoryUsage()
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(20_000_000)
})

it.each([
  ['plain text', 'gzip', Buffer.from(KEY_SET_JSON), 'not gzip'],
  ['half a member', 'gzip', gzipSync(KEY_SET_JSON).subarray(0, 30), 'not gzip'],
  ['brotli', 'br', brotliCompressSync(KEY_SET_JSON), 'content-encoding other than gzip'],
  ['deflate', 'deflate', deflateSync(KEY_SET_JSON), 'content-encoding other than gzip'],
  ['gzip twice', 'gzip, gzip', gzipSync(gzipSync(KEY_SET_JSON)), 'content-encoding other'],
])('refuses %s as %s', async (_, encoding, body, message) => {
  const { keys } = await fetchFrom((_, response) =>
    response.setHeader('content-encoding', encoding).end(body),
  )
  expect(await messageOf(keys)).toContain(message)
})

it.each([
  ['', '/.well-known/oauth-authorization-server'],
  ['/', '/.well-known/oauth-authorization-server'],
  ['/realms/one', '/.well-known/oauth-authorization-server/realms/one'],
  ['/realms/one/', '/.well-known/oauth-authorization-server/realms/one'],
])('finds the keys of the issuer %o by OAuth’s metadata', async (path, metadataPath) => {
  const { keys, requests } = await discoverFrom(path, {
    [metadataPath]: (url) => metadata(`${url}${path}`),
  })
  expect(await keys).toEqual(KEY_SET.keys)
  const openidPath = `${path.replace(/\/$/, '')}/.well-known/openid-configuration`
  expect(requests).toEqual([openidPath, metadataPath, '/jwks'])
})

it('reads no OAuth metadata where OpenID’s exists, even if that is of another issuer', async () => {
  const documents = { [OAUTH]: (url: string) => metadata(url) }
  const other = await discoverFrom('', {
    ...documents,
    [OPENID]: (url) => metadata(`${url}/other`, url),
  })
  expect(await messageOf(other.keys)).toContain('they must be equal')
  expect(other.requests).toEqual([OPENID])
  const own = await discoverFrom('', { ...documents, [OPENID]: (url) => metadata(url) })
  expect(await own.keys).toEqual(KEY_SET.keys)
  expect(own.requests).toEqual([OPENID, '/jwks'])
})

it.each([
  ['of another issuer', (url: string) => metadata(`${url}/other`, url), 'they must be equal'],
  ['of the same issuer with a slash', (url: string) => metadata(`${url}/`, url), 'must be equal'],
  ['without an issuer', (url: string) => ({ jwks_uri: `${url}/jwks` }), 'names no issuer'],
  ['without jwks_uri', (url: string) => ({ issuer: url }), 'has no jwks_uri'],
  ['that is a list', () => [], 'is not a JSON object'],
])('refuses OAuth metadata %s', async (_, document, message) => {
  const { keys, requests } = await discoverFrom('', { [OAUTH]: document })
  expect(await messageOf(keys)).toContain(message)
  expect(requests).toEqual([OPENID, OAUTH])
})

it.each([301, 401, 403, 410, 500])('tries no OAuth metadata after the status %i', async (code) => {
  const { keys, requests } = await discoverFrom(
    '',
    { [OAUTH]: (url) => metadata(url) },
    { [OPENID]: code },
  )
  expect(await messageOf(keys)).toContain(`${code}`)
  expect(requests).toEqual([OPENID])
})

it('names both addresses where neither exists, and what to write', async () => {
  const { keys, url } = await discoverFrom('/a', {})
  expect(await messageOf(keys)).toBe(
    `${url}/a/.well-known/openid-configuration and ${url}/.well-known/oauth-authorization-server` +
      '/a responded with status 404; check the issuer, or write verify.jwksUri or verify.keys in ' +
      'the tenant document.',
  )
})

it('a key set that does not exist is unavailable, also where metadata may be missing', async () => {
  const { keys } = await fetchFrom((_, response) => response.writeHead(404).end())
  expect(await messageOf(keys)).toContain('responded with status 404 instead of 200')
})

const OPENID = '/.well-known/openid-configuration'
const OAUTH = '/.well-known/oauth-authorization-server'
const fetchJson = createJsonFetcher({ allowLoopback: true, privateHosts: new Set() })

function metadata(issuer: string, url = new URL(issuer).origin): object {
  return { issuer, jwks_uri: `${url}/jwks` }
}

/** The keys of an issuer with a `jwksUri`, which responds as `handle` says. */
async function fetchFrom(handle: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const requests: string[] = []
  const { url } = await closeAfterTests(
    startServer((request, response) => {
      requests.push(request.url ?? '')
      handle(request, response)
    }),
  )
  const keys = { from: 'jwksUri', jwksUri: `${url}/jwks` } as const
  return { keys: keySetOf({ ...DISCOVERED, keys }), requests }
}

/** The keys of the issuer at a path of a host that serves its key set and these documents. */
async function discoverFrom(
  path: string,
  documents: Readonly<Record<string, (host: string) => unknown>>,
  statuses: Readonly<Record<string, number>> = {},
) {
  const requests: string[] = []
  const { url } = await closeAfterTests(
    startServer(({ url: requested = '' }, response) => {
      requests.push(requested)
      const document = requested === '/jwks' ? KEY_SET : documents[requested]?.(url)
      response.writeHead(statuses[requested] ?? (document === undefined ? 404 : 200))
      response.end(JSON.stringify(document))
    }),
  )
  const profile: VerificationProfile = { ...DISCOVERED, issuer: `${url}${path}` }
  return { keys: keySetOf(profile), requests, url }
}

async function messageOf(keys: Promise<unknown>): Promise<string> {
  const { code, message } = await refusalOf(keys)
  expect(code).toBe('issuer_unavailable')
  return message
}

async function keySetOf(profile: VerificationProfile) {
  return (await fetchKeys(profile, fetchJson)).jwks
}
