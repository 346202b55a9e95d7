/** Prints whether a session may do something: by which statement, or what would have to change. */
import type { Decision } from '@token-broker/core'
import type {
  NearestStatement,
  RequestChange,
  RequestContextKeys,
  RequestExplanation,
  StatementPart,
} from '@token-broker/core/explain-request'
import type { Paint } from '../terminal.ts'
import { oneLine } from './decision-output.ts'

export interface Permission {
  readonly decision: Decision
  /** Undefined where the broker would refuse the token. */
  readonly explanation: RequestExplanation | undefined
}

export function permissionFields({ decision, explanation }: Permission) {
  const { refusal, tenant, rule, grant } = decision
  if (explanation === undefined)
    return { verdict: 'refused', code: refusal?.code, reason: refusal?.message, tenant }
  const { verdict, nearest, change } = explanation
  return {
    verdict: verdict.verdict,
    tenant,
    rule,
    grant,
    statement: nearest && {
      index: nearest.index,
      sid: nearest.statement.Sid,
      decides: decides(explanation),
      parts: nearest.parts.map((part) => ({
        part: part.part,
        ...(part.part === 'condition'
          ? { operator: part.condition.operatorName, key: part.condition.key }
          : {}),
        expected: expectedBy(part, nearest),
        // Undefined in JSON would drop it: null means that it is not known.
        matches: part.matches ?? null,
      })),
    },
    ...(verdict.verdict === 'unknown'
      ? {
          missing: verdict.missing,
          allowedWith: objectOf(verdict.allowedWith),
          deniedWith: objectOf(verdict.deniedWith),
        }
      : {}),
    change: change && {
      action: change.action,
      resource: change.resource,
      context: objectOf(change.context),
    },
  }
}

export function permissionText({ decision, explanation }: Permission, paint: Paint): string {
  if (explanation === undefined) {
    const { code, message } = decision.refusal ?? { code: 'internal', message: 'no reason' }
    return [
      paint('red', paint('bold', `no session: the broker would refuse: ${code}`)),
      `  ${oneLine(message)}`,
      '  "token-broker explain" with the same options prints every check',
    ].join('\n')
  }
  const { verdict, nearest, change } = explanation
  const color = verdict.verdict === 'allowed' ? 'green' : 'red'
  return [
    paint(color, paint('bold', headline(explanation))),
    ...(nearest ? statementLines(nearest, decides(explanation), paint) : []),
    ...(verdict.verdict === 'unknown' ? unknownLines(verdict.missing, verdict.deniedWith) : []),
    ...(change ? changeLines(change) : []),
    ...(verdict.verdict !== 'allowed' && nearest ? documentLines(nearest, decision) : []),
  ].join('\n')
}

function decides({ verdict }: RequestExplanation): boolean {
  return verdict.verdict !== 'unknown' && verdict.statement !== undefined
}

function headline(explanation: RequestExplanation): string {
  const { verdict, nearest } = explanation
  const name = nearest ? nameOf(nearest) : ''
  switch (verdict.verdict) {
    case 'allowed':
      return decides(explanation) ? `allowed by ${name}` : 'allowed, by several statements together'
    case 'denied':
      return decides(explanation) ? `denied by ${name}` : 'denied: no statement allows it'
    default:
      return 'unknown: it depends on the request'
  }
}

function nameOf({ statement: { Sid }, index }: NearestStatement): string {
  return Sid === undefined ? `statement ${index + 1}` : `statement ${Sid}`
}

function statementLines(nearest: NearestStatement, isDecisive: boolean, paint: Paint): string[] {
  const title = isDecisive ? [] : [`  closest: ${nameOf(nearest)}`]
  return [
    ...title,
    ...nearest.parts.map((part) => {
      const mark =
        part.matches === undefined ? '?' : part.matches ? paint('green', '✓') : paint('red', '✗')
      const name = part.part === 'condition' ? part.condition.operatorName : part.part
      const key = part.part === 'condition' ? `${part.condition.key}: ` : ''
      return `  ${mark} ${name.padEnd(9)} ${oneLine(`${key}${expectedBy(part, nearest)}`)}`
    }),
  ]
}

/** What the statement says in this part, as it is written. */
function expectedBy(part: StatementPart, { statement }: NearestStatement): string {
  if (part.part === 'condition') return part.condition.values.join(', ')
  const { Action, NotAction, Resource, NotResource } = statement
  const [own, others] = part.part === 'action' ? [Action, NotAction] : [Resource, NotResource]
  return own === undefined ? `anything but ${[others].flat().join(', ')}` : [own].flat().join(', ')
}

function unknownLines(missing: readonly string[], denied: RequestContextKeys | undefined) {
  const keys = missing.filter((name) => !name.startsWith('arn:'))
  const policies = missing.filter((name) => name.startsWith('arn:'))
  return [
    ...(keys.length > 0
      ? [`  missing: ${keys.join(', ')}; add --context KEY=VALUE, or --absent KEY`]
      : []),
    ...(policies.length > 0
      ? [`  not known here: the managed policies ${policies.join(', ')}`]
      : []),
    ...(denied ? ['  denied with', ...contextLines(denied)] : []),
  ]
}

function changeLines({ action, resource, context }: RequestChange): string[] {
  return [
    '  allowed with',
    ...(action === undefined ? [] : [`    action ${oneLine(action)}`]),
    ...(resource === undefined ? [] : [`    resource ${oneLine(resource)}`]),
    ...contextLines(context),
  ]
}

function contextLines(context: RequestContextKeys): string[] {
  return [...context].map(([key, values]) =>
    values.length === 0
      ? `    --absent ${key}`
      : `    ${values.map((value) => `--context ${oneLine(`${key}=${value}`)}`).join(' ')}`,
  )
}

/** Where the document would have to allow it; the operator decides whether it should. */
function documentLines(nearest: NearestStatement, { grant, plan }: Decision): string[] {
  if (nearest.statement.Effect !== 'Allow' || grant === undefined || !plan) return []
  const failed = nearest.parts.filter(({ matches }) => matches === false)
  return failed.map((part) => {
    const field =
      part.part === 'condition'
        ? `Condition.${part.condition.operatorName}["${part.condition.key}"]`
        : part.part === 'action'
          ? 'Action'
          : 'Resource'
    return `  or change grants.${grant}.policy[${nearest.index}].${field} in the tenant document`
  })
}

function objectOf(context: RequestContextKeys | undefined) {
  return context && Object.fromEntries(context)
}
