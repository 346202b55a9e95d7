/** The permission policy of a created role: the grant's statements, limited by principal tags. */
import type { CompiledGrant, PolicyStatement } from '../model/compiled-tenant.ts'
import { parseConditionOperator } from './condition-operator.ts'
import { hasSlots, mapTemplates, SLOT_PATTERN } from './template.ts'

type SessionTags = CompiledGrant['sessionTags']

export interface RolePolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly PolicyStatement[]
}

/**
 * What each session of the role may do without a session policy: what the grant's session policy
 * allows the same caller. Each slot is the policy variable of the session tag with that value. IAM
 * reads such a value as literal text, as the broker does.
 *
 * A slot that no tag replaces remains; the compile step and the deployment refuse it.
 * @see IAM User Guide, "IAM policy elements: Variables and tags"
 */
export function rolePolicy({
  statements,
  sessionTags,
}: Pick<CompiledGrant, 'statements' | 'sessionTags'>): RolePolicy {
  const limited = statements.map((statement) =>
    mapTemplates(statement, (template, operator) =>
      operator === undefined || replacesVariables(operator)
        ? slotsAsPrincipalTags(template, sessionTags)
        : template,
    ),
  )
  const text = JSON.stringify(limited)
  const used = Object.keys(sessionTags).filter((key) => text.includes(variableOf(key)))
  return { Version: '2012-10-17', Statement: [...limited, ...used.map(denyWithout)] }
}

/**
 * Also replaces a longer part that is the template of a tag: with the tag `{{team}}/{{user}}`, that
 * part of a path is one variable.
 */
export function slotsAsPrincipalTags(template: string, sessionTags: SessionTags): string {
  const tags = Object.entries(sessionTags)
    .filter(([key, value]) => VARIABLE_KEY.test(key) && hasSlots(value))
    .map(([key, value]) => ({ part: withoutSpaces(value), variable: variableOf(key) }))
    .sort((a, b) => b.part.length - a.part.length)
  return replaceParts(withoutSpaces(template), tags)
}

/** Keys that AWS documents in variables without an escape; others might not be replaced. */
const VARIABLE_KEY = /^[\w.:/=+@-]+$/
const SLOT = new RegExp(SLOT_PATTERN, 'g')

/** IAM replaces variables in texts and ARNs, and not in numbers, dates or addresses. */
function replacesVariables(operator: string): boolean {
  const type = parseConditionOperator(operator)?.type
  return type === 'string' || type === 'arn'
}

const variableOf = (tagKey: string) => `\${aws:PrincipalTag/${tagKey}}`
const withoutSpaces = (template: string) => template.replace(SLOT, '{{$1}}')

interface TaggedPart {
  readonly part: string
  readonly variable: string
}

/** Text that was replaced is not searched again. */
function replaceParts(text: string, [tag, ...others]: readonly TaggedPart[]): string {
  if (tag === undefined) return text
  return text
    .split(tag.part)
    .map((between) => replaceParts(between, others))
    .join(tag.variable)
}

/**
 * Without the tag, IAM does not apply a statement with its variable: an Allow gives nothing, but a
 * Deny prevents nothing either. Such a session may do nothing at all.
 */
function denyWithout(tagKey: string): PolicyStatement {
  const Condition = { Null: { [`aws:PrincipalTag/${tagKey}`]: 'true' } }
  return { Effect: 'Deny', Action: '*', Resource: '*', Condition }
}
