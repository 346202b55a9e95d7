/**
 * Proves for each statement and session tag of a tenant that no two callers with different values
 * reach one text through it, or finds two who do.
 */
import { type Automaton, buildAutomaton, TooManyStatesError } from '../../automata/automaton.ts'
import { type Budget, BudgetExceededError } from '../../automata/budget.ts'
import { rangesOf } from '../../automata/character-ranges.ts'
import { acceptsOneText } from '../../automata/intersection.ts'
import type { CompiledGrant } from '../../model/compiled-tenant.ts'
import { slotsOf } from '../../policy/template.ts'
import type { DocumentPath } from '../document-problem.ts'
import type { DeclaredAttributes } from '../template/parse-template.ts'
import { exampleOf, type MeetingExample } from './example.ts'
import { beginAlike, findMeetings } from './meeting.ts'
import { suggestNamingKey } from './naming-keys.ts'
import {
  type Reach,
  type ReachPlace,
  reachesOfStatement,
  reachOfTag,
  SOURCE_IDENTITY,
  valuesOfGrant,
} from './reach.ts'
import type { Values } from './template-language.ts'

/** What is known of the tenant's attributes. */
export interface ProvenAttributes {
  readonly analyses: DeclaredAttributes
  /** Every value that each attribute can have. */
  readonly automata: ReadonlyMap<string, Automaton>
  /** Attributes with which callers of different issuers never have equal values. */
  readonly namingIssuer: ReadonlySet<string>
  /** Attributes declared to mean the same at every issuer. */
  readonly acrossIssuers: ReadonlySet<string>
}

export interface ProvenGrant {
  readonly name: string
  readonly grant: CompiledGrant
  /** Positions of the statements that are declared as shared. */
  readonly sharedStatements: ReadonlySet<number>
  /** Issuers whose callers can get the grant. */
  readonly issuers: readonly string[]
}

export type Verdict =
  /** No two callers with different values reach one text. */
  | 'separate'
  /** The same for all callers of the grant: it has no slot. */
  | 'same-for-all'
  /** The document declares that callers share it. */
  | 'shared'
  | 'not-separate'
  /** Callers of two issuers can have the same values. */
  | 'issuers-not-separate'
  /** The slots are only where they do not decide what is reached. */
  | 'slots-without-effect'
  | 'undecided'

export interface IsolationFinding {
  readonly grant: string
  readonly path: DocumentPath
  readonly label: string
  /** The slots whose values keep callers apart. */
  readonly slots: readonly string[]
  readonly verdict: Verdict
  /** The other statement through which the second caller reaches the text; absent: the same one. */
  readonly other?: Pick<Reach, 'grant' | 'path' | 'label' | 'slots'>
  /** A condition key that was probably meant, with `slots-without-effect`. */
  readonly suggestedKey?: string
  /** Two callers and what both reach: present with `not-separate`. */
  readonly example?: MeetingExample
}

/**
 * Steps of the search for one document, some 200 ms. Documents need a few thousand; a document that
 * needs more is not accepted.
 */
const MAX_STEPS = 2_000_000

/** Where the shortest texts are not possible for two callers, some longer ones are tried. */
const SEARCH_LIMITS = [1, 32]

const NAME_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-'
const SESSION_NAME = {
  kind: 'repeat',
  part: { kind: 'characters', on: rangesOf(NAME_CHARACTERS) },
  min: 2,
  max: 64,
} as const

/** Variables with a value of its own for each caller: names carry a digest of the subject. */
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

/** A statement or tag, with what it reaches; undefined where that has too many states. */
interface Part {
  readonly place: ReachPlace
  readonly reaches: readonly Reach[] | undefined
  readonly hasSlots: boolean
  readonly suggestedKey?: string | undefined
}

