/** Values of slots that need no attribute: who a caller is in an identity pool. */
import type { CelScope } from '../expression/cel.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import { IDENTITY_ID_PATTERN, MAX_POOL_ID_CHARACTERS } from '../model/identity-pool.ts'
import type { BuiltInValue } from '../model/names.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { type AttributeValue, findProblem, slotsOf } from './template.ts'

const IDENTITY = {
  pattern: IDENTITY_ID_PATTERN,
  maxLength: MAX_POOL_ID_CHARACTERS,
  separators: ':',
}

/** @throws {BrokerError} `claim_unusable` where the caller has no such value */
export function readBuiltIn(
  name: BuiltInValue,
  { identity }: Pick<CelScope, 'identity'>,
  trace: Trace,
): AttributeValue {
  const value = name === 'identity' ? identity?.id : identity?.claimedGuest
  const problem =
    value === undefined
      ? 'the request is not one to an identity pool'
      : findProblem(value, IDENTITY)
  const check = `value ${name} is usable`
  const expected = 'an id of an identity pool'
  const passed = problem === undefined
  if (recordCheck(trace, 'render', check, passed, expected, problem ?? value))
    return value as AttributeValue
  throw new BrokerError('claim_unusable', `The value {{${name}}} cannot be used: ${problem}.`)
}

/**
 * A statement with `{{guest}}` is for those who claimed a guest less than an hour ago. The sessions
 * of all others do not have it; the compile step accepts the slot in no `Deny` statement, which
 * would widen a session by its absence.
 * @param used names of the slots that the whole grant uses
 */
export function withoutUnclaimedGuest(
  statements: readonly PolicyStatement[],
  used: ReadonlySet<string>,
  { identity }: Pick<CelScope, 'identity'>,
): readonly PolicyStatement[] {
  if (!used.has('guest') || identity?.claimedGuest !== undefined) return statements
  return statements.filter((statement) => !slotsOf(JSON.stringify(statement)).includes('guest'))
}
