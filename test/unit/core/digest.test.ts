/** Digests: published values, and different ones for values that differ. */
import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  digestOf,
  equalsSecret,
  keyedNameDigest,
  keyedTextDigest,
  sha256Base64url,
  sha256Hex,
} from '../../../packages/core/src/model/digest.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const ILL_FORMED = ['\ud800', 'bob\udfff', '\udc00\ud800', 'a\ud83d']
const refusal = expect.objectContaining({
  code: 'internal',
  message: 'Text that is not well-formed Unicode has no digest.',
})

describe('sha256Hex', () => {
  it('is SHA-256 of the UTF-8 text', () => {
    // FIPS 180-2, appendix B.1.
    expect(sha256Hex('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
    expect(sha256Hex('é😀')).toBe(createHash('sha256').update('é😀', 'utf8').digest('hex'))
  })

  it.each(ILL_FORMED)('refuses %j, which would have the digest of U+FFFD', (text) => {
    expect(() => sha256Hex(text)).toThrow(refusal)
  })
})

describe('sha256Base64url', () => {
  it('is SHA-256 of the UTF-8 text, or of bytes', () => {
    const expected = createHash('sha256').update('é😀', 'utf8').digest('base64url')
    expect(sha256Base64url('é😀')).toBe(expected)
    expect(sha256Base64url(Buffer.from('é😀'))).toBe(expected)
  })

  it.each(ILL_FORMED)('refuses %j', (text) => {
    expect(() => sha256Base64url(text)).toThrow(refusal)
  })
})

it('keyedTextDigest is HMAC-SHA-256, with keys of any length, one after the other', () => {
  for (const key of ['k', 'x'.repeat(64), 'x'.repeat(65), 'k'])
    expect(keyedTextDigest(key, 'é text')).toBe(
      createHmac('sha256', key).update('é text').digest('base64url'),
    )
})

it('equalsSecret compares texts as a whole', () => {
  expect(equalsSecret('é secret', 'é secret')).toBe(true)
  for (const other of ['', 'é secre', 'é secret ', 'e secret', 'é secreT'])
    expect(equalsSecret(other, 'é secret')).toBe(false)
})

describe('digestOf', () => {
  it('stays the same in each version: trust policies may name it', () => {
    const framed = '18:https://id.example5:alice'
    expect(digestOf('https://id.example', 'alice')).toBe(
      createHash('sha256').update(framed).digest('base64url'),
    )
    expect(digestOf('https://id.example', 'alice')).toMatch(/^[\w-]{43}$/)
  })

  it.each(ILL_FORMED)('refuses the part %j', (text) => {
    expect(() => digestOf('issuer', text)).toThrow(refusal)
    expect(() => digestOf(text, 'subject')).toThrow(refusal)
    expect(() => keyedNameDigest('key', 16, text)).toThrow(refusal)
  })

  it('differs for different lists of parts', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('', ':', '1:', '1:a', '0:', '\uFFFD', '😀', 'a', 'aa'),
    )
    const parts = fc.array(part, { maxLength: 4 })
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        fc.pre([...left, ...right].every((text) => text.isWellFormed()))
        const same = JSON.stringify(left) === JSON.stringify(right)
        expect(digestOf(...left) === digestOf(...right)).toBe(same)
      }),
      PROPERTY_RUNS,
    )
  })
})

/** The base32 of the HMAC of framed parts (RFC 4648 §6), in lower case, by `node:crypto`. */
function expectedDigest(key: string, framed: string, length: number): string {
  const bits = [...createHmac('sha256', key).update(framed).digest()]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
  return (bits.slice(0, length * 5).match(/.{5}/g) ?? [])
    .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five, 2)])
    .join('')
}

describe('keyedNameDigest', () => {
  it.each([1, 2, 16, 32, 51])('has %i characters of the HMAC', (length) => {
    const digest = keyedNameDigest('key', length, 'a', 'b')
    expect(digest).toBe(expectedDigest('key', '1:a1:b', length))
  })

  it.each([0, 1, 63, 64, 65, 200])('is HMAC-SHA-256 with a key of %i bytes', (bytes) => {
    const key = 'k'.repeat(bytes)
    expect(keyedNameDigest(key, 51, 'a')).toBe(expectedDigest(key, '1:a', 51))
  })

  it('is HMAC-SHA-256 for every key and text', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 80 })
    fc.assert(
      fc.property(text, text, (key, part) => {
        const expected = expectedDigest(key, `${part.length}:${part}`, 51)
        expect(keyedNameDigest(key, 51, part)).toBe(expected)
      }),
      PROPERTY_RUNS,
    )
  })

  it('differs for different keys, and for different lists of parts', () => {
    const digest = keyedNameDigest('key', 16, 'ab', 'c')
    expect(keyedNameDigest('other', 16, 'ab', 'c')).not.toBe(digest)
    expect(keyedNameDigest('key', 16, 'a', 'bc')).not.toBe(digest)
  })
})
