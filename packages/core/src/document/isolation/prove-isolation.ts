/**
 * Proves for each statement and session tag of a tenant that no two callers with different values
 * reach one text through it, or finds two who do.
 */
import type { Automaton } from '../../automata/automaton.ts'
import { type Budget, BudgetExceededError } from '../../automata/budget.ts'
import type { DocumentPath } from '../document-problem.ts'
import type { DeclaredAttributes } from '../template/parse-template.ts'
import { comparedSlots } from './compared-slots.ts'
import { exampleOf, type MeetingExample } from './example.ts'
import { beginAlike, findMeetings } from './meeting.ts'
import {
  differentIssuers,
  findMixedIssuers,
  type MixedIssuers,
  type NamedParties,
} from './mixed-issuers.ts'
import { type Part, type ProvenGrant, partsOf } from './proven-parts.ts'
import type { Reach } from './reach.ts'

/** What is known of the tenant's attributes. */
export interface ProvenAttributes extends NamedParties {
  readonly analyses: DeclaredAttributes
  /** Every value that each attribute can have. */
  readonly automata: ReadonlyMap<string, Automaton>
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
  /** A policy that the document only names, so nothing is proved of it. */
  | 'outside'
  /** What two grants both allow: a part of each of them, for the same values. */
  | 'inside-both'

export interface IsolationFinding {
  readonly grant: string
  readonly path: DocumentPath
  readonly label: string
  /** The slots whose values keep callers apart. */
  readonly slots: readonly string[]
  readonly verdict: Verdict
  /** The other statement through which the second caller reaches the text; absent: the same one. */
  readonly other?: Pick<Reach, 'grant' | 'path' | 'label' | 'slots'>
  /**
   * With `issuers-not-separate`: an issuer of its callers or actors, and one of those of the other
   * statement, or another one of its own.
   */
  readonly mixed?: MixedIssuers
  /** A condition key that was probably meant, with `slots-without-effect`. */
  readonly suggestedKey?: string | undefined
  /** Two callers and what both reach: present with `not-separate`. */
  readonly example?: MeetingExample
}

/**
 * Steps of the proof for one document, some 200 ms: states and transitions that are built, pairs
 * that are compared, and transitions that are followed. Documents need a few thousand; a document
 * that needs more is not accepted.
 */
export const MAX_STEPS = 1_000_000

/** Where the shortest texts are not possible for two callers, some longer ones are tried. */
const SEARCH_LIMITS = [1, 32]

/** One finding for each statement that allows something, and for each session tag. */
export function proveIsolation(
  attributes: ProvenAttributes,
  grants: readonly ProvenGrant[],
  budget: Budget,
): IsolationFinding[] {
  const { analyses, automata } = attributes
  const values = { attributes: analyses, automata, known: new Map(), budget }
  const parts = grants.flatMap((proven) =>
    partsOf(proven, values).map((part) => ({
      part,
      finding: proveAlone(part, proven, attributes, budget),
    })),
  )
  const earlier: Part[] = []
  const proved = parts.map(({ part, finding }) => {
    if (!isCompared(finding)) return finding
    const compared = proveAgainst(part, earlier, finding, attributes, budget)
    earlier.push(part)
    return compared
  })
  return [...proved, ...grants.flatMap(findingsOutside)]
}

function findingsOutside({ name, grant }: ProvenGrant): IsolationFinding[] {
  return grant.managedPolicyArns.map((arn, index) => ({
    grant: name,
    path: ['grants', name, 'managedPolicies', index],
    label: `managed policy ${arn}`,
    slots: [],
    verdict: 'outside',
  }))
}

/** Whether the part must not meet the others. */
function isCompared({ verdict }: IsolationFinding): boolean {
  return verdict === 'separate' || verdict === 'same-for-all'
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
  if (place.isShared) return { ...finding, slots, verdict: 'shared' }
  if (slots.length === 0 && !hasSlots) return { ...finding, slots, verdict: 'same-for-all' }
  if (slots.length === 0)
    return { ...finding, slots, verdict: 'slots-without-effect', suggestedKey }
  const different = differentIssuers(issuers, issuers)
  for (const reach of reaches) {
    const mixed = findMixedIssuers(reach.slots, different, attributes)
    if (mixed)
      return { ...finding, slots: [...reach.slots], verdict: 'issuers-not-separate', mixed }
  }
  for (const [index, left] of reaches.entries())
    for (const right of reaches.slice(index)) {
      if (namesNobody(left) && namesNobody(right)) continue
      const meeting = decide(left, right, [!namesNobody(left), !namesNobody(right)], budget)
      if (meeting !== 'apart') return { ...finding, slots, ...meeting }
    }
  return { ...finding, slots, verdict: 'separate' }
}

/** Compares a part with the earlier ones. Two parts without slots are for the same callers. */
function proveAgainst(
  part: Part,
  earlier: readonly Part[],
  finding: IsolationFinding,
  attributes: ProvenAttributes,
  budget: Budget,
): IsolationFinding {
  for (const other of earlier) {
    if (!trySpend(budget)) return { ...finding, verdict: 'undecided' }
    const different = differentIssuers(other.issuers, part.issuers)
    const mixedIn = ({ slots }: Reach) => findMixedIssuers(slots, different, attributes)
    const names = (reach: Reach) => !namesNobody(reach) && mixedIn(reach) === undefined
    for (const left of other.reaches ?? [])
      for (const right of part.reaches ?? []) {
        if (namesNobody(left) && namesNobody(right)) continue
        const [leftNames, rightNames] = [names(left), names(right)]
        const isSame = leftNames && rightNames && left.signature === right.signature
        if (isSame) continue
        const meeting = decide(left, right, [leftNames, rightNames], budget)
        if (meeting === 'apart') continue
        const found = { ...finding, ...meeting, slots: [...right.slots], other: left }
        const mixed = mixedIn(left) ?? mixedIn(right)
        if (mixed === undefined || meeting.verdict !== 'not-separate') return found
        // Where callers with different values meet too, naming the issuer would not be enough.
        const bothName = [!namesNobody(left), !namesNobody(right)] as const
        const atOneIssuer = decide(left, right, bothName, budget)
        return atOneIssuer !== 'apart' && atOneIssuer.verdict === 'not-separate'
          ? { ...found, ...atOneIssuer }
          : { ...found, verdict: 'issuers-not-separate', mixed }
      }
  }
  return finding
}

/** Without slots, all callers of the grant reach the same. */
function namesNobody({ slots }: Reach): boolean {
  return slots.size === 0
}

/** @returns whether the budget allows one more step */
function trySpend(budget: Budget): boolean {
  budget.remaining -= 1
  return budget.remaining >= 0
}

function decide(
  left: Reach,
  right: Reach,
  [leftNames, rightNames]: readonly [boolean, boolean],
  budget: Budget,
): 'apart' | Pick<IsolationFinding, 'verdict' | 'example'> {
  try {
    if (!beginAlike(left, right, budget)) return 'apart'
    const compared = comparedSlots(left, right, leftNames, rightNames)
    // A statement for everybody often allows other actions on `*`, such as s3:ListAllMyBuckets.
    const isForAll = namesNobody(left) || namesNobody(right)
    const [one, other] = isForAll ? [withActions(left), withActions(right)] : [left, right]
    for (const limit of SEARCH_LIMITS) {
      let isApart = true
      for (const meeting of findMeetings(one, other, compared, budget, limit)) {
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

/** With the action as one more text that both callers need. */
function withActions(reach: Reach): Reach {
  const { dimensions, actions } = reach
  if (actions.length === 0) return reach
  return { ...reach, dimensions: new Map([...dimensions, ['Action', actions]]) }
}
