/** Generators of tokens that were changed at the level of bytes, base64, JSON or claims. */
import fc from 'fast-check'
import type { BrokerTarget } from './target.ts'

/** A hostile token of the target's issuer, created when it is sent. */
export interface HostileToken {
  readonly name: string
  readonly codes: readonly string[]
  make(): Promise<string>
}

const MALFORMED = ['invalid_token', 'invalid_request']

/** Replaces, inserts, removes or repeats characters anywhere in a valid token. */
export function changedBytes(target: BrokerTarget): fc.Arbitrary<HostileToken> {
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const change = fc.tuple(
    place,
    fc.constantFrom('replace', 'insert', 'remove', 'double'),
    fc.string({ unit: 'binary' }),
  )
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => ({
    name: `bytes: ${JSON.stringify(changes)}`,
    codes: [...MALFORMED, 'issuer_untrusted'],
    make: async () => {
      const good = await target.issuer.sign(target.claims())
      const changed = changes.reduce((text, [where, how, inserted]) => {
        const at = Math.floor(where * text.length)
        const rest = text.slice(at)
        if (how === 'remove') return text.slice(0, at) + rest.slice(1 + inserted.length)
        return (
          text.slice(0, at) +
          (how === 'double' ? rest.slice(0, 8) : inserted) +
          rest.slice(how === 'replace' ? 1 : 0)
        )
      }, good)
      return changed.trim() === good ? `${good}A` : changed
    },
  }))
}

/** Encodes the same bytes differently, or changes the order or number of the parts. */
export function respelled(target: BrokerTarget): fc.Arbitrary<HostileToken> {
  const spellings: Record<string, (parts: string[], index: number) => string[]> = {
    padded: (parts, index) => edit(parts, index, (part) => `${part}=`),
    'padded twice': (parts, index) => edit(parts, index, (part) => `${part}==`),
    'of standard base64': (parts, index) => edit(parts, index, (part) => `+/${part.slice(2)}`),
    'encoded twice': (parts, index) =>
      edit(parts, index, (part) => Buffer.from(part).toString('base64url')),
    'in hexadecimal': (parts, index) =>
      edit(parts, index, (part) => Buffer.from(part, 'base64url').toString('hex')),
    'with a stray letter': (parts, index) => edit(parts, index, (part) => `${part}A`),
    'with a space inside': (parts, index) =>
      edit(parts, index, (part) => `${part.slice(0, 4)} ${part.slice(4)}`),
    'percent-encoded': (parts, index) =>
      edit(parts, index, (part) => `%${part.charCodeAt(0).toString(16)}${part.slice(1)}`),
    empty: (parts, index) => edit(parts, index, () => ''),
    'left out': (parts, index) => parts.filter((_, at) => at !== index),
    duplicated: (parts, index) => [...parts.slice(0, index + 1), ...parts.slice(index)],
    reversed: (parts, index) => edit(parts, index, (part) => [...part].reverse().join('')),
    'in upper case': (parts, index) => edit(parts, index, (part) => part.toUpperCase()),
  }
  return fc
    .tuple(fc.constantFrom(...Object.keys(spellings)), fc.nat({ max: 2 }))
    .map(([how, index]) => ({
      name: `part ${index} ${how}`,
      codes: MALFORMED,
      make: async () => {
        const parts = (await target.issuer.sign(target.claims())).split('.')
        return (spellings[how]?.(parts, index) ?? []).join('.')
      },
    }))
}

/** Payloads that JSON parsers could read differently or not at all, signed by the issuer. */
export function brokenJson(target: BrokerTarget): fc.Arbitrary<HostileToken> {
  const extra = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 })
  const breaks: Record<string, (text: string, more: string) => string> = {
    'a name twice': (text, more) => text.replace('{', `{"more":${more},"more":1,`),
    'a name twice, deep': (text, more) => text.replace('{', `{"a":[{"b":${more},"b":${more}}],`),
    'a name twice by escape': (text) => text.replace('{', '{"s\\u0075b":"bob",'),
    'a byte order mark': (text) => `\uFEFF${text}`,
    'an extra comma': (text) => text.replace(/}$/, ',}'),
    'text after it': (text, more) => `${text}${more}`,
    'a comment': (text) => text.replace('{', '{/* */'),
    'single quotes': (text) => text.replaceAll('"', "'"),
    'a control character': (text) => text.replace('alice', 'al\u0001ice'),
    'a bad escape': (text) => text.replace('alice', 'al\\x69ce'),
    'a list around it': (text) => `[${text}]`,
    'text around it': (text) => JSON.stringify(text),
    'deep nesting': (text) => text.replace('{', `{"a":${'['.repeat(60)}${']'.repeat(60)},`),
    'very deep nesting': (text) =>
      text.replace('{', `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)},`),
    'no end': (text) => text.slice(0, -1),
    'NaN for a number': (text) => text.replace(/"exp":\d+/, '"exp":NaN'),
    'a number that is too large': (text) => text.replace(/"exp":\d+/, '"exp":1e999'),
  }
  return fc.tuple(fc.constantFrom(...Object.keys(breaks)), extra).map(([how, more]) => ({
    name: `JSON with ${how}`,
    codes: ['invalid_token'],
    make: () => {
      const text = breaks[how]?.(JSON.stringify(target.claims()), JSON.stringify(more)) ?? ''
      return target.issuer.signBytes(Buffer.from(text))
    },
  }))
}

