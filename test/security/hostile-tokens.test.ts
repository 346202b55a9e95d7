/** Tokens that an attacker or a sloppy issuer would send, each refused with its code through the native door. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestBroker } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import { type Attack, CLASS_TIMEOUT, sendAll } from './attack.ts'
import { type BrokerTarget, startTarget } from './target.ts'

let target: BrokerTarget
let issuer: TestIssuer
let broker: TestBroker

beforeAll(async () => {
  target = await startTarget()
  issuer = target.issuer
  broker = target.broker
})
afterAll(() => target.close())

const seconds = () => Math.floor(Date.now() / 1000)
const good = () => ({
  iss: issuer.url,
  sub: 'alice',
  aud: 'acme-app',
  iat: seconds(),
  exp: seconds() + 600,
})
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const payloadText = (text: string) => issuer.signBytes(Buffer.from(text))
/** Puts one member before those of a good payload, in the text itself. */
const withText = (member: string) => payloadText(JSON.stringify(good()).replace('{', `{${member},`))
const replaced = async (index: number, change: (part: string) => string) => {
  const parts = (await issuer.sign(good())).split('.')
  return parts.map((part, at) => (at === index ? change(part) : part)).join('.')
}

type Hostile = [name: string, code: string, make: () => Promise<string> | string]
const jwk = () => ({ ...issuer.publicJwk })

