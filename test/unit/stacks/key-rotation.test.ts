/** Rotation of signing keys: the two-step passes, and whatever would sign too early or be dropped too early does not. */
import { describe, expect, it } from 'vitest'
import {
  checkSigningKeys,
  publishedKeys,
  type SigningKeySettings,
} from '../../../stacks/key-rotation.ts'

const NOW = Date.parse('2026-12-31T00:00:00Z')
const FIRST: SigningKeySettings = {
  id: 1,
  algorithm: 'RS256',
  publishedSince: '2026-11-01T09:00:00Z',
  signsSince: '2026-11-01T09:00:00Z',
}
const NEXT: SigningKeySettings = {
  id: 2,
  algorithm: 'RS256',
  publishedSince: '2026-12-01T09:00:00Z',
}
const SWITCH = '2026-12-02T09:00:00Z'
const BEFORE: SigningKeySettings = { ...FIRST, signsUntil: SWITCH }
const AFTER: SigningKeySettings = { ...NEXT, signsSince: SWITCH }

describe('each step of a rotation is sound', () => {
  const steps: [string, SigningKeySettings[], number[]][] = [
    ['one key from the start', [FIRST], [1]],
    ['the next is published', [FIRST, NEXT], [1, 2]],
    ['it signs, the former stays', [BEFORE, AFTER], [2, 1]],
    ['and the one after it is published', [BEFORE, AFTER, { ...NEXT, id: 3 }], [2, 3, 1]],
    [
      'the former is withdrawn',
      [{ ...BEFORE, withdrawnSince: '2026-12-02T10:00:00Z' }, AFTER],
      [2],
    ],
    ['a next key is given up', [FIRST, { ...NEXT, withdrawnSince: '2026-12-01T10:00:00Z' }], [1]],
  ]
  it.each(steps)('%s', (_, keys, published) => {
    expect(checkSigningKeys(keys, NOW)).toEqual([])
    expect(publishedKeys(keys).map(({ id }) => id)).toEqual(published)
  })
})

describe('refused is', () => {
  const early = '2026-12-02T08:59:59Z'
  const faults: [string, SigningKeySettings[], string][] = [
    ['no key', [], '0 keys sign'],
    ['two that sign', [FIRST, AFTER], '2 keys sign'],
    ['none that signs', [BEFORE, NEXT], '0 keys sign'],
    [
      'a key that signs as soon as it is published',
      [
        { ...BEFORE, signsUntil: early },
        { ...AFTER, signsSince: early },
      ],
      'key 2: it may sign from 2026-12-02T09:00:00Z',
    ],
    [
      'a key that signs before it is published',
      [BEFORE, { ...AFTER, publishedSince: '2026-12-03T09:00:00Z' }],
      'key 2: it may sign from',
    ],
    [
      'a former key that is withdrawn at once',
      [{ ...BEFORE, withdrawnSince: SWITCH }, AFTER],
      'key 1: it may be withdrawn from 2026-12-02T10:00:00Z',
    ],
    [
      'a signing key that is withdrawn',
      [{ ...FIRST, withdrawnSince: SWITCH }],
      'key 1: it still signs',
    ],
    ['a former key dropped from the list', [AFTER], 'its id is 2: keep every key in the list'],
    ['a key number used again', [BEFORE, { ...AFTER, id: 1 }], 'its id is 1'],
    [
      'a gap in which none signed',
      [{ ...BEFORE, signsUntil: '2026-12-02T08:00:00Z' }, AFTER],
      `write signsUntil: '${SWITCH}'`,
    ],
    [
      'a date ahead',
      [FIRST, { ...NEXT, publishedSince: '2027-01-01T00:00:00Z' }],
      'key 2: publishedSince lies ahead',
    ],
    [
      'a date that is none',
      [FIRST, { ...NEXT, publishedSince: '2026-13-01T09:00:00Z' }],
      'key 2: publishedSince: write UTC',
    ],
    [
      'a date without its zone',
      [FIRST, { ...NEXT, publishedSince: '2026-12-01' }],
      'key 2: publishedSince: write UTC',
    ],
    [
      'an end before the beginning',
      [{ ...FIRST, signsUntil: '2026-10-01T09:00:00Z' }, AFTER],
      'signsUntil is not after signsSince',
    ],
    [
      'an end without a beginning',
      [FIRST, { ...NEXT, signsUntil: SWITCH }],
      'signsUntil without signsSince',
    ],
    [
      'an unknown algorithm',
      [{ ...FIRST, algorithm: 'HS256' as never }],
      'algorithm: write RS256 or ES256',
    ],
  ]
  it.each(faults)('%s', (_, keys, message) => {
    expect(checkSigningKeys(keys, NOW).join('\n')).toContain(message)
  })
})
