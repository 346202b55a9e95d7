/** Renders a grant's statements into the inline session policy. */
import { BrokerError } from '../model/broker-error.ts'
import type { ConditionValue, PolicyStatement } from '../model/compiled-tenant.ts'
import { MAX_POLICY_CHARACTERS } from '../model/sts-limits.ts'
import { type AttributeValues, fillTemplate } from '../policy/template.ts'

export interface SessionPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly PolicyStatement[]
}

const DENY_ALL: PolicyStatement = { Effect: 'Deny', Action: '*', Resource: '*' }

/**
 * The policy of statements without slots. Without a statement it denies everything: `Policy` is
 * never omitted, because STS then grants all that the role may do.
 */
export function createSessionPolicy(statements: readonly PolicyStatement[]): SessionPolicy {
  return { Version: '2012-10-17', Statement: statements.length > 0 ? statements : [DENY_ALL] }
}

/** @throws {BrokerError} `policy_too_large` */
export function serializeSessionPolicy(
  policy: SessionPolicy,
  managedPolicyArns: readonly string[],
): string {
  const text = JSON.stringify(policy)
  const characters = text.length + managedPolicyArns.join('').length
  if (characters <= MAX_POLICY_CHARACTERS) return text
  throw new BrokerError(
    'policy_too_large',
    `The session policy has ${characters} characters; STS accepts ${MAX_POLICY_CHARACTERS}.`,
  )
}

/**
 * Keeps the statements that the caller requested, and every `Deny`: dropping one would widen the
 * session.
 * @throws {BrokerError} `access_denied` for a Sid that the grant does not have
 */
export function keepStatements(
  statements: readonly PolicyStatement[],
  sids: readonly string[],
): PolicyStatement[] {
  const unknown = sids.find((sid) => !statements.some((statement) => statement.Sid === sid))
  if (unknown !== undefined)
    throw new BrokerError('access_denied', `The grant has no statement "${unknown}".`)
  const kept = statements.filter(
    ({ Effect, Sid }) => Effect === 'Deny' || (Sid !== undefined && sids.includes(Sid)),
  )
  return kept.some(({ Effect }) => Effect === 'Allow') ? kept : []
}

/** Slots appear in resources and condition values only, so nothing else is changed. */
export function renderStatement(
  statement: PolicyStatement,
  values: AttributeValues,
): PolicyStatement {
  const { Resource, NotResource, Condition } = statement
  return {
    ...statement,
    ...(Resource === undefined ? {} : { Resource: fill(Resource, values) }),
    ...(NotResource === undefined ? {} : { NotResource: fill(NotResource, values) }),
    ...(Condition === undefined ? {} : { Condition: fillCondition(Condition, values) }),
  }
}

function fillCondition(
  condition: NonNullable<PolicyStatement['Condition']>,
  values: AttributeValues,
) {
  return mapValues(condition, (operator) => mapValues(operator, (value) => fill(value, values)))
}

function fill<T extends ConditionValue>(value: T, values: AttributeValues): T
function fill(value: ConditionValue, values: AttributeValues): ConditionValue {
  if (typeof value === 'string') return fillTemplate(value, values)
  if (typeof value === 'object')
    return value.map((item) => (typeof item === 'string' ? fillTemplate(item, values) : item))
  return value
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
