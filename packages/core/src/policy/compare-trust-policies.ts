/** Compares the trust policy that a role has with the one that it needs, and says what follows. */
import { type Automaton, buildAutomaton } from '../automata/automaton.ts'
import { BudgetExceededError } from '../automata/budget.ts'
import { findText } from '../automata/find-text.ts'
import { matchesPattern, wildcardPattern } from './evaluate/match-pattern.ts'
import { showCharacters, textLanguage, type Vocabulary } from './pattern-language.ts'
import type { TrustPolicy } from './trust-policy.ts'
import {
  type TrustCondition as Condition,
  readTrustStatement,
  readTrustStatements,
  type ReadTrustStatement as Statement,
} from './trust-statements.ts'

export interface TrustDifference {
  /** What differs: `Condition StringLike broker.example:sub is missing`. */
  readonly what: string
  /** What follows from it. */
  readonly effect: string
  /** STS refuses tokens of the broker, others may assume the role, or it depends. */
  readonly kind: 'refuses' | 'too-wide' | 'unknown'
}

/**
 * @param existing the policy document, as JSON
 * @returns empty: the role trusts exactly what it needs
 */
export function compareTrustPolicies(
  needed: TrustPolicy,
  existing: unknown,
): readonly TrustDifference[] {
  const found = readTrustStatements(existing)
  if (found === undefined)
    return [
      {
        what: 'the document is not an IAM policy with statements',
        effect: 'it cannot be compared; save the policy document of the role as JSON',
        kind: 'unknown',
      },
    ]
  const wanted = needed.Statement.map((statement) => readTrustStatement(statement))
  const used = new Set<Statement>()
  const differences = wanted.flatMap((statement) => compareStatement(statement, found, used))
  return [
    ...differences,
    ...found.filter((statement) => !used.has(statement)).map((extra) => describeExtra(extra)),
  ]
}

function compareStatement(
  wanted: Statement,
  found: readonly Statement[],
  used: Set<Statement>,
): readonly TrustDifference[] {
  const provider = wanted.principals[0]?.[1][0] ?? ''
  const ofProvider = found.filter(
    ({ effect, principals }) =>
      effect === 'Allow' &&
      principals.some(([kind, values]) => kind === 'Federated' && values.includes(provider)),
  )
  const [action = ''] = wanted.actions
  const candidates = ofProvider.filter(({ actions }) => matchesAny(actions, action))
  if (candidates.length === 0) return [describeMissing(wanted, action, provider, ofProvider, found)]
  const compared = candidates.map((candidate) => ({
    candidate,
    differences: [
      ...wanted.actions
        .filter((one) => !matchesAny(candidate.actions, one))
        .map((one) => missingAction(one)),
      ...furtherPrincipals(candidate, provider),
      ...compareConditions(wanted, candidate),
    ],
  }))
  const [best] = compared.toSorted((a, b) => a.differences.length - b.differences.length)
  if (best === undefined) return []
  used.add(best.candidate)
  return best.differences
}

function describeMissing(
  wanted: Statement,
  action: string,
  provider: string,
  ofProvider: readonly Statement[],
  found: readonly Statement[],
): TrustDifference {
  const federated = found.flatMap(({ effect, principals }) =>
    principals.flatMap(([kind, values]) =>
      effect === 'Allow' && kind === 'Federated' ? values : [],
    ),
  )
  const subjects = wanted.conditions.find(({ key }) => key.endsWith(':sub'))?.values.join(', ')
  const whose = subjects === undefined ? 'its tokens' : `tokens of ${subjects}`
  if (ofProvider.length > 0) return missingAction(action)
  return {
    what: `no statement that allows has the principal ${provider}`,
    effect:
      federated.length === 0
        ? `STS refuses ${whose}`
        : `STS refuses ${whose}; the role trusts ${[...new Set(federated)].join(', ')}`,
    kind: 'refuses',
  }
}

const ACTION_EFFECTS: Readonly<Record<string, string>> = {
  'sts:tagsession': 'STS refuses tokens with session tags',
  'sts:setsourceidentity': 'STS refuses tokens with a source identity',
}

function missingAction(action: string): TrustDifference {
  return {
    what: `Action ${action} is missing`,
    effect: ACTION_EFFECTS[action.toLowerCase()] ?? 'STS refuses every token',
    kind: 'refuses',
  }
}

/**
 * The statement's conditions are about tokens of the provider, but sessions that began with such a
 * token meet them too, in a later call of `sts:AssumeRole`.
 */
function furtherPrincipals({ principals }: Statement, provider: string): TrustDifference[] {
  return principals.flatMap(([kind, values]) =>
    values
      .filter((value) => kind !== 'Federated' || value !== provider)
      .map((value) => ({
        what: `the principal ${kind} ${value} is not needed`,
        effect:
          'it may assume the role without a session policy of the broker, where the actions and ' +
          'conditions allow it; give it a statement of its own',
        kind: 'unknown' as const,
      })),
  )
}

