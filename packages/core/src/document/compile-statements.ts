/** Checks the policy statements of a grant. */
import type { ConditionValue, PolicyStatement } from '../model/compiled-tenant.ts'
import { findValueProblem } from '../policy/condition-grammar.ts'
import { parseConditionOperator } from '../policy/condition-operator.ts'
import {
  findActionProblem,
  findCaseDuplicate,
  findConditionKeyProblem,
  findOperatorProblem,
  findSidProblem,
  type PolicyProblem,
} from '../policy/policy-grammar.ts'
import { hasSlots } from '../policy/template.ts'
import { checkResource } from './check-resource.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import type { StatementDocument } from './schema.ts'
import { checkFixedText, checkTemplate } from './template/check-policy-text.ts'
import type { DeclaredAttributes } from './template/parse-template.ts'

const EXAMPLES = {
  Action: 'Action: s3:GetObject',
  Resource: 'Resource: arn:aws:s3:::bucket/path',
} as const

/** @param partition the role's; undefined where the role's ARN is not valid */
export function compileStatements(
  statements: readonly StatementDocument[],
  path: DocumentPath,
  partition: string | undefined,
  attributes: DeclaredAttributes,
  report: Report,
): PolicyStatement[] {
  const sids = new Set<string>()
  return statements.map((statement, index) => {
    const here = [...path, index]
    checkSid(statement.Sid, sids, [...here, 'Sid'], report)
    checkExclusiveFields(statement, here, report)
    for (const field of ['Action', 'NotAction'] as const)
      forEachText(statement[field], [...here, field], (text, at) => checkAction(text, at, report))
    for (const field of ['Resource', 'NotResource'] as const)
      forEachText(statement[field], [...here, field], (text, at) =>
        checkResource(text, at, partition, attributes, report),
      )
    for (const [operator, keys] of Object.entries(statement.Condition ?? {}))
      checkCondition(operator, keys, [...here, 'Condition', operator], attributes, report)
    return omitUndefined(statement)
  })
}

function checkSid(
  sid: string | undefined,
  known: Set<string>,
  path: DocumentPath,
  report: Report,
): void {
  if (sid === undefined || sid === '') return
  reportProblem(findSidProblem(sid), path, report)
  if (known.has(sid))
    report(path, `duplicate Sid ${sid} in the grant`, 'use each Sid once in a grant')
  known.add(sid)
}

function checkExclusiveFields(
  statement: StatementDocument,
  path: DocumentPath,
  report: Report,
): void {
  for (const field of ['Action', 'Resource'] as const) {
    const notField = `Not${field}` as const
    const hasField = statement[field] !== undefined
    const hasNotField = statement[notField] !== undefined
    if (hasField && hasNotField)
      report(path, `${field} and ${notField} are mutually exclusive`, `remove ${notField}`)
    else if (!hasField && !hasNotField)
      report(path, `${field} is missing`, `write it, for example ${EXAMPLES[field]}`)
    else if (hasNotField && statement.Effect === 'Allow')
      report(
        [...path, notField],
        `Allow with ${notField} allows everything else`,
        `list what is allowed in ${field}`,
      )
  }
}

function checkAction(text: string, path: DocumentPath, report: Report): void {
  checkFixedText(text, path, report)
  // With a slot, it is no action either.
  if (!hasSlots(text)) reportProblem(findActionProblem(text), path, report)
}

function checkCondition(
  operator: string,
  keys: Readonly<Record<string, ConditionValue>>,
  path: DocumentPath,
  attributes: DeclaredAttributes,
  report: Report,
): void {
  checkFixedText(operator, path, report)
  reportProblem(findOperatorProblem(operator), path, report)
  reportProblem(findCaseDuplicate(Object.keys(keys)), path, report)
  if (Object.keys(keys).length === 0)
    report(path, 'there is no condition key', 'write a key, or remove the operator')
  for (const [key, values] of Object.entries(keys)) {
    const here = [...path, key]
    checkFixedText(key, here, report)
    reportProblem(findConditionKeyProblem(key), here, report)
    const list = typeof values === 'object' ? values : [values]
    for (const [index, value] of list.entries()) {
      const at = typeof values === 'object' ? [...here, index] : here
      checkConditionValue(operator, value, at, attributes, report)
    }
  }
}

function checkConditionValue(
  operator: string,
  value: string | number | boolean,
  path: DocumentPath,
  attributes: DeclaredAttributes,
  report: Report,
): void {
  const isTemplate = typeof value === 'string' && hasSlots(value)
  if (typeof value === 'string' && !checkTemplate(value, path, attributes, report)) return
  const type = parseConditionOperator(operator)?.type
  if (type !== undefined && !isTemplate) reportProblem(findValueProblem(type, value), path, report)
}

function reportProblem(
  problem: PolicyProblem | undefined,
  path: DocumentPath,
  report: Report,
): void {
  if (problem !== undefined)
    report(path, problem.message, problem.hint, problem.id && { id: problem.id })
}

function forEachText(
  value: string | readonly string[] | undefined,
  path: DocumentPath,
  check: (text: string, path: DocumentPath) => void,
): void {
  if (typeof value === 'string') check(value, path)
  else for (const [index, text] of (value ?? []).entries()) check(text, [...path, index])
}

/** Optional fields become absent, as in the JSON that the compiled tenant is stored as. */
function omitUndefined(statement: StatementDocument): PolicyStatement {
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition } = statement
  return {
    ...(Sid === undefined || Sid === '' ? {} : { Sid }),
    Effect,
    ...(Action === undefined ? {} : { Action }),
    ...(NotAction === undefined ? {} : { NotAction }),
    ...(Resource === undefined ? {} : { Resource }),
    ...(NotResource === undefined ? {} : { NotResource }),
    ...(Condition === undefined ? {} : { Condition }),
  }
}
