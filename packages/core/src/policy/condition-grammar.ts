/** The grammar of condition values: each must have the type that its operator compares. */
import type { ConditionValue } from '../model/compiled-tenant.ts'
import { ARN_SEGMENTS } from './arn.ts'
import type { OperatorType } from './condition-operator.ts'
import {
  parseAddressRange,
  parseBase64,
  parseBoolean,
  parseDate,
  parseDecimal,
} from './condition-value.ts'
import { findTextProblem, findVariableProblem, type PolicyProblem } from './policy-grammar.ts'

export type ConditionScalar = Exclude<ConditionValue, readonly unknown[]>

/** @returns what is wrong with the value for operators of this type, or undefined */
export function findValueProblem(
  type: OperatorType,
  value: ConditionScalar,
): PolicyProblem | undefined {
  if (typeof value === 'number') {
    const problem = findNumberProblem(value)
    if (problem !== undefined) return problem
  }
  const text = String(value)
  return findTextProblem(text) ?? CHECKS[type](text)
}

/**
 * The policy is sent to STS as JSON, in which a number that JavaScript has rounded would be another
 * one: 1e400 becomes `null`, and 12345678901234567890 ends in 0000.
 */
function findNumberProblem(value: number): PolicyProblem | undefined {
  if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)))
    return undefined
  return {
    message: 'the number is too large to be exact',
    hint: 'write it in quotes',
  }
}

const CHECKS: Readonly<Record<OperatorType, (text: string) => PolicyProblem | undefined>> = {
  string: findVariableProblem,
  arn: (text) => findVariableProblem(text) ?? findArnProblem(text),
  bool: (text) =>
    text.includes('$')
      ? findVariableProblem(text)
      : expect(parseBoolean(text), 'neither true nor false', 'write true or false'),
  null: (text) => expect(parseBoolean(text), 'neither true nor false', 'write true or false'),
  numeric: (text) =>
    expect(parseDecimal(text), 'not a number', 'write a number such as 10; variables are not used'),
  date: (text) =>
    expect(
      parseDate(text),
      'not a date',
      'write a date such as 2026-01-31T12:00:00Z, or seconds since 1970',
    ),
  ip: (text) =>
    expect(
      parseAddressRange(text),
      'not an IP address or range',
      'write 192.0.2.0/24, 192.0.2.1 or 2001:db8::/32',
    ),
  binary: (text) =>
    expect(
      parseBase64(text),
      'not canonical base64',
      'write what a base64 encoder writes, with its padding',
    ),
}

/** ARN operators compare segment by segment, so that nothing else than an ARN ever matches. */
function findArnProblem(text: string): PolicyProblem | undefined {
  const isOpen = text === '*' || text.split(':', ARN_SEGMENTS).join(':').includes('$')
  if (isOpen || (text.startsWith('arn:') && text.split(':').length >= ARN_SEGMENTS))
    return undefined
  return {
    message: 'the value is not an ARN',
    hint: 'write arn:partition:service:region:account:resource, with * where needed',
  }
}

function expect(parsed: unknown, what: string, hint: string): PolicyProblem | undefined {
  return parsed === undefined ? { message: `the value is ${what}`, hint } : undefined
}
