/** Which callers are admitted or refused by a change of the values that attributes may have. */
import { type Automaton, TooManyStatesError } from '../../automata/automaton.ts'
import { BudgetExceededError } from '../../automata/budget.ts'
import { findText } from '../../automata/find-text.ts'
import type { CompiledAttribute, CompiledTenant } from '../../model/compiled-tenant.ts'
import { readPattern } from '../pattern/read-pattern.ts'
import { valueAutomaton } from '../pattern/value-automaton.ts'
import { compareOthers, opposite, type TenantChange } from './document-change.ts'

type Attributes = CompiledTenant['attributes']

const MAX_STEPS = 500_000

/** Attributes of one version only concern nobody but the grants that use them. */
export function compareAttributes(before: Attributes, after: Attributes): TenantChange[] {
  return Object.entries(after).flatMap(([name, attribute]) => {
    const old = before[name]
    return old === undefined ? [] : compareAttribute(`attribute ${name}`, old, attribute)
  })
}

function compareAttribute(
  part: string,
  before: CompiledAttribute,
  after: CompiledAttribute,
): TenantChange[] {
  const changes = compareOthers(part, { from: before.from }, { from: after.from })
  if (before.pattern === after.pattern) return changes
  const gains = admitted(part, before, after)
  const losses = admitted(part, after, before).map((change) => ({
    ...change,
    effect: opposite(change.effect),
  }))
  return [...changes, ...gains, ...losses]
}

function admitted(
  part: string,
  before: CompiledAttribute,
  after: CompiledAttribute,
): TenantChange[] {
  try {
    const [old, now] = [valuesOf(before), valuesOf(after)]
    const value = findText({ inside: [now], outside: [old] }, { remaining: MAX_STEPS })
    if (value === undefined) return []
    const example = JSON.stringify(String.fromCodePoint(...value))
    return [{ part, effect: 'gain', what: `callers with other values, for example ${example}` }]
  } catch (error) {
    if (error instanceof BudgetExceededError || error instanceof TooManyStatesError)
      return [{ part, effect: 'unknown', what: 'the pattern changes, and cannot be compared' }]
    throw error
  }
}

function valuesOf({ pattern }: CompiledAttribute): Automaton {
  const analysis = readPattern(pattern)
  // A compiled tenant's pattern has been read before.
  if ('hint' in analysis) throw new TooManyStatesError()
  return valueAutomaton(analysis)
}
