/** Reads a session policy that was not written in a tenant document, and reports every problem. */
import type { ConditionValue, PolicyStatement } from '../model/compiled-tenant.ts'
import { findSimilar } from '../model/similar-words.ts'
import { isObject } from '../model/strict-json.ts'
import type { ValuePath } from '../model/value-path.ts'
import { type ConditionScalar, findValueProblem } from './condition-grammar.ts'
import { parseConditionOperator } from './condition-operator.ts'
import {
  findActionProblem,
  findCaseDuplicate,
  findConditionKeyProblem,
  findOperatorProblem,
  findResourceProblem,
  findSidProblem,
  findTextProblem,
  type PolicyProblem,
} from './policy-grammar.ts'

/** Records a problem: where it is, what is wrong, and what to write instead. */
export type ReportPolicyProblem = (path: ValuePath, message: string, hint: string) => void

const POLICY_FIELDS = ['Version', 'Id', 'Statement']
const STATEMENT_FIELDS = [
  ...['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
]
const VERSIONS: readonly unknown[] = ['2012-10-17', '2008-10-17', undefined]

/**
 * Reads the statements of a policy. `Id` is accepted and has no meaning, as at STS.
 * @returns the statements; they are not valid where a problem is reported
 */
export function readPolicy(
  policy: Readonly<Record<string, unknown>>,
  report: ReportPolicyProblem,
): PolicyStatement[] {
  rejectUnknownFields(policy, POLICY_FIELDS, [], report)
  const { Version, Id, Statement } = policy
  if (!VERSIONS.includes(Version))
    report(['Version'], 'the version is not known', 'write 2012-10-17')
  // In other versions, a variable is literal text; the policy is sent to STS as 2012-10-17.
  else if (Version !== '2012-10-17' && JSON.stringify(Statement)?.includes('${'))
    report(['Version'], 'only version 2012-10-17 has variables', 'write "Version": "2012-10-17"')
  if (Id !== undefined && typeof Id !== 'string')
    report(['Id'], 'the value is not a string', 'write a string, or remove it')
  const isList = Array.isArray(Statement)
  const statements: readonly unknown[] = isList ? Statement : [Statement]
  if (Statement === undefined || statements.length === 0)
    report(['Statement'], 'there is no statement', 'write at least one statement')
  const sids = new Set<string>()
  return statements.flatMap((value, index) => {
    const path = isList ? ['Statement', index] : ['Statement']
    if (!isObject(value)) {
      if (Statement !== undefined) report(path, 'the statement is not an object', 'write an object')
      return []
    }
    const statement = readStatement(value, path, report)
    const { Sid } = statement
    if (Sid !== undefined && sids.has(Sid))
      report([...path, 'Sid'], 'the Sid is used twice', 'use each Sid once')
    if (Sid !== undefined) sids.add(Sid)
    return [statement]
  })
}

function readStatement(
  value: Readonly<Record<string, unknown>>,
  path: ValuePath,
  report: ReportPolicyProblem,
): PolicyStatement {
  rejectUnknownFields(value, STATEMENT_FIELDS, path, report)
  const { Sid, Effect, Condition } = value
  if (Effect !== 'Allow' && Effect !== 'Deny')
    report([...path, 'Effect'], 'the value is neither Allow nor Deny', 'write Allow or Deny')
  if (Sid !== undefined)
    reportProblem(
      typeof Sid === 'string' ? findSidProblem(Sid) : NOT_A_STRING,
      [...path, 'Sid'],
      report,
    )
  return {
    ...(typeof Sid === 'string' && Sid !== '' ? { Sid } : {}),
    Effect: Effect === 'Allow' ? 'Allow' : 'Deny',
    ...readEither(value, ['Action', 'NotAction'], findActionProblem, path, report),
    ...readEither(value, ['Resource', 'NotResource'], findResource, path, report),
    ...(Condition === undefined
      ? {}
      : { Condition: readConditions(Condition, [...path, 'Condition'], report) }),
  }
}

function findResource(text: string): PolicyProblem | undefined {
  return findTextProblem(text) ?? findResourceProblem(text)
}

type ListField = 'Action' | 'NotAction' | 'Resource' | 'NotResource'

function readEither(
  statement: Readonly<Record<string, unknown>>,
  [field, negated]: readonly [ListField, ListField],
  findProblem: (text: string) => PolicyProblem | undefined,
  path: ValuePath,
  report: ReportPolicyProblem,
): Partial<Pick<PolicyStatement, ListField>> {
  const present = [field, negated].filter((name) => statement[name] !== undefined)
  const [name] = present
  if (name === undefined || present.length > 1) {
    const found =
      name === undefined ? `is neither ${field} nor ${negated}` : `are both ${field} and ${negated}`
    report(path, `there ${found}`, `write one of ${field} and ${negated}`)
    return {}
  }
  const value = statement[name]
  const here = [...path, name]
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) report(here, 'the list is empty', 'write at least one')
  const texts = list.flatMap((item, index) => {
    const at = Array.isArray(value) ? [...here, index] : here
    reportProblem(typeof item === 'string' ? findProblem(item) : NOT_A_STRING, at, report)
    return typeof item === 'string' ? [item] : []
  })
  return { [name]: Array.isArray(value) ? texts : (texts[0] ?? '') }
}

