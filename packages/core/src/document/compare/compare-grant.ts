/** What the callers of one grant gain or lose by a change of it. */
import type { CompiledGrant } from '../../model/compiled-tenant.ts'
import { compareStatements } from './compare-statements.ts'
import {
  compareLists,
  compareNumbers,
  compareOthers,
  type TenantChange,
} from './document-change.ts'

export function compareGrant(
  part: string,
  before: CompiledGrant,
  after: CompiledGrant,
): TenantChange[] {
  const { statements, ...old } = before
  const { statements: newStatements, ...now } = after
  const changes = [
    ...compareStatements(part, statements, newStatements),
    ...compareLists(
      part,
      old.managedPolicyArns,
      now.managedPolicyArns,
      (arn) => `the managed policy ${arn}`,
    ),
    ...compareNumbers(part, old.durationSeconds, now.durationSeconds, 'the default duration'),
    ...compareNumbers(part, old.maxDurationSeconds, now.maxDurationSeconds, 'the longest duration'),
  ]
  if (old.roleArn !== now.roleArn)
    changes.push({
      part,
      effect: 'unknown',
      what: `the role changes from ${old.roleArn} to ${now.roleArn}, and cannot be compared`,
    })
  if (old.sessionName !== now.sessionName || old.sourceIdentity !== now.sourceIdentity)
    changes.push({ part, effect: 'neutral', what: 'the session name or the source identity' })
  if (old.reuseSeconds !== now.reuseSeconds)
    changes.push({
      part,
      effect: 'neutral',
      what: `the same session is returned again ${reuseText(old)} before, ${reuseText(now)} now`,
    })
  const compared = {
    reuseSeconds: undefined,
    managedPolicyArns: undefined,
    durationSeconds: undefined,
    maxDurationSeconds: undefined,
    roleArn: undefined,
    sessionName: undefined,
    sourceIdentity: undefined,
  }
  // Tags decide in policies of other resources too, and a released token is no session.
  return [...changes, ...compareOthers(part, { ...old, ...compared }, { ...now, ...compared })]
}

function reuseText({ reuseSeconds }: Pick<CompiledGrant, 'reuseSeconds'>): string {
  return reuseSeconds === undefined ? 'never' : `for ${reuseSeconds} s`
}
