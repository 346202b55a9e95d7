/** Renders a grant's statements into the inline session policy. */
import { BrokerError } from '../model/broker-error.ts'
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import { shownValue } from '../model/shown-value.ts'
import { MAX_POLICY_CHARACTERS } from '../model/sts-limits.ts'
import { parseAddressRange } from '../policy/condition-value.ts'
import { type AttributeValues, fillTemplate, mapTemplates } from '../policy/template.ts'

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
  const message =
    `The session policy has ${characters} characters with what the grant denies and with managed ` +
    `policies; STS accepts ${MAX_POLICY_CHARACTERS}. Request fewer statements, or a shorter policy.`
  throw new BrokerError('policy_too_large', message, { callerMessage: message })
}

/**
 * Keeps the statements that the caller requested, and every `Deny`: dropping one would widen the
 * session.
 */
export function keepStatements(
  statements: readonly PolicyStatement[],
  sids: readonly string[],
): PolicyStatement[] {
  const kept = statements.filter(
    ({ Effect, Sid }) => Effect === 'Deny' || (Sid !== undefined && sids.includes(Sid)),
  )
  return kept.some(({ Effect }) => Effect === 'Allow') ? kept : []
}

/**
 * The statement for one caller.
 * @throws {BrokerError} `claim_unusable` for an IPv6 address without its prefix, or for what is no
 *   address, where IAM compares addresses
 */
export function renderStatement(
  statement: PolicyStatement,
  values: AttributeValues,
): PolicyStatement {
  return mapTemplates(statement, (template, operator = '') => {
    const text = fillTemplate(template, values)
    if (IP_OPERATOR.test(operator) && text !== template) requireAddressRange(text, operator)
    return text
  })
}

const IP_OPERATOR = /ipaddress(ifexists)?$/i

/** IAM's default prefix is /32, also for an IPv6 address: the range of a whole provider. */
function requireAddressRange(text: string, operator: string): void {
  if (parseAddressRange(text) === undefined)
    throw new BrokerError(
      'claim_unusable',
      `A value for ${operator} is not an address: expected IPv4, or an address with its prefix, ` +
        `found ${shownValue(text)}; let the attribute add /32 or /128.`,
    )
}
