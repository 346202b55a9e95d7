/** Checks the policy statements of a grant. */
import type { ConditionValue, PolicyStatement } from '../model/compiled-tenant.ts'
import { POLICY_TEXT, STATEMENT_ID } from '../model/sts-limits.ts'
import { ARN_SEGMENTS, PARTITIONS } from '../policy/arn.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import type { StatementDocument } from './schema.ts'
import { checkSlotBorders } from './template/check-slot-borders.ts'
import {
  type DeclaredAttributes,
  parseTemplate,
  rejectSlots,
  type TemplatePart,
} from './template/parse-template.ts'

const ACTION = /^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+)$/
const OPERATOR = /^(?:(?:ForAllValues|ForAnyValue):)?[A-Za-z]+$/
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
  if (sid === undefined) return
  if (!STATEMENT_ID.test(sid))
    report(path, `the Sid ${sid} is not alphanumeric`, 'write letters and digits only')
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
  if (!ACTION.test(text))
    report(
      path,
      `${text} is not an IAM action`,
      'write service:Name, such as s3:GetObject or s3:Get*',
    )
}

function checkResource(
  text: string,
  path: DocumentPath,
  partition: string | undefined,
  attributes: DeclaredAttributes,
  report: Report,
): void {
  const parts = checkTemplate(text, path, attributes, report)
  if (parts === undefined || text === '*') return
  const [prefix = '', named = '', service = ''] = text.split(':')
  if (prefix !== 'arn' || !text.startsWith('arn:')) {
    report(path, `${text} is not a resource`, 'write * or an ARN: arn:aws:s3:::bucket/path')
    return
  }
  if (!/[*?{$]/.test(named)) {
    if (!PARTITIONS.includes(named))
      report(path, `unknown partition ${named}`, `write one of: ${PARTITIONS.join(', ')}`)
    else if (partition !== undefined && named !== partition)
      report(
        path,
        `the partition ${named} differs from the role's, ${partition}`,
        `write arn:${partition}:…`,
      )
  }
  const textBeforeSlot = readTextBeforeSlot(parts)
  if (textBeforeSlot === undefined) {
    if (!text.includes('*') && text.split(':').length < ARN_SEGMENTS)
      report(
        path,
        `${text} is an incomplete ARN`,
        'write arn:partition:service:region:account:resource',
      )
  } else if (textBeforeSlot.split(':').length < ARN_SEGMENTS)
    report(
      path,
      'a slot appears before the fifth colon of an ARN',
      'use slots in the last part: arn:aws:s3:::bucket/{{user}}/*',
    )
  else if (!(PARTITIONS.includes(named) || named === '*') || !/^[a-z0-9-]+$/.test(service))
    report(
      path,
      'an ARN with a slot requires a literal partition and service',
      'write arn:aws:s3:::bucket/{{user}}/*',
    )
}

/** @returns undefined where there is no slot */
function readTextBeforeSlot(parts: readonly TemplatePart[]): string | undefined {
  const index = parts.findIndex((part) => part.kind === 'slot')
  if (index === -1) return undefined
  return parts
    .slice(0, index)
    .map((part) => part.text)
    .join('')
}

function checkCondition(
  operator: string,
  keys: Readonly<Record<string, ConditionValue>>,
  path: DocumentPath,
  attributes: DeclaredAttributes,
  report: Report,
): void {
  checkFixedText(operator, path, report)
  if (!OPERATOR.test(operator))
    report(
      path,
      `${operator} is not a condition operator`,
      'write an operator such as StringEquals or ForAnyValue:StringLike',
    )
  for (const [key, values] of Object.entries(keys)) {
    const here = [...path, key]
    checkFixedText(key, here, report)
    const list = typeof values === 'object' ? values : [values]
    for (const [index, value] of list.entries()) {
      if (typeof value !== 'string') continue
      checkTemplate(value, typeof values === 'object' ? [...here, index] : here, attributes, report)
    }
  }
}

function checkTemplate(
  text: string,
  path: DocumentPath,
  attributes: DeclaredAttributes,
  report: Report,
) {
  checkCharacters(text, path, report)
  const parts = parseTemplate(text, path, attributes, report)
  if (parts) checkSlotBorders(parts, path, attributes, report)
  return parts
}

function checkFixedText(text: string, path: DocumentPath, report: Report): void {
  rejectSlots(text, path, report)
  checkCharacters(text, path, report)
}

function checkCharacters(text: string, path: DocumentPath, report: Report): void {
  if (!POLICY_TEXT.test(text))
    report(
      path,
      'the text contains a character that STS does not accept in a policy',
      'use only characters up to U+00FF',
    )
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
    ...(Sid === undefined ? {} : { Sid }),
    Effect,
    ...(Action === undefined ? {} : { Action }),
    ...(NotAction === undefined ? {} : { NotAction }),
    ...(Resource === undefined ? {} : { Resource }),
    ...(NotResource === undefined ? {} : { NotResource }),
    ...(Condition === undefined ? {} : { Condition }),
  }
}
