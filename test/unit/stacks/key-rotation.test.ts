/** Rotation of signing keys: each step is accepted, and a step that comes too early is refused. */
import { describe, expect, it } from 'vitest'
import {
  checkSigningKeys,
  publishedKeys,
  type SigningKeySettings,
} from '../../../stacks/key-rotation.ts'

const SWITCH = '2026-12-02T09:00:00Z'
const EARLY = '2026-12-02T08:59:59Z'
const PUBLISHED = '2026-11-01T09:00:00Z'
const FIRST = {
  id: 1,
  algorithm: 'RS256',
  publishedSince: PUBLISHED,
  signsSince: PUBLISHED,
} as const
const NEXT = { id: 2, algorithm: 'RS256', publishedSince: '2026-12-01T09:00:00Z' } as const
const BEFORE = { ...FIRST, signsUntil: SWITCH }
const AFTER = { ...NEXT, signsSince: SWITCH }

describe('each step of a rotation is accepted', () => {
  it.each<[string, SigningKeySettings[], number[]]>([
    ['one key from the start', [FIRST], [1]],
    ['the next key is published', [FIRST, NEXT], [1, 2]],
    ['the next key signs, the former key stays published', [BEFORE, AFTER], [2, 1]],
    ['a third key is published', [BEFORE, AFTER, { ...NEXT, id: 3 }], [2, 3, 1]],
    [
      'the former key is withdrawn',
      [{ ...BEFORE, withdrawnSince: '2026-12-02T10:00:00Z' }, AFTER],
      [2],
    ],
    [
      'a next key is withdrawn before it signs',
      [FIRST, { ...NEXT, withdrawnSince: '2026-12-01T10:00:00Z' }],
      [1],
    ],
  ])('%s', (_, keys, published) => {
    expect(problemsOf(keys)).toEqual([])
    expect(publishedKeys(keys).map(({ id }) => id)).toEqual(published)
  })
})

describe('checkSigningKeys refuses', () => {
  it.each<[string, SigningKeySettings[], string]>([
    ['an empty list', [], '0 keys sign'],
    ['two signing keys', [FIRST, AFTER], '2 keys sign'],
    ['no signing key', [BEFORE, NEXT], '0 keys sign'],
    [
      'a key that signs as soon as it is published',
      [
        { ...BEFORE, signsUntil: EARLY },
        { ...AFTER, signsSince: EARLY },
      ],
      'key 2: it may sign from 2026-12-02T09:00:00Z',
    ],
    [
      'a key that signs before it is published',
      [BEFORE, { ...AFTER, publishedSince: '2026-12-03T09:00:00Z' }],
      'key 2: it may sign from',
    ],
    [
      'a former key that is withdrawn immediately',
      [{ ...BEFORE, withdrawnSince: SWITCH }, AFTER],
      'key 1: it may be withdrawn from 2026-12-02T10:00:00Z',
    ],
    ['a withdrawn key that signs', [{ ...FIRST, withdrawnSince: SWITCH }], 'key 1: it still signs'],
    [
      'a former key that is missing from the list',
      [AFTER],
      'found id 2; keep every key in the list',
    ],
    ['an id that is used again', [BEFORE, { ...AFTER, id: 1 }], 'found id 1'],
    [
      'a gap in which no key signed',
      [{ ...BEFORE, signsUntil: '2026-12-02T08:00:00Z' }, AFTER],
      `write signsUntil: '${SWITCH}'`,
    ],
    [
      'a date in the future',
      [FIRST, { ...NEXT, publishedSince: '2027-01-01T00:00:00Z' }],
      'key 2: publishedSince is in the future',
    ],
    [
      'a date that does not exist',
      [FIRST, { ...NEXT, publishedSince: '2026-13-01T09:00:00Z' }],
      'key 2: publishedSince: expected UTC',
    ],
    [
      'a date without time and zone',
      [FIRST, { ...NEXT, publishedSince: '2026-12-01' }],
      'key 2: publishedSince: expected UTC',
    ],
    [
      'an end before the start',
      [{ ...FIRST, signsUntil: '2026-10-01T09:00:00Z' }, AFTER],
      'signsUntil is not after signsSince',
    ],
    [
      'an end without a start',
      [FIRST, { ...NEXT, signsUntil: SWITCH }],
      'signsUntil is given without signsSince',
    ],
    [
      'an unknown algorithm',
      [{ ...FIRST, algorithm: 'HS256' as never }],
      'algorithm: expected RS256 or ES256',
    ],
  ])('%s', (_, keys, message) => {
    expect(problemsOf(keys).join('\n')).toContain(message)
  })
})

function problemsOf(keys: readonly SigningKeySettings[]): string[] {
  return checkSigningKeys(keys, Date.parse('2026-12-31T00:00:00Z'))
}
