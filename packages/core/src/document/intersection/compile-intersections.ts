/** Compiles each rule with two grants into one more grant: what both allow. */
import { type Automaton, TooManyStatesError } from '../../automata/automaton.ts'
import { type Budget, BudgetExceededError } from '../../automata/budget.ts'
import type { CompiledGrant } from '../../model/compiled-tenant.ts'
import { slotsOf } from '../../policy/template.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { valueAutomaton } from '../pattern/value-automaton.ts'
import type { DeclaredAttributes } from '../template/parse-template.ts'
import { checkPolicySize } from '../template/worst-case.ts'
import { InexactIntersectionError } from './inexact-intersection.ts'
import { intersectSessions, type NamedGrant } from './intersect-grants.ts'
import { intersectStatements } from './intersect-statements.ts'
import type { TemplateReading } from './intersect-texts.ts'

/** The two grants of a rule. */
export interface WantedIntersection {
  /** The name of what both allow. */
  readonly name: string
  readonly grants: readonly [string, string]
  /** Where it is written first. */
  readonly path: DocumentPath
}

/**
 * Steps for all intersections of a document, as for the proof of isolation: states, transitions and
 * comparisons. An ordinary pair of grants needs some thousand.
 */
const MAX_STEPS = 1_000_000

/**
 * @param grants of a document without errors so far
 * @returns one grant for each name; none after reporting why it cannot be
 */
export function compileIntersections(
  wanted: readonly WantedIntersection[],
  grants: Readonly<Record<string, CompiledGrant>>,
  attributes: DeclaredAttributes,
  report: Report,
): Record<string, CompiledGrant> {
  const compiled: Record<string, CompiledGrant> = {}
  if (wanted.length === 0) return compiled
  const named = wanted.flatMap(({ grants: names }) => names.map((one) => grants[one]?.statements))
  const reading = readValues(attributes, new Set(slotsOf(JSON.stringify(named))))
  for (const { name, grants: names, path } of wanted) {
    const [left, right] = names.map((one) => namedGrant(one, grants))
    if (name in compiled || left === undefined || right === undefined) continue
    const grant = intersect(left, right, reading, path, report)
    if (grant !== undefined) compiled[name] = grant
  }
  return compiled
}

function namedGrant(
  name: string,
  grants: Readonly<Record<string, CompiledGrant>>,
): NamedGrant | undefined {
  const grant = grants[name]
  return grant && { name, grant }
}

function intersect(
  left: NamedGrant,
  right: NamedGrant,
  reading: TemplateReading,
  path: DocumentPath,
  report: Report,
): CompiledGrant | undefined {
  const settings = intersectSessions(left, right, (message, hint) => report(path, message, hint))
  if (settings === undefined) return undefined
  try {
    const statements = intersectStatements(
      { grant: left.name, statements: left.grant.statements },
      { grant: right.name, statements: right.grant.statements },
      reading,
    )
    if (statements.length === 0)
      report(
        path,
        `no request is allowed by both ${left.name} and ${right.name}`,
        'write statements that have something in common, or another grant',
      )
    checkPolicySize(statements, settings.managedPolicyArns, path, reading.attributes, report)
    return { ...settings, statements }
  } catch (error) {
    if (!(error instanceof InexactIntersectionError)) throw error
    report(path, `what both grants allow cannot be written exactly: ${error.message}`, error.hint)
    return undefined
  }
}

/** The values of each attribute in a slot. One without an automaton may have any value. */
function readValues(attributes: DeclaredAttributes, slots: ReadonlySet<string>): TemplateReading {
  const budget: Budget = { remaining: MAX_STEPS }
  const automata = new Map<string, Automaton>()
  for (const [name, analysis] of attributes) {
    try {
      if (analysis !== undefined && slots.has(name))
        automata.set(name, valueAutomaton(analysis, budget))
    } catch (error) {
      if (!(error instanceof TooManyStatesError || error instanceof BudgetExceededError))
        throw error
    }
  }
  return { attributes, automata, budget }
}
