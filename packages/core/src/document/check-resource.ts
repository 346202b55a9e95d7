/** Checks a resource of a policy statement: an ARN, with slots only in its last part. */
import { ARN_SEGMENTS, PARTITIONS } from '../policy/arn.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import { checkTemplate } from './template/check-policy-text.ts'
import type { DeclaredAttributes, TemplatePart } from './template/parse-template.ts'

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
