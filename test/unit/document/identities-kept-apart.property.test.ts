/**
 * The proof of isolation for callers of identity pools, compared with trying all of them: users of
 * two issuers, identities of the operator's own provider, and guests, one of whom a user claimed.
 * A user may have the id of another caller as a name, or as the value of another claim.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { poolDocument } from '../../fixtures/pool-document.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const ISSUERS = ['https://accounts.google.com', 'https://id.game.example']
const idOf = (digit: number) => `eu-central-1:${`${digit}`.repeat(8)}-0000-0000-0000-000000000000`
const GUESTS = [idOf(1), idOf(2)]
const DEVELOPER = idOf(3)
/** Also ids of other callers. */
const HANDLES = ['a', idOf(1), idOf(4)]

/** By slot: the value, and whose it is. */
type Caller = Readonly<Record<string, readonly [value: string, party: string]>>

const USERS: readonly { readonly issuer: string; readonly caller: Caller }[] = ISSUERS.flatMap(
  (issuer, at) =>
    ['a', DEVELOPER].flatMap((name, index) =>
      HANDLES.map((handle) => {
        const id = idOf(4 + 2 * at + index)
        const claimed = id === idOf(4) ? { guest: [idOf(1), idOf(1)] as const } : {}
        const caller = {
          identity: [id, id] as const,
          user: [name, `${issuer} ${name}`] as const,
          handle: [handle, `${issuer} ${handle}`] as const,
          ...claimed,
        }
        return { issuer, caller }
      }),
    ),
)
/** The token of such an identity is the pool's own, and its subject is the identity. */
const OWN: Caller = { identity: [DEVELOPER, DEVELOPER], user: [DEVELOPER, `pool ${DEVELOPER}`] }
const ANONYMOUS: readonly Caller[] = GUESTS.map((id) => ({ identity: [id, id] }))

const SLOTS = ['identity', 'guest', 'user', 'handle']
const WORDS = ['players', 'a', idOf(1)]
const RULES = [undefined, ISSUERS.slice(0, 1), ISSUERS]

interface Statement {
  readonly parts: readonly string[]
  readonly callers: readonly Caller[]
}

const templateOf = (slots: readonly string[]) =>
  fc
    .array(fc.oneof(fc.constantFrom(...slots), fc.constantFrom(...WORDS)), {
      minLength: 1,
      maxLength: 2,
    })
    .filter((parts) => parts.some((part) => SLOTS.includes(part)))
    .filter((parts) => !(parts.includes('guest') && parts.includes('identity')))

it('accepts no document in which two different callers meet', () => {
  const count = { met: 0, accepted: 0 }
  const statements = fc.array(templateOf(SLOTS), { minLength: 1, maxLength: 2 })
  fc.assert(
    fc.property(
      statements,
      templateOf(['identity']),
      fc.constantFrom(...RULES),
      fc.constantFrom(...RULES.slice(1)),
      (ofPlayers, ofGuests, issuers, known = []) => {
        const errors = errorsOf(ofPlayers, ofGuests, issuers, known)
        const players = [
          ...USERS.filter(
            ({ issuer }) => known.includes(issuer) && (issuers?.includes(issuer) ?? true),
          ).map(({ caller }) => caller),
          ...(issuers === undefined ? [OWN] : []),
        ]
        const all: Statement[] = [
          ...ofPlayers.map((parts) => ({ parts, callers: players })),
          { parts: ofGuests, callers: ANONYMOUS },
        ]
        const meeting = all.flatMap((left, index) => all.slice(index).flatMap(findMeeting(left)))
        if (meeting.length > 0) count.met++
        if (errors.length === 0) count.accepted++
        if (errors.length === 0) expect(meeting.slice(0, 1)).toEqual([])
      },
    ),
    // Each run compiles a document.
    { numRuns: PROPERTY_RUNS.numRuns / 10 },
  )
  expect(count.met).toBeGreaterThan(PROPERTY_RUNS.numRuns / 100)
  expect(count.accepted).toBeGreaterThan(PROPERTY_RUNS.numRuns / 100)
})

/** Two callers who reach one text, and agree on all slots of neither statement. */
function findMeeting(left: Statement): (right: Statement) => string[] {
  return (right) => {
    const texts = new Map<string, Caller[]>()
    for (const caller of right.callers) {
      const text = textOf(right, caller)
      if (text !== undefined) texts.set(text, [...(texts.get(text) ?? []), caller])
    }
    return left.callers.flatMap((caller) => {
      const text = textOf(left, caller)
      const others = text === undefined ? [] : (texts.get(text) ?? [])
      return others
        .filter((other) => !agree(partiesIn(left, caller), partiesIn(right, other)))
        .map((other) => JSON.stringify([text, caller, other]))
    })
  }
}

/** Undefined for a caller who does not have the statement, or for whom it cannot be rendered. */
function textOf({ parts }: Statement, caller: Caller): string | undefined {
  const texts = parts.map((part) => (SLOTS.includes(part) ? caller[part]?.[0] : part))
  return texts.every((text) => text !== undefined) ? texts.join('/') : undefined
}

/** A guest whom a user claimed is the user, as an identity. */
function partiesIn({ parts }: Statement, caller: Caller): ReadonlyMap<string, string> {
  const slots = parts.filter((part) => SLOTS.includes(part))
  return new Map(
    slots.map((slot) => [slot === 'guest' ? 'identity' : slot, caller[slot]?.[1] ?? '']),
  )
}

function agree(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  const isIn = (inner: typeof left, outer: typeof left) =>
    [...inner].every(([slot, party]) => outer.get(slot) === party)
  return isIn(left, right) || isIn(right, left)
}

function errorsOf(
  ofPlayers: readonly (readonly string[])[],
  ofGuests: readonly string[],
  issuers: readonly string[] | undefined,
  known: readonly string[],
) {
  const statement = (parts: readonly string[]) => ({
    ...{ Effect: 'Allow', Action: 's3:GetObject' },
    Resource: ['arn:aws:s3:::b', ...parts.map(writeSlot)].join('/'),
  })
  const when = issuers && `issuer in ${JSON.stringify(issuers)}`
  const pattern = '[a-z0-9:-]{1,55}'
  const document = poolDocument(
    {
      ...{ linking: true, developerProvider: 'login.game' },
      logins: Object.fromEntries(known.map((issuer, index) => [`p${index}`, issuer])),
    },
    {
      issuers: known.map((issuer) => ({ issuer, audiences: ['game'] })),
      attributes: {
        user: { from: 'claims.sub', pattern },
        handle: { from: 'claims.handle', pattern },
      },
      rules: [{ name: 'players', grant: 'player', ...(when === undefined ? {} : { when }) }],
      grants: {
        player: { role: 'arn:aws:iam::111122223333:role/p', policy: ofPlayers.map(statement) },
        guest: { role: 'arn:aws:iam::111122223333:role/g', policy: [statement(ofGuests)] },
      },
    },
  )
  return compileTenant(JSON.stringify(document), 'game.json').errors
}

function writeSlot(part: string): string {
  return SLOTS.includes(part) ? `{{${part}}}` : part
}
