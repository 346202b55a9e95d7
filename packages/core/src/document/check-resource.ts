/** Checks a resource of a policy statement: an ARN, with slots only in its last part. */
import { ARN_SEGMENTS, PARTITIONS } from '../policy/arn.ts'
import { findResourceProblem } from '../policy/policy-grammar.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import { checkTemplate } from './template/check-policy-text.ts'
import type { DeclaredAttributes, TemplatePart } from './template/parse-template.ts'

/** A resource whose type is not fixed: in `*:red/*`, the `*` may be a type, or a type and an id. */
const OPEN_TYPE = /^[^/:]*[*?][^/:]*:/

/** @param partition the role's; undefined where the role's ARN is not valid */
export function checkResource(
  text: string,
  path: DocumentPath,
  partition: string | undefined,
  attributes: DeclaredAttributes,
  report: Report,
): void {
  const parts = checkTemplate(text, path, attributes, report)
  if (parts === undefined || text === '*') return
  const [, named = '', , , , ...resource] = text.split(':')
  if (isSlotTooEarly(parts)) {
    report(
      path,
      'a slot appears before the fifth colon of an ARN',
      'write slots only in the last part: arn:aws:s3:::bucket/{{user}}/*',
    )
    return
  }
  const problem = findResourceProblem(text)
  if (problem !== undefined)
    report(path, problem.message, problem.hint, problem.id && { id: problem.id })
  else if (PARTITIONS.includes(named) && partition !== undefined && named !== partition)
    report(
      path,
      `the partition ${named} differs from the role's, ${partition}`,
      `write arn:${partition}:…`,
    )
  else if (OPEN_TYPE.test(resource.join(':')))
    report(
      path,
      'the resource type contains a wildcard, and IAM does not define what it then matches',
      'write the type, as in arn:aws:rds:*:*:cluster:{{team}}-1, or * for every resource',
    )
  else if (
    parts.some((part) => part.kind === 'slot') &&
    !(PARTITIONS.includes(named) || named === '*')
  )
    report(
      path,
      'an ARN with a slot requires a literal partition',
      'write arn:aws:s3:::bucket/{{user}}/*',
    )
}

function isSlotTooEarly(parts: readonly TemplatePart[]): boolean {
  const index = parts.findIndex((part) => part.kind === 'slot')
  if (index === -1) return false
  const before = parts
    .slice(0, index)
    .map((part) => part.text)
    .join('')
  return before.split(':').length < ARN_SEGMENTS
}
