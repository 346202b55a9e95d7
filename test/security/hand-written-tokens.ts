/** Tokens that an attacker or a careless issuer would send, with the code of each refusal. */
import { createHmac } from 'node:crypto'
import type { TestIssuer } from '../fixtures/issuer-server.ts'

export type HandWrittenToken = readonly [
  name: string,
  code: string,
  make: () => Promise<string> | string,
]

export const nowSeconds = () => Math.floor(Date.now() / 1000)

const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} }

/** The claims of a valid token. */
export const validClaims = (issuer: TestIssuer) => ({
  iss: issuer.url,
  sub: 'alice',
  aud: 'acme-app',
  iat: nowSeconds(),
  exp: nowSeconds() + 600,
})

export function handWrittenTokens(issuer: TestIssuer): readonly HandWrittenToken[] {
  const good = () => validClaims(issuer)
  const encode = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
  const payloadText = (text: string) => issuer.signBytes(Buffer.from(text))
  // Inserts a member into the text of a valid payload.
  const withText = (member: string) =>
    payloadText(JSON.stringify(good()).replace('{', `{${member},`))
  const withMember = (name: string, text: string) =>
    payloadText(
      JSON.stringify({ ...good(), [name]: 0 }).replace(`"${name}":0`, `"${name}":${text}`),
    )
  const withSub = (text: string) => withMember('sub', text)
  const withExp = (text: string) => withMember('exp', text)
  const replaced = async (index: number, change: (part: string) => string) => {
    const parts = (await issuer.sign(good())).split('.')
    return parts.map((part, at) => (at === index ? change(part) : part)).join('.')
  }

  const jwk = () => ({ ...issuer.publicJwk })

  return [
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
        const hmac = createHmac('sha256', JSON.stringify(jwk())).update(input)
        return `${input}.${hmac.digest('base64url')}`
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
      () =>
        `${encode({ alg: 'RS256', kid: 'key-1', crit: ['exp'], exp: 1 })}.${encode(good())}.AAAA`,
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
    [
      'changed payload',
      'invalid_token',
      () => replaced(1, () => encode({ ...good(), sub: 'bob' })),
    ],
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
      () => issuer.sign({ ...good(), exp: String(nowSeconds() + 600) }),
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
    ['not valid yet', 'invalid_token', () => issuer.sign({ ...good(), nbf: nowSeconds() + 120 })],
    [
      'issued in the future',
      'invalid_token',
      () => issuer.sign({ ...good(), iat: nowSeconds() + 120 }),
    ],
    ['expired', 'token_expired', () => issuer.sign({ ...good(), exp: nowSeconds() - 31 })],
    [
      'fractional and expired',
      'token_expired',
      () => issuer.sign({ ...good(), exp: nowSeconds() - 100.5 }),
    ],
    [
      'older than maxTokenAge',
      'token_expired',
      () => issuer.sign({ ...good(), iat: nowSeconds() - 90_000 }),
    ],
    ['no sub', 'invalid_token', () => issuer.sign({ ...good(), sub: undefined })],
    ['empty sub', 'invalid_token', () => issuer.sign({ ...good(), sub: '' })],
    ['sub that is a number', 'invalid_token', () => issuer.sign({ ...good(), sub: 7 })],
    [
      'aud of several without azp',
      'access_denied',
      () => issuer.sign({ ...good(), aud: ['acme-app', 'other'] }),
    ],
    [
      'aud with a number in it',
      'invalid_token',
      () => issuer.sign({ ...good(), aud: ['acme-app', 5] }),
    ],
    ['logout token', 'invalid_token', () => issuer.sign({ ...good(), events: LOGOUT })],
    ['token bound to a key', 'invalid_token', () => issuer.sign({ ...good(), cnf: { jkt: 'a' } })],
    ['delegated token', 'invalid_token', () => issuer.sign({ ...good(), act: { sub: 'agent' } })],
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
    ['lone surrogate in sub', 'invalid_token', () => withSub('"bob\\ud800"')],
    ['lone surrogate in a name', 'invalid_token', () => withText('"a":{"\\udfff":1}')],
    ['number that overflows', 'invalid_token', () => withText('"n":1e400')],
    ['number that is rounded', 'invalid_token', () => withText('"n":4.0000000000000001')],
    ['negative zero', 'invalid_token', () => withText('"n":[-0]')],
    ['integer beyond 64 bits', 'invalid_token', () => withText('"n":9223372036854775808')],
    ['exp of 64 bits', 'invalid_token', () => withExp('9007199254740993')],
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
}

/**
 * In base64, 256 bytes leave two bits of the last letter unused. The letter after a canonical one
 * is never canonical.
 */
function nextLetter(letter: string | undefined): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet[alphabet.indexOf(letter ?? 'A') + 1] ?? '_'
}
