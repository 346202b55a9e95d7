/** The smallest change of a policy with which it would allow a request. */
import type { ConditionValue, PolicyStatement } from '@token-broker/core'
import {
  type AwsRequest,
  explainRequest,
  type NearestStatement,
  type RequestExplanation,
} from '@token-broker/core/explain-request'
import { statementName } from '@token-broker/core/explanation-words'

export interface PolicyChange {
  /** Position of the statement to change; undefined: add one. */
  readonly index: number | undefined
  /** Such as `add s3:PutObject to Action of statement ReadOwn`. */
  readonly text: string
}

interface Candidate extends PolicyChange {
  readonly statements: readonly PolicyStatement[]
}

/**
 * One more value in the closest statement, or else one more statement. A `Deny` that applies has to
 * be removed, or to be limited by a person who knows what it is for.
 *
 * @returns undefined where none of these is enough
 */
export function smallestPolicyChange(
  statements: readonly PolicyStatement[],
  request: AwsRequest,
  explanation: RequestExplanation,
): PolicyChange | undefined {
  const found = candidatesFor(statements, request, explanation).find(
    (candidate) => explainRequest(candidate.statements, request).verdict.verdict === 'allowed',
  )
  return found && { index: found.index, text: found.text }
}

function candidatesFor(
  statements: readonly PolicyStatement[],
  request: AwsRequest,
  { nearest, verdict }: RequestExplanation,
): readonly Candidate[] {
  if (verdict.verdict === 'denied' && verdict.statement !== undefined && nearest) {
    const { index } = nearest
    const text = `remove or limit the Deny ${statementName(nearest)}`
    return [{ index, text, statements: statements.filter((_, at) => at !== index) }]
  }
  const one = nearest && oneMoreValue(nearest, request)
  const added: PolicyStatement = {
    Effect: 'Allow',
    Action: request.action,
    Resource: literalText(request.resource),
  }
  return [
    ...(nearest && one
      ? [{ ...one, index: nearest.index, statements: replaced(statements, nearest.index, one) }]
      : []),
    {
      index: undefined,
      text: `add the statement ${JSON.stringify(added)}`,
      statements: [...statements, added],
    },
  ]
}

interface ChangedStatement {
  readonly text: string
  readonly statement: PolicyStatement
}

function replaced(
  statements: readonly PolicyStatement[],
  index: number,
  { statement }: ChangedStatement,
): readonly PolicyStatement[] {
  return statements.map((one, at) => (at === index ? statement : one))
}

/** Where only one part of the statement does not match. */
function oneMoreValue(
  nearest: NearestStatement,
  { action, resource, context }: AwsRequest,
): ChangedStatement | undefined {
  const { statement, parts } = nearest
  const failed = parts.filter(({ matches }) => matches !== true)
  const [part] = failed
  if (part === undefined || failed.length > 1) return undefined
  const name = statementName(nearest)
  if (part.part === 'action' && statement.Action !== undefined) {
    const Action = [...new Set([statement.Action].flat()), action]
    return { text: `add ${action} to Action of ${name}`, statement: { ...statement, Action } }
  }
  if (part.part === 'resource' && statement.Resource !== undefined) {
    const text = literalText(resource)
    const Resource = [...new Set([statement.Resource].flat()), text]
    return { text: `add ${text} to Resource of ${name}`, statement: { ...statement, Resource } }
  }
  if (part.part !== 'condition') return undefined
  const { operatorName, key } = part.condition
  const [value, ...others] = context.get(key.toLowerCase()) ?? []
  if (value === undefined || others.length > 0) return undefined
  const keys = statement.Condition?.[operatorName] ?? {}
  const written = Object.keys(keys).find((one) => one.toLowerCase() === key.toLowerCase())
  if (written === undefined) return undefined
  const values = [...([keys[written]].flat() as ConditionValue[]), literalText(value)]
  return {
    text: `add ${literalText(value)} to Condition.${operatorName}["${key}"] of ${name}`,
    statement: {
      ...statement,
      Condition: {
        ...statement.Condition,
        [operatorName]: { ...keys, [written]: values as readonly string[] },
      },
    },
  }
}

/** As IAM writes characters that are wildcards or begin a variable. */
function literalText(text: string): string {
  return text === '*' ? text : text.replace(/[*?$]/g, (character) => `\${${character}}`)
}