/** One finding for each statement that allows something, and for each session tag. */
export function proveIsolation(
  attributes: ProvenAttributes,
  grants: readonly ProvenGrant[],
): IsolationFinding[] {
  const budget: Budget = { remaining: MAX_STEPS }
  const { analyses, automata } = attributes
  const values = { attributes: analyses, automata, known: new Map(), budget }
  const parts = grants.flatMap((proven) =>
    partsOf(proven, values).map((part) => ({
      part,
      finding: proveAlone(part, proven, attributes, budget),
    })),
  )
  return parts.map(({ part, finding }, index) =>
    finding.verdict === 'separate'
      ? proveAgainst(
          part,
          parts.slice(0, index).filter((earlier) => earlier.finding.verdict === 'separate'),
          finding,
          budget,
        )
      : finding,
  )
}

function partsOf(
  { name, grant, sharedStatements }: ProvenGrant,
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
    return [{ place, hasSlots, reaches, suggestedKey }]
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

function proveAlone(
  { place, reaches, hasSlots, suggestedKey }: Part,
  { issuers }: ProvenGrant,
  attributes: ProvenAttributes,
  budget: Budget,
): IsolationFinding {
  const { grant, path, label } = place
  const finding = { grant, path, label }
  if (reaches === undefined) return { ...finding, slots: [], verdict: 'undecided' }
  const slots = [...new Set(reaches.flatMap((reach) => [...reach.slots]))]
  if (slots.length === 0 && !hasSlots) return { ...finding, slots, verdict: 'same-for-all' }
  if (place.isShared) return { ...finding, slots, verdict: 'shared' }
  if (slots.length === 0)
    return {
      ...finding,
      slots,
      verdict: 'slots-without-effect',
      ...(suggestedKey === undefined ? {} : { suggestedKey }),
    }
  const mixed = reaches.find((reach) => mixesIssuers(reach.slots, attributes))
  if (issuers.length > 1 && mixed !== undefined)
    return { ...finding, slots: [...mixed.slots], verdict: 'issuers-not-separate' }
  for (const [index, left] of reaches.entries())
    for (const right of reaches.slice(index)) {
      const meeting = decide(left, right, budget)
      if (meeting !== 'apart') return { ...finding, slots, ...meeting }
    }
  return { ...finding, slots, verdict: 'separate' }
}

/** Compares a part with the earlier ones. */
function proveAgainst(
  part: Part,
  earlier: readonly { readonly part: Part }[],
  finding: IsolationFinding,
  budget: Budget,
): IsolationFinding {
  for (const { part: other } of earlier)
    for (const left of other.reaches ?? [])
      for (const right of part.reaches ?? []) {
        if (!beginAlike(left, right) || left.signature === right.signature) continue
        const meeting = decide(left, right, budget)
        if (meeting === 'apart') continue
        return { ...finding, ...meeting, slots: [...right.slots], other: left }
      }
  return finding
}

function decide(
  left: Reach,
  right: Reach,
  budget: Budget,
): 'apart' | Pick<IsolationFinding, 'verdict' | 'example'> {
  try {
    for (const limit of SEARCH_LIMITS) {
      let isApart = true
      for (const meeting of findMeetings(left, right, budget, limit)) {
        isApart = false
        const example = exampleOf(meeting)
        if (example) return { verdict: 'not-separate', example }
      }
      if (isApart) return 'apart'
    }
    return { verdict: 'undecided' }
  } catch (error) {
    if (error instanceof BudgetExceededError) return { verdict: 'undecided' }
    throw error
  }
}

/** Whether two callers of different issuers can have equal values for all of the slots. */
function mixesIssuers(
  slots: ReadonlySet<string>,
  { namingIssuer, acrossIssuers }: ProvenAttributes,
): boolean {
  const names = [...slots]
  // The names of sessions carry a digest of the issuer.
  if (names.some((name) => namingIssuer.has(name) || CALLER_VARIABLES.has(name))) return false
  return !names.every((name) => acrossIssuers.has(name))
}
