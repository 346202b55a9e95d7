/** The statements and session tags of a grant, with what each reaches. */
import { type Automaton, buildAutomaton, TooManyStatesError } from '../../automata/automaton.ts'
import { BudgetExceededError } from '../../automata/budget.ts'
import { rangesOf } from '../../automata/character-ranges.ts'
import { acceptsOneText } from '../../automata/intersection.ts'
import type { Reader } from '../../expression/actor-conditions.ts'
import type { CompiledGrant } from '../../model/compiled-tenant.ts'
import { slotsOf } from '../../policy/template.ts'
import { suggestNamingKey } from './naming-keys.ts'
import {
  type Reach,
  type ReachPlace,
  reachesOfStatement,
  reachOfTag,
  SOURCE_IDENTITY,
  valuesOfGrant,
} from './reach.ts'
import { IDENTITY_SLOT, type Values } from './template-language.ts'

/** For each kind of attribute: of which issuers the parties are whose values it has. */
export type IssuersByReader = Readonly<Record<Reader, readonly string[]>>

export interface ProvenGrant {
  readonly name: string
  readonly grant: CompiledGrant
  /** Positions of the statements that are declared as shared. */
  readonly sharedStatements: ReadonlySet<number>
  /** Issuers of those who can get the grant. */
  readonly issuers: IssuersByReader
}

const NAME_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-'
const SESSION_NAME = {
  kind: 'repeat',
  part: { kind: 'characters', on: rangesOf(NAME_CHARACTERS) },
  min: 2,
  max: 64,
} as const

/** Variables with a value of its own for each caller: names carry a digest of all parties. */
const CALLER_VARIABLES: ReadonlyMap<string, Automaton> = new Map([
  [SOURCE_IDENTITY, buildAutomaton(SESSION_NAME)],
  [
    '${aws:userid}',
    buildAutomaton({
      kind: 'sequence',
      parts: [
        {
          kind: 'repeat',
          part: { kind: 'characters', on: rangesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789') },
          min: 16,
          max: 128,
        },
        { kind: 'characters', on: rangesOf(':') },
        SESSION_NAME,
      ],
    }),
  ],
])

/**
 * Whether callers have equal values only where they are the same caller, at any issuer. An identity
 * of a pool has one id for all of its logins, and no user has the id of a guest. A document with
 * several issuers for one provider declares that these know each user by the same subject.
 */
export function namesCaller(slot: string): boolean {
  return CALLER_VARIABLES.has(slot) || slot === IDENTITY_SLOT.name
}

/** A statement or tag, with what it reaches; undefined where that has too many states. */
export interface Part {
  readonly place: ReachPlace
  readonly reaches: readonly Reach[] | undefined
  readonly hasSlots: boolean
  /** Issuers of those who can get the grant. */
  readonly issuers: IssuersByReader
  readonly suggestedKey?: string | undefined
}

export function partsOf(
  { name, grant, sharedStatements, issuers }: ProvenGrant,
  attributes: Omit<Values, 'sessionTags'>,
): Part[] {
  const values = valuesOfGrant(grant, attributes, CALLER_VARIABLES)
  const path = ['grants', name]
  const statements = grant.statements.flatMap((statement, index): Part[] => {
    const slots = slotsOf(JSON.stringify(statement))
    // The document has an error where an attribute is not declared, or its pattern is not valid.
    if (statement.Effect === 'Deny' || !slots.every((slot) => values.attributes.get(slot)))
      return []
    const place = {
      grant: name,
      path: [...path, 'policy', index],
      label: statement.Sid ?? `statement ${index + 1}`,
      isShared: sharedStatements.has(index),
    }
    const hasSlots = slots.some((slot) => !acceptsOneText(values.automata.get(slot) ?? []))
    const suggestedKey = suggestNamingKey(
      Object.values(statement.Condition ?? {}).flatMap(Object.keys),
    )
    const reaches = read(() => reachesOfStatement(statement, place, values))
    return [{ place, hasSlots, issuers, reaches, suggestedKey }]
  })
  const tags = Object.entries(grant.sessionTags).map(([key, template]): Part => {
    const place = {
      grant: name,
      path: [...path, 'sessionTags', key],
      label: `session tag ${key}`,
      isShared: false,
    }
    return {
      place,
      hasSlots: false,
      issuers,
      reaches: read(() => [reachOfTag(key, template, place, values)]),
    }
  })
  return [...statements, ...tags]
}

function read(reaches: () => readonly Reach[]): readonly Reach[] | undefined {
  try {
    return reaches()
  } catch (error) {
    if (error instanceof TooManyStatesError || error instanceof BudgetExceededError)
      return undefined
    throw error
  }
}
