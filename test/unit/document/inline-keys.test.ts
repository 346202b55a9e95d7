/** The public keys that a tenant document lists: which compile, and what is reported of others. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { compileKey } from '../../../packages/core/src/document/issuers/compile-key.ts'
import {
  isOnEd25519,
  isOnNistCurve,
} from '../../../packages/core/src/document/issuers/curve-point.ts'
import type { KeyDocument } from '../../../packages/core/src/document/schema.ts'

type Curve = 'P-256' | 'P-384' | 'P-521'
const CURVES: readonly Curve[] = ['P-256', 'P-384', 'P-521']
const BYTES = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }
const PRIMES = {
  'P-256': 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  'P-384': 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  'P-521': 2n ** 521n - 1n,
}
const RSA = publicKey(() => generateKeyPairSync('rsa', { modulusLength: 2048 }))
const ED25519 = publicKey(() => generateKeyPairSync('ed25519'))

describe('a key that compiles', () => {
  it.each([RSA, ED25519, ...CURVES.map(ecKey)])('$kty $crv keeps exactly its members', (key) => {
    const full: KeyDocument = { ...key, kid: 'k', use: 'sig', key_ops: ['verify'] }
    expect(problemsOf(full)).toEqual([])
    expect(compile(full)).toEqual(full)
    expect(compile(key)).toEqual(key)
    expect(Object.keys(compile(key)).sort()).toEqual(Object.keys(key).sort())
  })

  it('may name its algorithm', () => {
    expect(compile({ ...RSA, alg: 'RS256' }).alg).toBe('RS256')
  })

  it.each(['EdDSA', 'Ed25519'])('may name it %s, for a key of Ed25519', (alg) => {
    expect(compiledAlone({ ...ED25519, alg })).toMatchObject({ alg })
  })

  it('may be for the tokens of SPIFFE, and not for its certificates', () => {
    expect(compiledAlone({ ...RSA, use: 'jwt-svid' })).toMatchObject({ use: 'jwt-svid' })
    expect(compiledAlone({ ...RSA, use: 'x509-svid' })).toEqual([
      'issuers[0].verify.keys[0].use: the value is not allowed; write one of: sig, jwt-svid',
    ])
  })
})

describe('an RSA key', () => {
  const MISSING = 'verify.keys.0: n or e of the RSA key is missing or not base64url'
  it.each([
    ['no n', { n: undefined }],
    ['no e', { e: undefined }],
    ['an empty n', { n: '' }],
    ['padding after e', { e: 'AQAB=' }],
    ['plain base64 in n', { n: `${RSA.n}+/` }],
    ['a line break after e', { e: 'AQAB\n' }],
    ['a space before n', { n: ` ${RSA.n}` }],
  ])('with %s is refused', (_what, change) => {
    expect(problemsOf({ ...RSA, ...change })).toEqual([`${MISSING}; write both in base64url`])
  })

  it.each(['AQ', 'Ag', 'AA', 'AQAAAAA', 'AQAAAAE'])('with the exponent %s is refused', (e) => {
    expect(problemsOf({ ...RSA, e })).toEqual([
      'verify.keys.0: the RSA key has an exponent (e) that is even, below 3 or above 2^32; ' +
        'copy the whole public key; nearly every key has e: AQAB (65537)',
    ])
  })

  it('of 1,024 bits is refused', () => {
    const n = Buffer.alloc(128, 0xff).toString('base64url')
    expect(problemsOf({ ...RSA, n })).toEqual([
      'verify.keys.0: the RSA key has only 1024 bits; ' +
        'use an RSA key of at least 2048 bits (RFC 7518 §3.3)',
    ])
  })
})

describe.each(CURVES)('a key on %s', (crv) => {
  const key = ecKey(crv)
  const [x, y] = [bytes(key.x), bytes(key.y)]
  const off = `verify.keys.0: the key is not a point on the curve ${crv}; copy the whole public key`

  it('is refused where one bit of a coordinate is wrong', () => {
    for (const name of ['x', 'y'] as const) {
      const changed = bytes(key[name])
      changed[BYTES[crv] - 1] = (changed.at(-1) ?? 0) ^ 1
      expect(problemsOf({ ...key, [name]: changed.toString('base64url') })).toEqual([off])
    }
  })

  it('is refused as (0, 0), and with its coordinates exchanged', () => {
    const zero = Buffer.alloc(BYTES[crv]).toString('base64url')
    expect(problemsOf({ ...key, x: zero, y: zero })).toEqual([off])
    expect(problemsOf({ ...key, x: String(key.y), y: String(key.x) })).toEqual([off])
  })

  it.each(['x', 'y'] as const)('is refused where %s is missing, too short or too long', (name) => {
    const full = bytes(key[name])
    const texts = [
      undefined,
      full.subarray(1).toString('base64url'),
      Buffer.concat([Buffer.of(0), full]).toString('base64url'),
    ]
    for (const text of texts)
      expect(problemsOf({ ...key, [name]: text })).toEqual([
        `verify.keys.0.${name}: ${name} is missing or is not ${BYTES[crv]} bytes in base64url; ` +
          'copy the whole public key',
      ])
  })

  it('is a point on its curve, as its negative is, and on no other curve', () => {
    expect(isOnNistCurve(crv, x, y)).toBe(true)
    const negative = PRIMES[crv] - BigInt(`0x${y.toString('hex')}`)
    expect(isOnNistCurve(crv, x, bigEndian(negative, BYTES[crv]))).toBe(true)
    for (const other of [...CURVES, 'secp256k1', 'Ed25519'].filter((name) => name !== crv))
      expect(isOnNistCurve(other, x, y)).toBe(false)
  })

  it('is refused with a coordinate beyond the prime, which names a point a second time', () => {
    const prime = PRIMES[crv]
    const bits = BigInt(BYTES[crv] * 8)
    // A point with a small x, so that x + prime has as many bytes.
    const point = [...Array(200).keys()]
      .map((small) => ({ small: BigInt(small), root: rootOf(crv, BigInt(small)) }))
      .find(({ small, root }) => root !== undefined && small + prime < 2n ** bits)
    if (point?.root === undefined) throw new Error('no such point')
    const ordinate = bigEndian(point.root, BYTES[crv])
    expect(isOnNistCurve(crv, bigEndian(point.small, BYTES[crv]), ordinate)).toBe(true)
    expect(isOnNistCurve(crv, bigEndian(point.small + prime, BYTES[crv]), ordinate)).toBe(false)
  })
})

describe('a key of kty EC', () => {
  it.each([undefined, 'Ed25519', 'secp256k1'])('with the curve %s is refused', (crv) => {
    expect(problemsOf({ ...ecKey('P-256'), crv })).toEqual([
      'verify.keys.0.crv: crv is missing or is not a curve of kty EC; ' +
        'write one of: P-256, P-384, P-521',
    ])
  })
})

describe('an Ed25519 key', () => {
  const off =
    'verify.keys.0: the key is not a point on the curve Ed25519; copy the whole public key'

  it('is on its curve', () => {
    for (let count = 0; count < 20; count++)
      expect(isOnEd25519(bytes(publicKey(() => generateKeyPairSync('ed25519')).x))).toBe(true)
  })

  it('is refused where there is no point with this y', () => {
    const numbers = [2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]
    const points = numbers.map((y) => Buffer.from(bigEndian(y, 32)).reverse())
    const refused = points.filter((x) => !isOnEd25519(x))
    // RFC 8032 §5.1.3: about half of all numbers are the y of a point.
    expect(refused.map((x) => x[0])).toEqual([2, 7, 8])
    for (const x of refused)
      expect(problemsOf({ ...ED25519, x: x.toString('base64url') })).toEqual([off])
  })

  it('is refused where y is beyond the prime', () => {
    const beyond = Buffer.from(bigEndian(2n ** 255n - 19n + 3n, 32)).reverse()
    expect(isOnEd25519(Buffer.from(bigEndian(3n, 32)).reverse())).toBe(true)
    expect(isOnEd25519(beyond)).toBe(false)
  })

  it('is refused if its order is small', () => {
    const x = Buffer.from(bigEndian(1n, 32)).reverse().toString('base64url')
    expect(problemsOf({ ...ED25519, x })).toEqual([
      'verify.keys.0: the key is a point of small order; replace the key pair',
    ])
  })

  it('needs no y, and has 32 bytes', () => {
    const long = Buffer.concat([bytes(ED25519.x), Buffer.of(0)]).toString('base64url')
    expect(problemsOf({ ...ED25519, x: long })).toEqual([
      'verify.keys.0.x: x is missing or is not 32 bytes in base64url; copy the whole public key',
    ])
  })
})

/** The key as it is in a compiled document, or the errors of the document. */
function compiledAlone(key: object): unknown {
  const document = {
    tenant: 'acme',
    issuers: [
      { issuer: 'https://id.example', verify: { kind: 'jwt', keys: [key] }, audiences: ['app'] },
    ],
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: 'arn:aws:iam::111122223333:role/app' } },
  }
  const { tenant, errors } = compileTenant(JSON.stringify(document), 'acme.json')
  const keys = tenant?.issuers[0]?.profile.keys
  return keys?.from === 'inline'
    ? keys.jwks[0]
    : errors.map(({ path, message, hint }) => `${path}: ${message}; ${hint}`)
}

