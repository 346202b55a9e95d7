/** The claim `act` names a chain of actors, or the token is refused (RFC 8693 §4.1). */
import { describe, expect, it } from 'vitest'
import { actorsOf } from '../../../packages/core/src/model/actor.ts'
import { readActors } from '../../../packages/core/src/verify/read-actors.ts'
import { runCheck } from './unsigned-tokens.ts'

const ISSUER = 'https://id.example'

/** `act` with so many actors: `a1` acts now. */
const chain = (length: number, at = 1): object =>
  at === length ? { sub: `a${at}` } : { sub: `a${at}`, act: chain(length, at + 1) }

const read = (act: unknown, most = 4) => {
  let actors: ReturnType<typeof actorsOf> = []
  const { thrown, trace } = runCheck((checks) => {
    actors = actorsOf(readActors(act, ISSUER, most, checks))
  })
  return { thrown, actors, last: trace.checks.at(-1) }
}

describe('a chain', () => {
  it.each([1, 2, 3, 4])('of %i is read, the one that acts now first', (length) => {
    const { thrown, actors } = read(chain(length))
    expect(thrown).toBeUndefined()
    expect(actors.map(({ subject }) => subject)).toEqual(['a1', 'a2', 'a3', 'a4'].slice(0, length))
    expect(new Set(actors.map(({ issuer }) => issuer))).toEqual(new Set([ISSUER]))
  })

  it.each([
    [5, 4],
    [30, 4],
    [4, 3],
    [1, 0],
  ])('of %i is refused where %i are possible', (length, most) => {
    const { thrown, last } = read(chain(length), most)
    expect(thrown).toMatchObject({
      code: 'invalid_token',
      message: 'The token has more than 4 actors, one acting for the other (act).',
    })
    expect(last).toEqual({
      ...{ stage: 'verify', check: 'chain of actors is not too long', passed: false },
      ...{ expected: 'at most 4', found: 'more' },
    })
  })

  it('gives each actor the members of its own part', () => {
    const { actors } = read({ sub: 'a', iss: ISSUER, role: 'x', act: { sub: 'b', role: 'y' } })
    expect(actors).toEqual([
      {
        issuer: ISSUER,
        subject: 'a',
        claims: { sub: 'a', iss: ISSUER, role: 'x' },
        actor: { issuer: ISSUER, subject: 'b', claims: { sub: 'b', role: 'y' } },
      },
      { issuer: ISSUER, subject: 'b', claims: { sub: 'b', role: 'y' } },
    ])
  })

  it('has no actor that the prototype of an object names', () => {
    expect(read({ sub: 'a', __proto__: { act: { sub: 'b' } } }).actors).toHaveLength(1)
  })
})

describe('an actor is refused', () => {
  const other = 'https://other.example'
  it.each([
    ['null', null, 'act is an object'],
    ['undefined', undefined, 'act is an object'],
    ['a text', 'agent', 'act is an object'],
    ['a list', [{ sub: 'agent' }], 'act is an object'],
    ['an empty object', {}, 'subject of the actor is usable'],
    ['an empty subject', { sub: '' }, 'subject of the actor is usable'],
    ['a number as subject', { sub: 7 }, 'subject of the actor is usable'],
    ['a long subject', { sub: 'a'.repeat(256) }, 'subject of the actor is usable'],
    ['only a client_id', { client_id: 'agent' }, 'subject of the actor is usable'],
    ['another issuer', { iss: other, sub: 'a' }, 'act is of the token’s issuer'],
    ['a list of issuers', { iss: [ISSUER], sub: 'a' }, 'act is of the token’s issuer'],
    ['null as issuer', { iss: null, sub: 'a' }, 'act is of the token’s issuer'],
  ])('%s', (_name, act, check) => {
    for (const nested of [act, { sub: 'first', act }]) {
      const { thrown, last } = read(nested)
      expect(thrown).toMatchObject({ code: 'invalid_token' })
      expect(last).toMatchObject({ stage: 'verify', check, passed: false })
    }
  })

  it.each([
    {
      ...{ act: 'agent', expected: 'an object with sub', found: 'string' },
      message:
        'The claim act of the token is malformed: expected an object with sub (RFC 8693 §4.1).',
    },
    {
      ...{ act: { iss: other, sub: 'a' }, expected: ISSUER, found: other },
      message:
        'The claim act of the token names an actor of another issuer, for which the issuer of ' +
        'the token cannot vouch; send a token of the actor itself as the actor token.',
    },
    {
      ...{ act: { sub: 7 }, expected: '1 to 255 characters', found: 'number' },
      message: 'The subject of an actor must be a string of 1 to 255 characters.',
    },
  ])('with its reason: $act', ({ act, message, expected, found }) => {
    const { thrown, last } = read(act)
    expect(thrown).toMatchObject({ message, callerMessage: undefined })
    expect(last).toMatchObject({ expected, found })
  })

  it('accepts the longest subject', () => {
    expect(read({ sub: 'a'.repeat(255) }).thrown).toBeUndefined()
  })
})
