/** Checks the policy statements of a grant. */
import type { ConditionValue, PolicyStatement } from '../model/compiled-tenant.ts'
import { POLICY_TEXT } from '../model/sts-limits.ts'
import { PARTITIONS } from '../policy/arn.ts'
import type { DocumentPath, Report } from './document-error.ts'
import type { StatementDocument } from './schema.ts'
import { checkSlotBorders } from './slot-borders.ts'
import { type Attributes, readTemplate, refuseSlots, type TemplatePart } from './template-parts.ts'

const ACTION = /^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+)$/

export function compileStatements(
  statements: readonly StatementDocument[],
  path: DocumentPath,
  partition: string | undefined,
  attributes: Attributes,
  report: Report,
): PolicyStatement[] {
  const sids = new Set<string>()
  return statements.map((statement, index) => {
    const here = [...path, index]
    const { Sid } = statement
    if (Sid !== undefined) {
      if (!/^[A-Za-z0-9]+$/.test(Sid))
        report(
          [...here, 'Sid'],
          `the Sid ${Sid} is not alphanumeric`,
          'write letters and digits only',
        )
      if (sids.has(Sid))
        report(
          [...here, 'Sid'],
          `the Sid ${Sid} stands twice in the grant`,
          'name each statement once',
        )
      sids.add(Sid)
    }
    checkEitherOr(statement, here, report)
    for (const field of ['Action', 'NotAction'] as const)
      eachText(statement[field], [...here, field], (text, at) => checkAction(text, at, report))
    for (const field of ['Resource', 'NotResource'] as const)
      eachText(statement[field], [...here, field], (text, at) =>
        checkResource(text, at, partition, attributes, report),
      )
    for (const [operator, keys] of Object.entries(statement.Condition ?? {}))
      checkOperator(operator, keys, [...here, 'Condition', operator], attributes, report)
    // The optional fields are absent rather than undefined: they were read from YAML or JSON.
    return dropUndefined(statement)
  })
}

function checkEitherOr(statement: StatementDocument, path: DocumentPath, report: Report): void {
  for (const field of ['Action', 'Resource'] as const) {
    const no = `Not${field}` as const
    const has = statement[field] !== undefined
    const hasNot = statement[no] !== undefined
    if (has === hasNot)
      report(
        path,
        has ? `${field} and ${no} exclude one another` : `${field} is missing`,
        `write one ${field}`,
      )
    else if (hasNot && statement.Effect === 'Allow')
      report(
        [...path, no],
        `Allow with ${no} grants all the rest`,
        `list what is allowed in ${field}`,
      )
  }
}

function checkAction(text: string, path: DocumentPath, report: Report): void {
  checkFixedText(text, path, report)
  if (!ACTION.test(text))
    report(path, `${text} is not an action`, 'write service:Name, such as s3:GetObject or s3:Get*')
}

function checkFixedText(text: string, path: DocumentPath, report: Report): void {
  refuseSlots(text, path, report)
  checkCharacters(text, path, report)
}

function checkCharacters(text: string, path: DocumentPath, report: Report): void {
  if (!POLICY_TEXT.test(text))
    report(
      path,
      'the text holds a character that STS refuses in a policy',
      'take characters up to U+00FF only',
    )
}

function checkResource(
  text: string,
  path: DocumentPath,
  partition: string | undefined,
  attributes: Attributes,
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
      report(path, `the partition ${named} is not known`, `write one of: ${PARTITIONS.join(', ')}`)
    else if (partition !== undefined && named !== partition)
      report(path, `the partition ${named} is not the role's`, `write arn:${partition}:…`)
  }
  const before = textBeforeSlot(parts)
  if (before === undefined) {
    if (!text.includes('*') && text.split(':').length < 6)
      report(
        path,
        `${text} is not a whole ARN`,
        'write arn:partition:service:region:account:resource',
      )
    return
  }
  if (before.split(':').length < 6)
    report(
      path,
      'a slot stands before the fifth colon',
      'use slots in the last part: arn:aws:s3:::bucket/{{user}}/*',
    )
  else if (!(PARTITIONS.includes(named) || named === '*') || !/^[a-z0-9-]+$/.test(service))
    report(
      path,
      'an ARN with a slot needs a literal partition and service',
      'write arn:aws:s3:::bucket/{{user}}/*',
    )
}

function textBeforeSlot(parts: readonly TemplatePart[]): string | undefined {
  const index = parts.findIndex((part) => part.kind === 'slot')
  if (index === -1) return undefined
  return parts
    .slice(0, index)
    .map((part) => part.text)
    .join('')
}

function checkTemplate(text: string, path: DocumentPath, attributes: Attributes, report: Report) {
  checkCharacters(text, path, report)
  const parts = readTemplate(text, path, attributes, report)
  if (parts) checkSlotBorders(parts, path, attributes, report)
  return parts
}

function checkOperator(
  operator: string,
  keys: Readonly<Record<string, ConditionValue>>,
  path: DocumentPath,
  attributes: Attributes,
  report: Report,
): void {
  checkFixedText(operator, path, report)
  if (!/^(?:(?:ForAllValues|ForAnyValue):)?[A-Za-z]+$/.test(operator))
    report(
      path,
      `${operator} is not a condition operator`,
      'write one such as StringEquals or ForAnyValue:StringLike',
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

function eachText(
  value: string | readonly string[] | undefined,
  path: DocumentPath,
  check: (text: string, path: DocumentPath) => void,
): void {
  if (typeof value === 'string') check(value, path)
  else for (const [index, text] of (value ?? []).entries()) check(text, [...path, index])
}

function dropUndefined(statement: StatementDocument): PolicyStatement {
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
