/** Tokens of broken or hostile identity providers are refused; another tenant is not affected. */
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import { expect, it } from 'vitest'
import { type Attack, CLASS_TIMEOUT, sendAll, sendGenerated } from './attack.ts'
import {
  COOLDOWN_SECONDS,
  KEYS_EXPIRED_SECONDS,
  type Respond,
  startHostileIdp,
} from './hostile-idp.ts'

const { target, hostile, otherClaims, requestWith, requestAsOther, idp, withKeys, keySet } =
  await startHostileIdp()
const bits = (count: number) => Buffer.alloc(count / 8, 0xff).toString('base64url')

it(
  'refuses tokens of issuers that respond with anything other than their keys',
  CLASS_TIMEOUT,
  async ({ task }) => {
    const jwk = hostile.publicJwk
    const forever = Buffer.alloc(64 * 1024, ' ')
    const endless: Respond = (_path, response) => {
      const write = () => {
        while (!response.destroyed && response.write(forever));
      }
      response.on('drain', write)
      write()
    }
    const trickle: Respond = (_path, response) => {
      const timer = setInterval(() => response.write(' '), 100)
      response.on('close', () => clearInterval(timer))
    }
    // Spaces after a valid document: reading all of it would result in an accepted token.
    const discovery = JSON.stringify({ issuer: hostile.url, jwks_uri: `${hostile.url}/jwks` })
    const padded = (path: string, bytes: number) =>
      (path.endsWith('/jwks') ? JSON.stringify({ keys: [jwk] }) : discovery).padEnd(bytes)
    const packed: Respond = (path, response) => {
      response.setHeader('content-encoding', 'gzip').end(gzipSync(padded(path, 64 * 1024 * 1024)))
    }
    const document =
      (value: unknown): Respond =>
      (_path, response) =>
        void response.end(JSON.stringify(value))
    const flood = Array.from({ length: 100 }, (_, index) => ({ ...jwk, kid: `k${index}` }))
    await sendAll(task.meta, 'IdPs: responses', target, [
      ...[301, 302, 303, 307, 308].map((status) =>
        idp(
          `redirect ${status}`,
          (_path, response) => void response.writeHead(status, { location: '/jwks' }).end(),
        ),
      ),
      ...[204, 206, 400, 401, 404, 429, 500, 503].map((status) =>
        idp(`status ${status}`, (_path, response) => void response.writeHead(status).end('{}')),
      ),
      idp('never responds', () => {}),
      idp('trickles', trickle),
      idp('never ends', endless),
      idp('hangs up', (_path, response) => void response.destroy()),
      idp(
        'hangs up midway',
        (_path, response) => void response.write('{"iss', () => response.destroy()),
      ),
      idp('gzip bomb', packed),
      idp('1 MiB', (path, response) => void response.end(padded(path, 1024 * 1024))),
      idp(
        '1 MiB of keys',
        withKeys(JSON.stringify({ keys: [jwk], more: 'x'.repeat(1024 * 1024) })),
      ),
      idp(
        'HTML',
        (_path, response) =>
          void response.setHeader('content-type', 'text/html').end('<html>Sign in</html>'),
      ),
      ...['', '{', 'null', '[]', '"x"', '\0', '\uFEFF{}', '{"issuer":', '['.repeat(200_000)].map(
        (text) =>
          idp(`document ${text.slice(0, 20)}`, (_path, response) => void response.end(text)),
      ),
      idp(
        'another issuer',
        document({ issuer: 'https://id.example', jwks_uri: `${hostile.url}/jwks` }),
      ),
      idp(
        'its issuer with a slash',
        document({ issuer: `${hostile.url}/`, jwks_uri: `${hostile.url}/jwks` }),
      ),
      idp('no jwks_uri', document({ issuer: hostile.url })),
      ...[
        'file:///etc/passwd',
        'http://169.254.169.254/',
        'http://[::ffff:7f00:1]/',
        'data:,{}',
        '//x',
        'jwks',
        '',
      ].map((uri) => idp(`keys at ${uri}`, document({ issuer: hostile.url, jwks_uri: uri }))),
      idp('101 keys', keySet(...flood, jwk)),
      idp('100 keys, none of this kid', keySet(...flood), ['invalid_token']),
      idp('100 keys of one kid', keySet(...Array.from({ length: 100 }, () => jwk)), [
        'invalid_token',
      ]),
      idp('a private key', keySet({ ...jwk, d: 'AQAB' }), ['invalid_token']),
      idp('a shared secret', keySet({ kty: 'oct', k: 'AAAA', kid: 'key-1', alg: 'RS256' }), [
        'invalid_token',
      ]),
      idp('1,024 bits', keySet({ kty: 'RSA', n: bits(1024), e: 'AQAB', kid: 'key-1' }), [
        'invalid_token',
      ]),
      idp(
        '16,384 bits and a huge exponent',
        keySet({ kty: 'RSA', n: bits(16_384), e: bits(16_376), kid: 'key-1' }),
        ['invalid_token'],
      ),
      idp(
        'a key of 2.9 million bits',
        keySet({ kty: 'RSA', n: bits(2_900_000), e: 'AQAB', kid: 'key-1' }),
        ['invalid_token'],
      ),
      idp('no keys', keySet(), ['invalid_token']),
    ])
  },
)