const HOSTILE: Hostile[] = [
  ['alg none', 'invalid_token', () => `${encode({ alg: 'none' })}.${encode(good())}.`],
  [
    'alg none with a signature',
    'invalid_token',
    () => `${encode({ alg: 'none' })}.${encode(good())}.AAAA`,
  ],
  [
    'HS256 with the public key as secret',
    'invalid_token',
    () => {
      const input = `${encode({ alg: 'HS256', kid: 'key-1' })}.${encode(good())}`
      return `${input}.${createHmac('sha256', JSON.stringify(jwk())).update(input).digest('base64url')}`
    },
  ],
  ['unknown kid', 'invalid_token', () => issuer.sign(good(), { kid: 'key-2' })],
  [
    'kid that is a number',
    'invalid_token',
    () => `${encode({ alg: 'RS256', kid: 1 })}.${encode(good())}.AAAA`,
  ],
  [
    'crit',
    'invalid_token',
    () => `${encode({ alg: 'RS256', kid: 'key-1', crit: ['exp'], exp: 1 })}.${encode(good())}.AAAA`,
  ],
  [
    'b64 false',
    'invalid_token',
    () => `${encode({ alg: 'RS256', b64: false, crit: ['b64'] })}.${encode(good())}.AAAA`,
  ],
  ['detached payload', 'invalid_token', () => replaced(1, () => '')],
  ['empty signature', 'invalid_token', () => replaced(2, () => '')],
  ['empty header', 'invalid_token', () => replaced(0, () => '')],
  ['five-part JWE', 'invalid_token', () => 'eyJhbGciOiJkaXIifQ.AAAA.AAAA.AAAA.AAAA'],
  ['trailing dot', 'invalid_token', async () => `${await issuer.sign(good())}.`],
  [
    'two parts',
    'invalid_token',
    async () => (await issuer.sign(good())).split('.').slice(0, 2).join('.'),
  ],
  ['padding', 'invalid_token', () => replaced(1, (part) => `${part}=`)],
  ['standard base64', 'invalid_token', () => replaced(2, (part) => `+/${part.slice(2)}`)],
  [
    'non-canonical last bits',
    'invalid_token',
    () => replaced(2, (part) => `${part.slice(0, -1)}${nextLetter(part.at(-1))}`),
  ],
  ['changed payload', 'invalid_token', () => replaced(1, () => encode({ ...good(), sub: 'bob' }))],
  [
    'duplicate name in the header',
    'invalid_token',
    () => replaced(0, () => encode('{"alg":"RS256","alg":"none","kid":"key-1"}')),
  ],
  ['duplicate name in the payload', 'invalid_token', () => withText('"sub":"bob"')],
  ['duplicate name deep in the payload', 'invalid_token', () => withText('"a":[{"b":1,"b":2}]')],
  ['duplicate name by escape', 'invalid_token', () => withText('"s\\u0075b":"bob"')],
  [
    'exp as a string',
    'invalid_token',
    () => issuer.sign({ ...good(), exp: String(seconds() + 600) }),
  ],
  [
    'exp 1e308',
    'invalid_token',
    () =>
      withText('"x":1').then(() =>
        payloadText(JSON.stringify(good()).replace(/"exp":\d+/, '"exp":1e308')),
      ),
  ],
  [
    'exp 1e999',
    'invalid_token',
    () => payloadText(JSON.stringify(good()).replace(/"exp":\d+/, '"exp":1e999')),
  ],
  ['negative exp', 'invalid_token', () => issuer.sign({ ...good(), exp: -1 })],
  ['negative iat', 'invalid_token', () => issuer.sign({ ...good(), iat: -1 })],
  ['no exp', 'invalid_token', () => issuer.sign({ ...good(), exp: undefined })],
  ['no iat', 'invalid_token', () => issuer.sign({ ...good(), iat: undefined })],
  ['nbf as a string', 'invalid_token', () => issuer.sign({ ...good(), nbf: '1' })],
  ['not valid yet', 'invalid_token', () => issuer.sign({ ...good(), nbf: seconds() + 120 })],
  ['issued in the future', 'invalid_token', () => issuer.sign({ ...good(), iat: seconds() + 120 })],
  ['expired', 'token_expired', () => issuer.sign({ ...good(), exp: seconds() - 31 })],
  [
    'fractional and expired',
    'token_expired',
    () => issuer.sign({ ...good(), exp: seconds() - 100.5 }),
  ],
  [
    'older than maxTokenAge',
    'token_expired',
    () => issuer.sign({ ...good(), iat: seconds() - 90_000 }),
  ],
  ['no sub', 'invalid_token', () => issuer.sign({ ...good(), sub: undefined })],
  ['empty sub', 'invalid_token', () => issuer.sign({ ...good(), sub: '' })],
  ['sub that is a number', 'invalid_token', () => issuer.sign({ ...good(), sub: 7 })],
  [
    'aud of several without azp',
    'access_denied',
    () => issuer.sign({ ...good(), aud: ['acme-app', 'other'] }),
  ],
  ['foreign aud', 'access_denied', () => issuer.sign({ ...good(), aud: 'other' })],
  ['no aud', 'access_denied', () => issuer.sign({ ...good(), aud: undefined })],
  [
    'iss with a trailing slash',
    'issuer_untrusted',
    () => issuer.sign({ ...good(), iss: `${issuer.url}/` }),
  ],
  ['iss __proto__', 'issuer_untrusted', () => issuer.sign({ ...good(), iss: '__proto__' })],
  ['iss that is a list', 'invalid_token', () => issuer.sign({ ...good(), iss: [issuer.url] })],
  [
    'unknown iss',
    'issuer_untrusted',
    () => issuer.sign({ ...good(), iss: 'https://evil.example' }),
  ],
  ['byte order mark', 'invalid_token', () => payloadText(`\uFEFF${JSON.stringify(good())}`)],
  [
    'payload that is not UTF-8',
    'invalid_token',
    () => issuer.signBytes(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
  ],
  ['payload that is a list', 'invalid_token', () => payloadText('[]')],
  ['payload that is not JSON', 'invalid_token', () => payloadText('{')],
  [
    'payload nested 100 deep',
    'invalid_token',
    () => withText(`"a":${'['.repeat(100)}${']'.repeat(100)}`),
  ],
  ['typ logout+jwt', 'invalid_token', () => issuer.sign(good(), { typ: 'logout+jwt' })],
  ['typ dpop+jwt', 'invalid_token', () => issuer.sign(good(), { typ: 'dpop+jwt' })],
  ['20,001 characters', 'invalid_token', () => 'a'.repeat(20_001)],
  ['wildcard sub', 'claim_unusable', () => issuer.sign({ ...good(), sub: '*' })],
  ['path sub', 'claim_unusable', () => issuer.sign({ ...good(), sub: '../bob' })],
  ['variable sub', 'claim_unusable', () => issuer.sign({ ...good(), sub: '${aws:username}' })],
  [
    'sub with right-to-left override',
    'claim_unusable',
    () => issuer.sign({ ...good(), sub: 'a\u202Eb' }),
  ],
]

describe('hostile tokens', () => {
  it('are refused, each with its code and before STS is asked', CLASS_TIMEOUT, ({ task }) => {
    const attacks = HOSTILE.map(
      ([name, code, make]): Attack => ({
        name,
        codes: [code],
        send: async () => {
          const token = await make()
          const calls = target.sts.calls.length
          const { status, body } = await broker.post('/v1/credentials', token)
          expect(JSON.parse(body).status).toBe(status)
          expect(target.sts.calls.length).toBe(calls)
          return { status, text: body }
        },
      }),
    )
    return sendAll(task.meta, 'tokens: by hand', target, attacks)
  })

  it.each(['jwk', 'jku', 'x5u', 'x5c'])(
    'an embedded %s is ignored: the issuer’s own key decides',
    async (member) => {
      const attacker = await startIssuer()
      const value = {
        jwk: attacker.publicJwk,
        jku: `${attacker.url}/jwks`,
        x5u: `${attacker.url}/x5u`,
        x5c: ['AAAA'],
      }[member]
      const forged = await broker.post(
        '/v1/credentials',
        await attacker.sign(good(), { [member]: value }),
      )
      expect(JSON.parse(forged.body).code).toBe('invalid_token')
      expect(attacker.requests).toEqual([])
      const honest = await broker.post(
        '/v1/credentials',
        await issuer.sign(good(), { [member]: value }),
      )
      expect(honest.status).toBe(200)
      await attacker.close()
    },
  )

  it('accepts what is merely unusual', async () => {
    for (const token of [
      await issuer.sign(good(), { typ: 'JWT' }),
      await issuer.sign(good(), { typ: 'application/at+jwt' }),
      await issuer.sign(good(), { kid: undefined }),
      await issuer.sign({ ...good(), exp: seconds() + 600.5, nbf: seconds() }),
      await issuer.sign({ ...good(), aud: ['acme-app', 'other'], azp: 'someone' }),
      await issuer.sign({ ...good(), exp: seconds() - 20 }),
    ]) {
      expect((await broker.post('/v1/credentials', token)).status).toBe(200)
    }
  })
})

/** 256 bytes leave two bits unused in the last letter, so the letter behind a canonical one is never canonical. */
function nextLetter(letter: string | undefined): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet[alphabet.indexOf(letter ?? 'A') + 1] ?? '_'
}