/** Claims and headers that must be refused although the issuer signed them. */
export function hostileClaims(target: BrokerTarget): fc.Arbitrary<HostileToken> {
  const notText = fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string()),
    fc.object(),
  )
  const notTime = fc.oneof(
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.nat()),
    fc.integer({ max: -1 }),
  )
  const text = fc.string({ unit: 'grapheme' })
  const unusable = fc
    .tuple(
      text,
      fc.constantFrom(
        '*',
        '?',
        '$',
        '{',
        '}',
        '/',
        ':',
        '\u0000',
        '\u202E',
        '\u200B',
        '\n',
        ' ',
        '%',
      ),
      text,
    )
    .map((parts) => parts.join(''))
  const foreign = fc
    .oneof(text, fc.array(text))
    .filter((value) => !JSON.stringify(value).includes('acme-app'))
  const notAudience = notText.filter(
    (value) => !(Array.isArray(value) && value.every((item) => typeof item === 'string')),
  )
  const claim = (name: string, value: fc.Arbitrary<unknown>, ...codes: string[]) =>
    value.map((found) => ({
      name: `${name} ${JSON.stringify(found)}`,
      codes,
      claims: { [name]: found },
      header: {},
    }))
  const header = (name: string, value: fc.Arbitrary<unknown>) =>
    value.map((found) => ({
      name: `header ${name} ${JSON.stringify(found)}`,
      codes: ['invalid_token'],
      claims: {},
      header: { [name]: found },
    }))
  const later = fc
    .integer({ min: 60, max: 2 ** 31 })
    .map((seconds) => target.nowSeconds() + seconds)
  const earlier = fc
    .integer({ min: 60, max: 2 ** 30 })
    .map((seconds) => target.nowSeconds() - seconds)
  const tooOld = fc
    .integer({ min: 90_000, max: 2 ** 30 })
    .map((seconds) => target.nowSeconds() - seconds)
  return fc
    .oneof(
      claim('iss', notText, 'invalid_token'),
      claim('iss', text, 'issuer_untrusted'),
      claim('sub', fc.oneof(notText, fc.constant('')), 'invalid_token'),
      claim('sub', unusable, 'claim_unusable'),
      claim(
        'sub',
        fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 129, maxLength: 2_000 }),
        'claim_unusable',
      ),
      claim('aud', foreign, 'access_denied'),
      claim('aud', notAudience, 'invalid_token'),
      claim(
        'aud',
        notText.map((other) => ['acme-app', other]),
        'invalid_token',
      ),
      claim('azp', fc.oneof(notText, fc.constant('')), 'invalid_token'),
      claim('client_id', fc.oneof(notText, fc.constant('')), 'invalid_token'),
      claim('events', fc.oneof(notText, text), 'invalid_token'),
      claim('cnf', fc.oneof(notText, text), 'invalid_token'),
      claim('act', fc.oneof(notText, text), 'invalid_token'),
      claim(
        'aud',
        text.map((other) => ['acme-app', other]),
        'access_denied',
      ),
      claim('exp', notTime, 'invalid_token'),
      claim('exp', earlier, 'token_expired'),
      claim('iat', notTime, 'invalid_token'),
      claim('iat', later, 'invalid_token'),
      claim('iat', tooOld, 'token_expired'),
      claim('nbf', fc.oneof(notTime, later), 'invalid_token'),
      header(
        'kid',
        text.filter((kid) => kid !== 'key-1'),
      ),
      header(
        'typ',
        text.filter((type) => !/^(application\/)?(at\+)?jwt$/i.test(type)),
      ),
      header('typ', fc.oneof(fc.integer(), fc.array(fc.string()), fc.constant(null))),
    )
    .map(({ name, codes, claims, header }) => ({
      name,
      codes,
      make: () => target.issuer.sign({ ...target.claims(), ...claims }, header),
    }))
}

function edit(parts: readonly string[], index: number, change: (part: string) => string): string[] {
  return parts.map((part, at) => (at === index ? change(part) : part))
}
