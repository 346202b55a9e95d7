/** Who gains and who loses access, counted by caller in bounded memory. */

import type { MissingInputs } from './read-inputs.ts'
import type { Compared, DecidedMember } from './recorded-decision.ts'
import { differingMembers } from './recorded-decision.ts'

/** Of callers with one change. A log of a year may have millions of callers. */
const MAX_CHANGES = 10_000
/** Of tenants that have no document here. */
const MAX_TENANTS = 100
const MAX_SHOWN_CHARACTERS = 500

/** `refusal`: refused before and after, for another reason. */
type Effect = 'gain' | 'loss' | 'change' | 'refusal'

/** Requests of one caller whose decision changes in one way. */
interface DecisionChange {
  readonly effect: Effect
  readonly tenant: string
  readonly issuer: string
  readonly subject: string
  /** What was decided, and what would have been: a grant by a rule, or a refusal. */
  readonly from: string
  readonly to: string
  /** The members of the record that differ. */
  readonly differences: readonly DecidedMember[]
  count: number
  /** Request id of one of the requests. */
  readonly example: string
  firstMs: number
  lastMs: number
}

export interface ReplaySummary {
  /** Decisions that were made again. */
  readonly compared: number
  readonly same: number
  readonly requests: Readonly<Record<Effect, number>>
  /** In the order gain, loss, change; without those that are refused for another reason. */
  readonly changes: readonly DecisionChange[]
  /** Changed decisions of callers beyond the largest number of them. */
  readonly unlisted: number
  /** Records without inputs, by the reason. */
  readonly missing: Readonly<Record<MissingInputs, number>>
  /** The broker or an issuer failed before there was a decision. */
  readonly undecided: number
  /** Records of tenants that have no document here, by the tenant. */
  readonly otherTenants: Readonly<Record<string, number>>
  /** Lines that are no audit records. */
  readonly skipped: number
}

/** Members that say which document decided, and not what its callers get. */
const OF_DOCUMENT: readonly DecidedMember[] = ['documentSha256', 'proofVersion']
const ALLOWED: readonly unknown[] = ['issued', 'explained', 'identified', 'changed']
const ORDER: readonly Effect[] = ['gain', 'loss', 'change']

export function countReplay() {
  const changes = new Map<string, DecisionChange>()
  const requests = { gain: 0, loss: 0, change: 0, refusal: 0 }
  const missing = { absent: 0, 'too large': 0, unavailable: 0, malformed: 0 }
  const otherTenants = new Map<string, number>()
  let [compared, undecided, skipped, unlisted] = [0, 0, 0, 0]

  function addChange(found: Compared, effect: Effect, of: RecordedRequestId): void {
    const differences = differingMembers(found).filter((name) => !OF_DOCUMENT.includes(name))
    const { before, after } = found
    const change = {
      ...{ effect, tenant: shown(before.tenant), issuer: shown(before.issuer) },
      ...{ subject: shown(before.subject), from: describe(before), to: describe(after) },
      differences,
    }
    const key = JSON.stringify(change)
    const known = changes.get(key)
    if (known === undefined && changes.size >= MAX_CHANGES) {
      unlisted++
      return
    }
    const { requestId: example, timeMs } = of
    const one = known ?? { ...change, example, count: 0, firstMs: timeMs, lastMs: timeMs }
    one.count++
    one.firstMs = Math.min(one.firstMs, timeMs)
    one.lastMs = Math.max(one.lastMs, timeMs)
    changes.set(key, one)
  }

  return {
    skip: () => void skipped++,
    miss: (reason: MissingInputs) => void missing[reason]++,
    missTenant(tenant: string): void {
      const count = otherTenants.get(tenant)
      const name = count === undefined && otherTenants.size >= MAX_TENANTS ? '(others)' : tenant
      otherTenants.set(name, (otherTenants.get(name) ?? 0) + 1)
    },
    /** @param found undefined: there was no decision */
    add(found: Compared | undefined, of: RecordedRequestId): void {
      if (found === undefined) {
        undecided++
        return
      }
      compared++
      const effect = effectOf(found)
      if (effect === undefined) return
      requests[effect]++
      if (effect !== 'refusal') addChange(found, effect, of)
    },
    counts: () => ({ compared, undecided }),
    result: (): ReplaySummary => ({
      ...{ compared, undecided, skipped, unlisted, requests, missing },
      same: compared - Object.values(requests).reduce((sum, count) => sum + count, 0),
      otherTenants: Object.fromEntries(otherTenants),
      changes: [...changes.values()].sort(
        (one, other) =>
          ORDER.indexOf(one.effect) - ORDER.indexOf(other.effect) || other.count - one.count,
      ),
    }),
  }
}

interface RecordedRequestId {
  readonly requestId: string
  readonly timeMs: number
}

function effectOf(found: Compared): Effect | undefined {
  const [was, is] = [found.before, found.after].map(({ outcome }) => ALLOWED.includes(outcome))
  if (was !== is) return is ? 'gain' : 'loss'
  if (differingMembers(found).every((name) => OF_DOCUMENT.includes(name))) return undefined
  return is ? 'change' : 'refusal'
}

function describe({ outcome, code, grant, rule }: Compared['before']): string {
  if (!ALLOWED.includes(outcome)) return `refused: ${shown(code)}`
  return grant === undefined ? shown(outcome) : `grant ${shown(grant)} by ${shown(rule)}`
}

/** Text of a log may be of any length. */
function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_SHOWN_CHARACTERS).toWellFormed() : ''
}