function readConditions(
  value: unknown,
  path: ValuePath,
  report: ReportPolicyProblem,
): NonNullable<PolicyStatement['Condition']> {
  if (!isObject(value)) {
    report(path, 'the value is not an object', 'write { "StringEquals": { "service:key": … } }')
    return {}
  }
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      const here = [...path, operator]
      reportProblem(findOperatorProblem(operator), here, report)
      if (!isObject(keys)) {
        report(here, 'the value is not an object', 'write { "service:key": … }')
        return [operator, {}]
      }
      reportProblem(findCaseDuplicate(Object.keys(keys)), here, report)
      const values = Object.entries(keys).map(([key, expected]) => {
        const at = [...here, key]
        reportProblem(findTextProblem(key) ?? findConditionKeyProblem(key), at, report)
        return [key, readConditionValue(operator, expected, at, report)] as const
      })
      return [operator, Object.fromEntries(values)]
    }),
  )
}

function readConditionValue(
  operator: string,
  value: unknown,
  path: ValuePath,
  report: ReportPolicyProblem,
): ConditionValue {
  const type = parseConditionOperator(operator)?.type
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) report(path, 'the list is empty', 'write at least one value')
  const scalars = list.flatMap((item, index) => {
    const at = Array.isArray(value) ? [...path, index] : path
    if (typeof item === 'bigint') {
      report(at, 'the number is too large to be exact', 'write it in quotes')
      return []
    }
    if (!isScalar(item)) {
      report(at, 'the value is not a string, number or Boolean', 'write a string')
      return []
    }
    if (type !== undefined) reportProblem(findValueProblem(type, item), at, report)
    return [item]
  })
  return Array.isArray(value) ? scalars : (scalars[0] ?? '')
}

const NOT_A_STRING: PolicyProblem = {
  message: 'the value is not a string',
  hint: 'write a string',
}

function isScalar(value: unknown): value is ConditionScalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function rejectUnknownFields(
  value: Readonly<Record<string, unknown>>,
  fields: readonly string[],
  path: ValuePath,
  report: ReportPolicyProblem,
): void {
  for (const name of Object.keys(value)) {
    if (fields.includes(name)) continue
    const similar = findSimilar(name, fields)
    const hint = /principal/i.test(name)
      ? 'remove it: the session itself is the principal'
      : similar === undefined
        ? `use only ${fields.join(', ')}`
        : `did you mean ${similar}?`
    report([...path, name], 'the member is not known', hint)
  }
}

function reportProblem(
  problem: PolicyProblem | undefined,
  path: ValuePath,
  report: ReportPolicyProblem,
): void {
  if (problem !== undefined) report(path, problem.message, problem.hint)
}
