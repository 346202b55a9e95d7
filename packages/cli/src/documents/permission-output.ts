/** Prints whether a session may do something: by which statement, or what would have to change. */
import type { Decision } from '@token-broker/core'
import type {
  NearestStatement,
  RequestContextKeys,
  RequestExplanation,
} from '@token-broker/core/explain-request'
import {
  changeTexts,
  contextTexts,
  decidesAlone,
  expectedBy,
  partName,
  statementName,
  verdictText,
} from '@token-broker/core/explanation-words'
import { oneLine, type Paint } from '../terminal.ts'

export interface Permission {
  readonly decision: Decision
  /** Undefined where the broker would refuse the token. */
  readonly explanation: RequestExplanation | undefined
}

export function permissionFields({ decision, explanation }: Permission) {
  const { refusal, tenant, rule, grant } = decision
  if (explanation === undefined)
    return { verdict: 'refused', code: refusal?.code, reason: refusal?.message, tenant }
  const { verdict, ...rest } = explanationFields(explanation)
  return { verdict, tenant, rule, grant, ...rest }
}

/** The members of an explanation in output for programs. */
export function explanationFields(explanation: RequestExplanation) {
  const { verdict, nearest, change } = explanation
  return {
    verdict: verdict.verdict,
    statement: nearest && {
      index: nearest.index,
      sid: nearest.statement.Sid,
      decides: decidesAlone(explanation),
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
    paint(color, paint('bold', verdictText(explanation))),
    ...(nearest ? statementLines(nearest, decidesAlone(explanation), paint) : []),
    ...(verdict.verdict === 'unknown' ? unknownLines(verdict.missing, verdict.deniedWith) : []),
    ...(change ? ['  allowed with', ...indented(changeTexts(change))] : []),
    ...(verdict.verdict !== 'allowed' && nearest ? documentLines(nearest, decision) : []),
  ].join('\n')
}

/** The statement that decides or comes closest, with a mark for each of its parts. */
export function statementLines(
  nearest: NearestStatement,
  isDecisive: boolean,
  paint: Paint,
): string[] {
  const title = isDecisive ? [] : [`  closest: ${statementName(nearest)}`]
  return [
    ...title,
    ...nearest.parts.map((part) => {
      const mark =
        part.matches === undefined ? '?' : part.matches ? paint('green', '✓') : paint('red', '✗')
      const key = part.part === 'condition' ? `${part.condition.key}: ` : ''
      const expected = oneLine(`${key}${expectedBy(part, nearest)}`)
      return `  ${mark} ${partName(part).padEnd(9)} ${expected}`
    }),
  ]
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
    ...(denied ? ['  denied with', ...indented(contextTexts(denied))] : []),
  ]
}

function indented(texts: readonly string[]): string[] {
  return texts.map((text) => `    ${oneLine(text)}`)
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
