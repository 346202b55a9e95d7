/**
 * A session policy that the caller wants for less than the grant gives: read strictly, and taken
 * only where it is less.
 */

import { BrokerError } from '../model/broker-error.ts'
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import { isObject, parseStrictObject } from '../model/strict-json.ts'
import { MAX_POLICY_CHARACTERS } from '../model/sts-limits.ts'
import { actionCovers, resourceCovers } from '../policy/containment.ts'

const FIELDS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']
type Conditions = NonNullable<PolicyStatement['Condition']>

/**
 * Parses the `Policy` parameter of `AssumeRoleWithWebIdentity`.
 * @throws {BrokerError} `invalid_request`, with the grammar that is taken
 */
export function parseCallerPolicy(text: string): PolicyStatement[] {
  if (text.length > MAX_POLICY_CHARACTERS)
    throw malformed(`is longer than ${MAX_POLICY_CHARACTERS} characters`)
  let document: Record<string, unknown>
  try {
    document = parseStrictObject(text)
  } catch {
    throw malformed('is not a JSON object with each name once')
  }
  const { Version = '2012-10-17', Statement, ...unknown } = document
  if (Version !== '2012-10-17') throw malformed('has another Version than 2012-10-17')
  if (Object.keys(unknown).length > 0)
    throw malformed('has other members than Version and Statement')
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement]
  if (statements.length === 0) throw malformed('has no Statement')
  return statements.map(readStatement)
}

/**
 * The caller's statements and every `Deny` of the grant. Each `Allow` must lie inside the grant,
 * action by action and resource by resource, under at least the grant's own conditions.
 * @param granted the grant's statements, rendered
 * @throws {BrokerError} `access_denied`
 */
export function narrowToCallerPolicy(
  granted: readonly PolicyStatement[],
  wanted: readonly PolicyStatement[],
): PolicyStatement[] {
  for (const [index, statement] of wanted.entries()) {
    if (statement.Effect === 'Allow' && !isInside(statement, granted))
      throw new BrokerError(
        'access_denied',
        `Statement ${index + 1} of the caller's policy is not inside the grant.`,
      )
  }
  const denied = granted.filter(({ Effect }) => Effect === 'Deny')
  return wanted.some(({ Effect }) => Effect === 'Allow') ? [...wanted, ...denied] : []
}

function isInside(wanted: PolicyStatement, granted: readonly PolicyStatement[]): boolean {
  if (wanted.Action === undefined || wanted.Resource === undefined) return false
  return listOf(wanted.Action).every((action) =>
    listOf(wanted.Resource).every((resource) =>
      granted.some((grant) => gives(grant, action, resource, wanted)),
    ),
  )
}

function gives(
  grant: PolicyStatement,
  action: string,
  resource: string,
  wanted: PolicyStatement,
): boolean {
  return (
    grant.Effect === 'Allow' &&
    listOf(grant.Action).some((outer) => actionCovers(outer, action)) &&
    listOf(grant.Resource).some((outer) => resourceCovers(outer, resource)) &&
    keepsConditions(grant.Condition ?? {}, wanted.Condition ?? {})
  )
}

/**
 * Conditions are joined by "and", so more of them narrow; each of the grant's must be there as it
 * is.
 */
function keepsConditions(granted: Conditions, wanted: Conditions): boolean {
  return Object.entries(granted).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) => {
      const same = Object.hasOwn(wanted, operator) ? wanted[operator] : undefined
      return (
        same !== undefined &&
        Object.hasOwn(same, key) &&
        JSON.stringify(same[key]) === JSON.stringify(value)
      )
    }),
  )
}

function readStatement(value: unknown): PolicyStatement {
  if (!isObject(value)) throw malformed('has a Statement that is not an object')
  const unknown = Object.keys(value).find((field) => !FIELDS.includes(field))
  if (unknown !== undefined)
    throw malformed(`has a Statement with other members than ${FIELDS.join(', ')}`)
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition } = value
  if (Effect !== 'Allow' && Effect !== 'Deny')
    throw malformed('has a Statement whose Effect is not Allow or Deny')
  if (Sid !== undefined && (typeof Sid !== 'string' || !/^[A-Za-z0-9]+$/.test(Sid)))
    throw malformed('has a Sid that is not alphanumeric')
  if ((Action === undefined) === (NotAction === undefined))
    throw malformed('needs one of Action and NotAction')
  if ((Resource === undefined) === (NotResource === undefined))
    throw malformed('needs one of Resource and NotResource')
  return {
    ...(Sid === undefined ? {} : { Sid }),
    Effect,
    ...optional('Action', Action),
    ...optional('NotAction', NotAction),
    ...optional('Resource', Resource),
    ...optional('NotResource', NotResource),
    ...(Condition === undefined ? {} : { Condition: readConditions(Condition) }),
  }
}

function optional<Name extends string>(
  name: Name,
  value: unknown,
): { [Key in Name]?: readonly string[] } {
  if (value === undefined) return {}
  const list: unknown[] = Array.isArray(value) ? value : [value]
  const texts = list.filter((item) => typeof item === 'string')
  if (list.length === 0 || texts.length !== list.length)
    throw malformed(`has a ${name} that is not a string or a list of strings`)
  const entry: Record<string, readonly string[]> = { [name]: texts }
  return entry as { [Key in Name]?: readonly string[] }
}

function readConditions(value: unknown): Conditions {
  if (!isObject(value)) throw malformed('has a Condition that is not an object')
  refuseTwins(Object.keys(value))
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      if (!isObject(keys) || !/^[A-Za-z:]+$/.test(operator))
        throw malformed('has a Condition that IAM does not know')
      refuseTwins(Object.keys(keys))
      return [
        operator,
        Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, readValues(values)])),
      ]
    }),
  )
}

/**
 * IAM compares names without regard to case: of two that differ in nothing else, only one might
 * count.
 */
function refuseTwins(names: readonly string[]): void {
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length)
    throw malformed('has two names in a Condition that differ in case only')
}

function readValues(value: unknown): string | number | boolean | (string | number | boolean)[] {
  if (Array.isArray(value) && value.length > 0 && value.every(isScalar)) return value
  if (isScalar(value)) return value
  throw malformed('has a condition value that is not a string, number or boolean')
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

function malformed(what: string): BrokerError {
  const message = `The session policy ${what}.`
  return new BrokerError('invalid_request', message, { callerMessage: message })
}
