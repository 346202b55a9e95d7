/** Parses the session policy of a caller who requests less than the grant, and compares the two. */
import { BrokerError } from '../model/broker-error.ts'
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import { isObject, parseStrictObject } from '../model/strict-json.ts'
import { MAX_POLICY_CHARACTERS, STATEMENT_ID } from '../model/sts-limits.ts'
import { containsAction, containsResource } from '../policy/containment.ts'

const FIELDS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']
type Conditions = NonNullable<PolicyStatement['Condition']>

/**
 * Parses the `Policy` parameter of `AssumeRoleWithWebIdentity`.
 * @throws {BrokerError} `invalid_request`, with what is wrong
 */
export function parseCallerPolicy(text: string): PolicyStatement[] {
  if (text.length > MAX_POLICY_CHARACTERS)
    throw invalidPolicy(`is longer than ${MAX_POLICY_CHARACTERS} characters`)
  let document: Record<string, unknown>
  try {
    document = parseStrictObject(text)
  } catch {
    throw invalidPolicy('is not a JSON object, or contains a duplicate name')
  }
  const { Version = '2012-10-17', Statement, ...unknown } = document
  if (Version !== '2012-10-17') throw invalidPolicy('has a Version other than 2012-10-17')
  if (Object.keys(unknown).length > 0)
    throw invalidPolicy('has members other than Version and Statement')
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement]
  if (statements.length === 0) throw invalidPolicy('has no Statement')
  return statements.map(readStatement)
}

/**
 * The caller's statements and every `Deny` of the grant. Each action and resource that the caller
 * allows must be allowed by a statement of the grant whose conditions the caller repeats.
 * @param granted the grant's statements, rendered
 * @throws {BrokerError} `access_denied` for a statement that allows more than the grant
 */
export function narrowToCallerPolicy(
  granted: readonly PolicyStatement[],
  requested: readonly PolicyStatement[],
): PolicyStatement[] {
  for (const [index, statement] of requested.entries()) {
    if (statement.Effect === 'Allow' && !isWithinGrant(statement, granted))
      throw new BrokerError(
        'access_denied',
        `Statement ${index + 1} of the caller's policy allows more than the grant.`,
      )
  }
  const denied = granted.filter(({ Effect }) => Effect === 'Deny')
  return requested.some(({ Effect }) => Effect === 'Allow') ? [...requested, ...denied] : []
}

function isWithinGrant(requested: PolicyStatement, granted: readonly PolicyStatement[]): boolean {
  if (requested.Action === undefined || requested.Resource === undefined) return false
  return listOf(requested.Action).every((action) =>
    listOf(requested.Resource).every((resource) =>
      granted.some((grant) => allows(grant, action, resource, requested.Condition ?? {})),
    ),
  )
}

function allows(
  grant: PolicyStatement,
  action: string,
  resource: string,
  conditions: Conditions,
): boolean {
  return (
    grant.Effect === 'Allow' &&
    listOf(grant.Action).some((outer) => containsAction(outer, action)) &&
    listOf(grant.Resource).some((outer) => containsResource(outer, resource)) &&
    includesConditions(conditions, grant.Condition ?? {})
  )
}

/**
 * Whether the requested conditions contain each of the grant's, unchanged. All conditions of a
 * statement must match, so additional ones only narrow it.
 */
function includesConditions(requested: Conditions, granted: Conditions): boolean {
  return Object.entries(granted).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) => {
      const same = Object.hasOwn(requested, operator) ? requested[operator] : undefined
      return (
        same !== undefined &&
        Object.hasOwn(same, key) &&
        JSON.stringify(same[key]) === JSON.stringify(value)
      )
    }),
  )
}

function readStatement(value: unknown): PolicyStatement {
  if (!isObject(value)) throw invalidPolicy('has a Statement that is not an object')
  const unknown = Object.keys(value).find((field) => !FIELDS.includes(field))
  if (unknown !== undefined)
    throw invalidPolicy(`has a Statement with members other than ${FIELDS.join(', ')}`)
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition } = value
  if (Effect !== 'Allow' && Effect !== 'Deny')
    throw invalidPolicy('has a Statement whose Effect is not Allow or Deny')
  if (Sid !== undefined && (typeof Sid !== 'string' || !STATEMENT_ID.test(Sid)))
    throw invalidPolicy('has a Sid that is not alphanumeric')
  if ((Action === undefined) === (NotAction === undefined))
    throw invalidPolicy('has a Statement without exactly one of Action and NotAction')
  if ((Resource === undefined) === (NotResource === undefined))
    throw invalidPolicy('has a Statement without exactly one of Resource and NotResource')
  return {
    ...(Sid === undefined ? {} : { Sid }),
    Effect,
    ...(Action === undefined ? {} : { Action: readTexts('Action', Action) }),
    ...(NotAction === undefined ? {} : { NotAction: readTexts('NotAction', NotAction) }),
    ...(Resource === undefined ? {} : { Resource: readTexts('Resource', Resource) }),
    ...(NotResource === undefined ? {} : { NotResource: readTexts('NotResource', NotResource) }),
    ...(Condition === undefined ? {} : { Condition: readConditions(Condition) }),
  }
}

function readTexts(field: string, value: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  const texts = list.filter((item) => typeof item === 'string')
  if (list.length === 0 || texts.length !== list.length)
    throw invalidPolicy(`has a ${field} that is not a string or a list of strings`)
  return texts
}

function readConditions(value: unknown): Conditions {
  if (!isObject(value)) throw invalidPolicy('has a Condition that is not an object')
  rejectCaseDuplicates(Object.keys(value))
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      if (!isObject(keys)) throw invalidPolicy('has a Condition operator without a JSON object')
      if (!/^[A-Za-z:]+$/.test(operator))
        throw invalidPolicy('has a Condition operator that is not valid')
      rejectCaseDuplicates(Object.keys(keys))
      return [
        operator,
        Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, readValues(values)])),
      ]
    }),
  )
}

/** IAM ignores the case of names, so it might use only one of two that differ in nothing else. */
function rejectCaseDuplicates(names: readonly string[]): void {
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length)
    throw invalidPolicy('has names in a Condition that differ only in case')
}

function readValues(value: unknown): string | number | boolean | (string | number | boolean)[] {
  if (Array.isArray(value) && value.length > 0 && value.every(isScalar)) return value
  if (isScalar(value)) return value
  throw invalidPolicy('has a condition value that is not a string, number or boolean')
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

function invalidPolicy(what: string): BrokerError {
  const message = `The session policy ${what}.`
  return new BrokerError('invalid_request', message, { callerMessage: message })
}