function compareConditions(wanted: Statement, found: Statement): readonly TrustDifference[] {
  const differences = wanted.conditions.flatMap((condition) => {
    const same = found.conditions.filter(({ key }) => isSameText(key, condition.key))
    const [existing] = same
    if (existing === undefined) return [missingCondition(condition)]
    if (same.length > 1 || !isComparable(condition.operator, existing))
      return [
        {
          what: `${show(existing)}, expected ${show(condition)}`,
          effect: 'it cannot be compared; use the operator that is expected',
          kind: 'unknown' as const,
        },
      ]
    return compareValues(condition, existing)
  })
  const extra = found.conditions.filter(
    ({ key }) => !wanted.conditions.some((condition) => isSameText(condition.key, key)),
  )
  return [
    ...differences,
    ...extra.map((condition) => ({
      what: `${show(condition)} is not needed`,
      effect: 'STS refuses tokens that do not meet it',
      kind: 'refuses' as const,
    })),
  ]
}

const TEXT_OPERATOR = /^((?:ForAllValues|ForAnyValue):)?String(Equals|Like)$/i

/** Both compare texts, with wildcards or without, and for the same part of several values. */
function isComparable(operator: string, existing: Condition): boolean {
  const [ours, theirs] = [TEXT_OPERATOR.exec(operator), TEXT_OPERATOR.exec(existing.operator)]
  return ours !== null && theirs !== null && isSameText(ours[1] ?? '', theirs[1] ?? '')
}

/** Texts with many wildcards could need more; then the values are not compared. */
const MAX_STEPS = 1_000_000

/** Exact, for all values: each difference has a shortest example. */
function compareValues(wanted: Condition, existing: Condition): readonly TrustDifference[] {
  // A policy variable is one unknown text, and the same one in both policies.
  const vocabulary: Vocabulary = {
    ...{ symbols: new Map(), known: new Map(), slots: false, slotsWithoutColon: new Set() },
  }
  const expected = isSameText(existing.operator, wanted.operator) ? '' : `${wanted.operator} `
  const what = `${show(existing)}, expected ${expected}${wanted.values.join(', ')}`
  try {
    const ours = wanted.values.map(languageIn(vocabulary, wanted))
    const theirs = existing.values.map(languageIn(vocabulary, existing))
    const onlyOurs = exampleOf(ours, theirs, vocabulary)
    const onlyTheirs = exampleOf(theirs, ours, vocabulary)
    const refused = `STS refuses tokens with ${wanted.key} ${onlyOurs}`
    const added = `tokens with ${wanted.key} ${onlyTheirs} can assume the role too`
    return [
      ...(onlyOurs === undefined ? [] : [{ what, effect: refused, kind: 'refuses' as const }]),
      ...(onlyTheirs === undefined ? [] : [{ what, effect: added, kind: 'too-wide' as const }]),
    ]
  } catch (error) {
    if (!(error instanceof BudgetExceededError)) throw error
    const effect = 'they have too many wildcards to compare; write the values that are expected'
    return [{ what, effect, kind: 'unknown' }]
  }
}

function languageIn(vocabulary: Vocabulary, { operator }: Condition): (value: string) => Automaton {
  const exact = !operator.toLowerCase().endsWith('like')
  return (value) =>
    buildAutomaton(textLanguage(value, { exact }, vocabulary), { remaining: MAX_STEPS })
}

/** A shortest text of one of the first languages that none of the others has. */
function exampleOf(
  inside: readonly Automaton[],
  outside: readonly Automaton[],
  vocabulary: Vocabulary,
): string | undefined {
  const budget = { remaining: MAX_STEPS }
  const examples = inside.flatMap((language) => {
    const text = findText({ inside: [language], outside }, budget)
    return text === undefined ? [] : [showCharacters(text, vocabulary)]
  })
  return examples.toSorted((a, b) => a.length - b.length)[0]
}

function missingCondition(condition: Condition): TrustDifference {
  return {
    what: `Condition ${show(condition)} is missing`,
    effect: effectOfMissing(condition.key),
    kind: 'too-wide',
  }
}

function effectOfMissing(key: string): string {
  const name = key.toLowerCase()
  if (name.endsWith(':aud'))
    return 'tokens of the provider for every audience can assume the role, without a session policy'
  if (name.endsWith(':sub'))
    return 'the tokens of every grant of every tenant of the broker can assume the role'
  const [, tag] = /^aws:RequestTag\/(.*)$/i.exec(key) ?? []
  if (tag !== undefined)
    return `tokens without the tag ${tag}, or with another value, can assume the role`
  if (name === 'aws:tagkeys') return 'tokens with further tags can assume the role'
  return 'tokens that do not meet it can assume the role'
}

function describeExtra({ effect, principals, actions, others }: Statement): TrustDifference {
  const whom = principals.map(([kind, values]) => `${kind} ${values.join(', ')}`).join('; ')
  const what = `${effect} ${actions.join(', ')} for ${whom || others.join(', ') || 'nobody'}`
  return effect === 'Allow'
    ? {
        what: `a further statement: ${what}`,
        effect: 'whom it names can assume the role without a session policy of the broker',
        kind: 'too-wide',
      }
    : {
        what: `a further statement: ${what}`,
        effect: 'it may refuse tokens of the broker that others Allow; no Deny is expected',
        kind: 'unknown',
      }
}

function show({ operator, key, values }: Condition): string {
  return `${operator} ${key} ${values.join(', ')}`
}

function matchesAny(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) =>
    matchesPattern(wildcardPattern(pattern.toLowerCase()), action.toLowerCase()),
  )
}

function isSameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
