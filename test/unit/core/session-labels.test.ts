/** Names and tags of sessions: whole values or digests, within the limits of AWS. */
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AttributeValue } from '../../../packages/core/src/policy/template.ts'
import {
  nameSession,
  renderSessionTags,
  textOfName,
} from '../../../packages/core/src/session/session-labels.ts'

const KEYED = { sessionNameKey: 'a secret' }
const OWNER = { tenant: 'acme', issuer: 'https://id.example', subject: 'alice' }
const nameOf = (text: string, owner = OWNER, ports = KEYED) => nameSession(text, owner, ports)

describe('session names', () => {
  it('are a text and its digest, or the digest alone', () => {
    expect(textOfName(nameOf('alice-smith'))).toBe('alice-smith')
    expect(textOfName(nameOf('a name with blanks'))).toBe('')
    expect(textOfName(`${nameOf('alice')}-x`)).toBe(`${nameOf('alice')}-x`)
    expect(textOfName(nameOf('a'.repeat(40)))).toBe('a'.repeat(40))
    expect(textOfName(`x.${'a'.repeat(32)}`)).toBe(`x.${'a'.repeat(32)}`)
  })

  it('end in 80 bits of an HMAC over tenant, issuer, subject and the text', () => {
    const framed = '4:acme18:https://id.example5:alice2:al'
    const bits = [...createHmac('sha256', 'a secret').update(framed).digest().subarray(0, 10)]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('')
    const letters = bits.match(/.{5}/g)?.map((five) => Number.parseInt(five, 2)) ?? []
    const digest = letters.map((value) => 'abcdefghijklmnopqrstuvwxyz234567'[value]).join('')
    expect(nameOf('al')).toBe(`al-${digest}`)
  })

  it('differ for each part of the owner, for each text and for each key', () => {
    const names = [
      nameOf('x'),
      nameOf('x', { ...OWNER, tenant: 'beta' }),
      nameOf('x', { ...OWNER, issuer: 'https://other.example' }),
      nameOf('x', { ...OWNER, subject: 'bob' }),
      nameOf('x', OWNER, { sessionNameKey: 'another secret' }),
    ]
    expect(new Set(names).size).toBe(names.length)
    const digestOfName = (name: string) => name.slice(-16)
    expect(digestOfName(nameOf('x'))).not.toBe(digestOfName(nameOf('y')))
  })

  it.each([
    ['47 characters fit', 'a'.repeat(47), /^a{47}-[a-z2-7]{16}$/],
    ['48 do not', 'a'.repeat(48), /^[a-z2-7]{32}$/],
    ['an empty text has no place', '', /^[a-z2-7]{32}$/],
    ['a space is refused by AWS', 'a b', /^[a-z2-7]{32}$/],
    ['a slash is refused by AWS', 'a/b', /^[a-z2-7]{32}$/],
    ['all accepted marks', 'a_+=,.@-', /^a_\+=,\.@--[a-z2-7]{16}$/],
  ])('%s', (_name, text, expected) => {
    expect(nameOf(text)).toMatch(expected)
    expect(nameOf(text).length).toBeLessThanOrEqual(64)
  })
})

describe('session tags', () => {
  const tagOf = (value: string) => {
    // In place of a value that only `readAttribute` creates.
    const values = new Map([['v', value as AttributeValue]])
    return renderSessionTags({ fixed: 'acme', tag: 'x-{{v}}' }, values)
  }

  it('contain fixed texts and whole values', () => {
    expect(tagOf('a b/ü')).toEqual({ fixed: 'acme', tag: 'x-a b/ü' })
    expect(tagOf('a'.repeat(254)).tag).toHaveLength(256)
  })

  it.each([
    ['a'.repeat(255), `"x-${'a'.repeat(61)}…", with 257 characters`],
    ['a#b', '"x-a#b", with "#" in it'],
    ['a\nb', '"x-a\\nb", with "\\n" in it'],
  ])('refuse %j, with what of it AWS refuses', (value, found) => {
    expect(() => tagOf(value)).toThrow(
      expect.objectContaining({
        code: 'claim_unusable',
        callerMessage: undefined,
        message:
          'The value of the session tag "tag" cannot be used: expected at most 256 letters, ' +
          `digits, spaces and _.:/=+-@, found ${found}; correct the claim at the issuer, or the ` +
          'tag in the tenant document.',
      }),
    )
  })
})
