/** Which requests a change of a grant's statements adds or takes away, for all callers. */
import { TooManyStatesError } from '../../automata/automaton.ts'
import { BudgetExceededError } from '../../automata/budget.ts'
import type { PolicyStatement } from '../../model/compiled-tenant.ts'
import { type ExampleRequest, findUncovered } from '../../policy/containment.ts'
import { opposite, type TenantChange } from './document-change.ts'

/** Steps for one statement: a comparison may take a second, unlike one in the deployed broker. */
const MAX_STEPS = 2_000_000

export function compareStatements(
  part: string,
  before: readonly PolicyStatement[],
  after: readonly PolicyStatement[],
): TenantChange[] {
  return [
    ...gainsOf(part, before, after),
    ...gainsOf(part, after, before).map((change) => ({
      ...change,
      effect: opposite(change.effect),
    })),
  ]
}

/**
 * Requests that only `after` allows: those that a new Allow matches and no old one did, and those
 * that an old Deny matched and no new one does. What a Deny that only looks different matches may
 * be reported although nothing is gained, but no gain is left out.
 */
function gainsOf(
  part: string,
  before: readonly PolicyStatement[],
  after: readonly PolicyStatement[],
): TenantChange[] {
  const [oldAllows, oldDenies] = byEffect(before)
  const [newAllows, newDenies] = byEffect(after)
  const changes: TenantChange[] = []
  for (const allow of newAllows) {
    const found = decide([allow], [...oldAllows, ...newDenies])
    changes.push(...describe(part, found, `${nameOf(allow)} allows`))
  }
  for (const deny of oldDenies) {
    const released = decide([deny], newDenies)
    if (released === undefined) continue
    const allowed = newAllows.map((allow) => decide([allow, deny], newDenies))
    const found = allowed.find((one) => one !== undefined)
    // Whether a slot is a text of the Deny depends on the caller, so that an intersection is not
    // known to be empty.
    if (found === undefined && !JSON.stringify([deny, newAllows]).includes('{{')) continue
    changes.push(...describe(part, found ?? released, `${nameOf(deny)} no longer denies`))
  }
  return changes
}

function byEffect(statements: readonly PolicyStatement[]) {
  return [
    statements.filter(({ Effect }) => Effect === 'Allow'),
    statements.filter(({ Effect }) => Effect === 'Deny'),
  ] as const
}

function nameOf({ Sid, Effect }: PolicyStatement): string {
  return Sid === undefined ? `a statement (${Effect})` : `statement ${Sid}`
}

const TOO_COMPLEX = Symbol('not decided within the limits')

function decide(
  requested: readonly PolicyStatement[],
  covering: readonly PolicyStatement[],
): ExampleRequest | undefined | typeof TOO_COMPLEX {
  try {
    return findUncovered(requested, covering, { budget: { remaining: MAX_STEPS }, slots: true })
  } catch (error) {
    if (error instanceof BudgetExceededError || error instanceof TooManyStatesError)
      return TOO_COMPLEX
    throw error
  }
}

function describe(part: string, found: ReturnType<typeof decide>, what: string): TenantChange[] {
  if (found === undefined) return []
  if (found === TOO_COMPLEX)
    return [{ part, effect: 'unknown', what: `${what} what cannot be compared` }]
  return [{ part, effect: 'gain', what, request: found }]
}
