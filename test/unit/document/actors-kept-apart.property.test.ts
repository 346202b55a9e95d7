/**
 * The proof of isolation for callers that are pairs of a user and an actor, compared with trying
 * all of them: of two issuers, with two names each.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { errorsOf, grantOf, ISSUERS, reading } from './isolation-documents.ts'

const NAMES = ['a', 'b']

interface Party {
  readonly issuer: string
  readonly name: string
}

interface Pair {
  readonly user: Party
  readonly actor: Party
}

const PARTIES: readonly Party[] = ISSUERS.flatMap((issuer) =>
  NAMES.map((name) => ({ issuer, name })),
)
const PAIRS: readonly Pair[] = PARTIES.flatMap((user) => PARTIES.map((actor) => ({ user, actor })))

/** Each attribute: how it is written, its value, and the party or issuer that it is a value of. */
const SLOTS: Readonly<
  Record<string, { readonly from: string; read(pair: Pair): readonly [string, string] }>
> = {
  user: {
    from: 'claims.sub',
    read: ({ user }) => [user.name, `${user.issuer} ${user.name}`],
  },
  agent: {
    from: 'actor.subject',
    read: ({ actor }) => [actor.name, `${actor.issuer} ${actor.name}`],
  },
  company: {
    from: `issuer == "${ISSUERS[0]}" ? "a" : "b"`,
    read: ({ user }) => [user.issuer === ISSUERS[0] ? 'a' : 'b', user.issuer],
  },
  partner: {
    from: `actor.issuer == "${ISSUERS[0]}" ? "a" : "b"`,
    read: ({ actor }) => [actor.issuer === ISSUERS[0] ? 'a' : 'b', actor.issuer],
  },
}

const ATTRIBUTES = Object.entries(SLOTS)
  .map(([name, { from }]) => `  ${name}: { from: '${from}', pattern: 'a|b' }`)
  .join('\n')

const issuersOf = fc.subarray([...ISSUERS], { minLength: 1 })

it('accepts exactly the statements through which no two different parties meet', () => {
  const slots = fc.uniqueArray(fc.constantFrom(...Object.keys(SLOTS)), { minLength: 1 })
  fc.assert(
    fc.property(slots, issuersOf, issuersOf, (names, users, actors) => {
      const condition = `issuer in ${list(users)} && actor.issuer in ${list(actors)}`
      const errors = errorsOf({
        issuers: ISSUERS,
        attributes: ATTRIBUTES,
        rules: `  - { name: all, when: '${condition}', grant: own }`,
        grants: grantOf('own', [reading(`arn:aws:s3:::b/${names.map(slotOf).join('/')}`)]),
      })
      const reached = PAIRS.filter(
        ({ user, actor }) => users.includes(user.issuer) && actors.includes(actor.issuer),
      ).map((pair) => names.map((name) => SLOTS[name]?.read(pair) ?? ['', '']))
      const texts = new Map<string, string>()
      const meet = reached.some((values) => {
        const text = values.map(([value]) => value).join('/')
        const parties = values.map(([, party]) => party).join()
        const known = texts.get(text) ?? parties
        texts.set(text, known)
        return known !== parties
      })
      expect([errors.length > 0, names, users, actors]).toEqual([meet, names, users, actors])
    }),
    // Each run compiles a document.
    { numRuns: PROPERTY_RUNS.numRuns / 10 },
  )
})

function slotOf(name: string): string {
  return `{{${name}}}`
}

function list(issuers: readonly string[]): string {
  return `[${issuers.map((issuer) => `"${issuer}"`).join(', ')}]`
}