function compile(key: KeyDocument) {
  return compileKey(key, ['verify', 'keys', 0], () => undefined)
}

function problemsOf(key: KeyDocument): string[] {
  const problems: string[] = []
  compileKey(key, ['verify', 'keys', 0], (path, problem, hint) =>
    problems.push(`${path.join('.')}: ${problem}; ${hint}`),
  )
  return problems
}

function publicKey(generate: () => { publicKey: KeyObject }): KeyDocument {
  const { kty, ...members } = generate().publicKey.export({ format: 'jwk' })
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP') throw new Error('of an unknown kind')
  return JSON.parse(JSON.stringify({ kty, ...members }))
}

function ecKey(namedCurve: Curve): KeyDocument {
  return publicKey(() => generateKeyPairSync('ec', { namedCurve }))
}

/** A `y` for this `x`, if there is one; each of these primes is 3 modulo 4. */
function rootOf(crv: Curve, x: bigint): bigint | undefined {
  const prime = PRIMES[crv]
  const known = ecKey(crv)
  const [knownX, knownY] = [known.x, known.y].map((text) =>
    BigInt(`0x${bytes(text).toString('hex')}`),
  )
  if (knownX === undefined || knownY === undefined) return undefined
  const square = x ** 3n - 3n * x + (knownY ** 2n - knownX ** 3n + 3n * knownX)
  const target = ((square % prime) + prime) % prime
  let [root, factor] = [1n, target]
  for (let rest = (prime + 1n) / 4n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) root = (root * factor) % prime
    factor = (factor * factor) % prime
  }
  return (root * root) % prime === target ? root : undefined
}

function bigEndian(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(2 * length, '0'), 'hex')
}

function bytes(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url')
}
