/** One difference between two versions of the tenants, in terms of who may do more or less. */
import type { ExampleRequest } from '../../policy/containment.ts'

/**
 * - `gain`: some caller may do what no caller of the old version could do there;
 * - `loss`: the reverse;
 * - `unknown`: the difference cannot be compared, so that somebody may gain;
 * - `neutral`: a difference by which nobody may do more or less.
 */
export type Effect = 'gain' | 'loss' | 'unknown' | 'neutral'

export interface Change {
  readonly tenant: string
  /** The part of the document, for example `grant reports`. */
  readonly part: string
  readonly effect: Effect
  /** What changes, as a sentence without its full stop. */
  readonly what: string
  /** A shortest request that only one of the versions allows. */
  readonly request?: ExampleRequest
}

/** A change of one tenant. */
export type TenantChange = Omit<Change, 'tenant'>

/** The change in the other direction, for what is compared twice with the versions swapped. */
export function opposite(effect: Effect): Effect {
  if (effect === 'gain') return 'loss'
  return effect === 'loss' ? 'gain' : effect
}

/**
 * Compares members that only add or take away: lists of names.
 * @param describe what is gained or lost with one of them
 */
export function compareLists(
  part: string,
  before: readonly string[],
  after: readonly string[],
  describe: (name: string) => string,
): TenantChange[] {
  const added = after.filter((name) => !before.includes(name))
  const removed = before.filter((name) => !after.includes(name))
  return [
    ...added.map((name): TenantChange => ({ part, effect: 'gain', what: describe(name) })),
    ...removed.map((name): TenantChange => ({ part, effect: 'loss', what: describe(name) })),
  ]
}

/**
 * @param more what is gained where the number grows
 * @param unit after each number, with its space
 */
export function compareNumbers(
  part: string,
  before: number,
  after: number,
  more: string,
  unit = ' s',
): TenantChange[] {
  if (before === after) return []
  const what = `${more}: ${before}${unit} before, ${after}${unit} now`
  return [{ part, effect: after > before ? 'gain' : 'loss', what }]
}

/**
 * Compares CEL conditions, of which only the text is known. A condition narrows what it guards.
 * @param narrows whether callers who pass the condition get less, as by a deny rule
 */
export function compareConditions(
  part: string,
  before: string | undefined,
  after: string | undefined,
  { narrows = false } = {},
): TenantChange[] {
  if (before === after) return []
  const effect: Effect = after === undefined ? 'gain' : before === undefined ? 'loss' : 'unknown'
  const what =
    effect === 'unknown'
      ? `the condition changes from ${before} to ${after}, and cannot be compared`
      : `the condition ${before ?? after} is ${after === undefined ? 'removed' : 'added'}`
  return [{ part, effect: narrows ? opposite(effect) : effect, what }]
}

/** Anything else that differs: it is not known who gains by it. */
export function compareOthers(part: string, before: object, after: object): TenantChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const old = new Map<string, unknown>(Object.entries(before))
  const now = new Map<string, unknown>(Object.entries(after))
  return [...names].flatMap((name): TenantChange[] => {
    if (JSON.stringify(old.get(name)) === JSON.stringify(now.get(name))) return []
    return [{ part, effect: 'unknown', what: `${name} changes, and cannot be compared` }]
  })
}
