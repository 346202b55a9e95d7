/** Finds conditions that pass for more requests, or for fewer, than they seem to. */
import { type ConditionOperator, parseConditionOperator } from '../policy/condition-operator.ts'
import { slotsOf } from '../policy/template.ts'
import type { ReportFinding } from './finding.ts'
import { separatesCallers } from './isolating-text.ts'
import {
  conditionTextsOf,
  type LintContext,
  type LintedCondition,
  type LintRule,
  lintedConditions,
  lintedStatements,
  textsOf,
} from './lint-context.ts'

interface ParsedCondition extends LintedCondition {
  readonly parsed: ConditionOperator
}

export const checkConditions: LintRule = (context, report) => {
  const { attributes } = context
  for (const linted of lintedStatements(context)) {
    const conditions = lintedConditions(linted).flatMap((condition) => {
      const parsed = parseConditionOperator(condition.operator)
      return parsed ? [{ ...condition, parsed }] : []
    })
    for (const condition of conditions) checkLiteralWildcard(condition, report)
    if (linted.statement.Effect !== 'Allow') continue
    const resources = textsOf(linted, ['Resource'])
    // Where the resource separates the callers, or they may share, the condition need not do it.
    const isFilter =
      linted.statement.shared === true ||
      (resources.length > 0 && resources.every(({ text }) => separatesCallers(text)))
    for (const condition of conditions) {
      checkForAllValues(condition, conditions, report)
      checkNegation(condition, report)
      if (!isFilter) checkIsolation(condition, attributes, report)
    }
  }
}

/** `StringEquals` compares `*` as a character, so neither an Allow nor a Deny has its effect. */
function checkLiteralWildcard(condition: ParsedCondition, report: ReportFinding): void {
  const { operator, parsed } = condition
  const isLiteral = parsed.comparison === 'equals' || parsed.comparison === 'equalsIgnoreCase'
  if (parsed.type !== 'string' || !isLiteral) return
  for (const { text, path } of conditionTextsOf(condition))
    if (text.replaceAll('${*}', '').includes('*'))
      report(
        'literal-wildcard',
        path,
        `${operator} compares * as a character, not as a wildcard`,
        `write ${likeOperator(operator)}, or \${*} for the character itself`,
      )
}

function likeOperator(operator: string): string {
  return operator
    .replace(/IgnoreCase/, '')
    .replace(/StringNotEquals/, 'StringNotLike')
    .replace(/StringEquals/, 'StringLike')
}

/** `ForAllValues` passes where the request does not have the key, as IAM documents. */
function checkForAllValues(
  { operator, key, path, parsed }: ParsedCondition,
  all: readonly ParsedCondition[],
  report: ReportFinding,
): void {
  if (parsed.quantifier !== 'ForAllValues') return
  const isRequired = all.some((other) => isSameKey(other.key, key) && requiresKey(other))
  if (!isRequired)
    report(
      'for-all-values-without-null',
      path,
      `${operator} also passes for requests without ${key}`,
      `add to the statement's Condition: Null: { '${key}': false }`,
    )
}

function isSameKey(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Whether the condition fails where the request does not have the key. */
function requiresKey({ parsed, values }: ParsedCondition): boolean {
  if (parsed.type === 'null') return values.every(({ value }) => String(value) === 'false')
  return !parsed.ifExists && !parsed.negated && parsed.quantifier !== 'ForAllValues'
}

function checkNegation(condition: ParsedCondition, report: ReportFinding): void {
  const { operator, key, path, parsed } = condition
  if (!parsed.negated) return
  if (conditionTextsOf(condition).some(({ text }) => separatesCallers(text)))
    report(
      'negated-isolation',
      path,
      `Allow with ${operator} allows each caller what belongs to all others`,
      `write the positive operator, or a Deny statement with ${operator}`,
    )
  else
    report(
      'negated-allow',
      path,
      `Allow with ${operator} allows everything else, and requests without ${key}`,
      'list what is allowed, or write a Deny statement for what is not',
    )
}

/** A condition that is to keep callers apart must not pass without its key, or for other case. */
function checkIsolation(
  condition: ParsedCondition,
  attributes: LintContext['attributes'],
  report: ReportFinding,
): void {
  const { operator, key, path, parsed } = condition
  const texts = conditionTextsOf(condition).filter(({ text }) => separatesCallers(text))
  if (parsed.negated || texts.length === 0) return
  if (parsed.ifExists)
    report(
      'optional-isolation',
      path,
      `${operator} also passes for requests without ${key}, so it does not keep callers apart`,
      `write ${operator.replace(/IfExists$/, '')}`,
    )
  if (
    parsed.comparison === 'equalsIgnoreCase' &&
    texts.some((one) => mayDifferInCase(one.text, attributes))
  )
    report(
      'case-insensitive-isolation',
      path,
      `with ${operator}, "Alice" reaches what belongs to "alice"`,
      `write ${operator.replace('IgnoreCase', '')}`,
    )
}

/** A variable's values are not known; a slot's are those of its pattern. */
function mayDifferInCase(text: string, attributes: LintContext['attributes']): boolean {
  const names = slotsOf(text)
  return (
    names.length === 0 ||
    names.some((name) => {
      const { characters = '' } = attributes.get(name) ?? {}
      return /[a-z]/.test(characters) && /[A-Z]/.test(characters)
    })
  )
}