it('refuses tokens under key sets that were tampered with', CLASS_TIMEOUT, ({ task }) => {
  const member = fc.constantFrom('kty', 'n', 'e', 'kid', 'alg', 'use', 'key_ops')
  const value = fc.oneof(
    fc
      .string({ minLength: 1 })
      .filter((text) => !['RSA', 'AQAB', 'key-1', 'RS256', 'sig'].includes(text)),
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.object()),
    fc.constantFrom('enc', 'none', 'HS256', 'RS384', 'EC', 'OKP', 'oct', '__proto__'),
  )
  const tampered = fc
    .array(fc.tuple(member, value), { minLength: 1, maxLength: 3 })
    .map((changes) => {
      const keys = [{ ...hostile.publicJwk, ...Object.fromEntries(changes) }]
      return idp(JSON.stringify(changes), withKeys(JSON.stringify({ keys })), ['invalid_token'])
    })
  const anything = fc
    .oneof(
      fc.json(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    )
    .map((body) => idp(`keys ${body}`, withKeys(body)))
  return sendGenerated(task.meta, 'IdPs: key sets', target, fc.oneof(tampered, anything))
})

it('fetches keys no more often for a flood of unknown key ids', CLASS_TIMEOUT, async ({ task }) => {
  hostile.respondWith(undefined)
  target.advance(KEYS_EXPIRED_SECONDS)
  expect((await requestAsOther()).status).toBe(200)
  target.advance(COOLDOWN_SECONDS)
  const before = hostile.requests.length
  const flood = fc
    .string({ minLength: 1 })
    .filter((kid) => kid !== 'key-1')
    .map(
      (kid): Attack => ({
        name: `kid ${JSON.stringify(kid)}`,
        codes: ['invalid_token'],
        send: () => requestAsOther({ kid }),
      }),
    )
  await sendGenerated(task.meta, 'IdPs: unknown kids', target, flood)
  // The discovery document and the keys are fetched once per cooldown of the clock.
  const fetched = hostile.requests.length - before
  expect(fetched).toBeGreaterThan(0)
  expect(fetched).toBeLessThan(2 * (2 + (task.meta.attacks?.inputs ?? 0) / 50))
})

it(
  'accepts the keys of an issuer that always changes them, but waits for the cooldown',
  CLASS_TIMEOUT,
  async ({ task }) => {
    const makeKey = async (kid: string) => {
      const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
      const sign = () =>
        new CompactSign(Buffer.from(JSON.stringify(otherClaims())))
          .setProtectedHeader({ alg: 'RS256', kid })
          .sign(privateKey)
      return { jwk: { ...(await exportJWK(publicKey)), kid }, sign }
    }
    const refused = (name: string, sign: () => Promise<string>): Attack => ({
      name,
      codes: ['invalid_token'],
      send: async () => requestWith(await sign()),
    })
    const attacks: Attack[] = []
    let withdrawn = await makeKey('first')
    for (let round = 0; round < 20; round++) {
      const [current, next] = await Promise.all([
        makeKey(`current-${round}`),
        makeKey(`next-${round}`),
      ])
      const { sign } = withdrawn
      attacks.push(
        {
          ...refused(`round ${round}, a withdrawn key`, sign),
          send: async () => {
            target.advance(COOLDOWN_SECONDS)
            hostile.respondWith(keySet(current.jwk))
            const before = hostile.requests.length
            expect((await requestWith(await current.sign())).status).toBe(200)
            expect(hostile.requests.length - before).toBe(2)
            hostile.respondWith(keySet(next.jwk))
            return requestWith(await sign())
          },
        },
        refused(`round ${round}, a key published during the cooldown`, next.sign),
      )
      withdrawn = current
    }
    const before = hostile.requests.length
    await sendAll(task.meta, 'IdPs: rotating keys', target, attacks)
    // Discovery and keys once per round.
    expect(hostile.requests.length - before).toBe(2 * 20)
    hostile.respondWith(undefined)
    target.advance(COOLDOWN_SECONDS)
    expect((await requestAsOther()).status).toBe(200)
  },
)
