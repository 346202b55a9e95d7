/** Reports condition values that YAML turned into something else than what is written. */

import { formatPath } from '../model/value-path.ts'
import { parseConditionOperator } from '../policy/condition-operator.ts'
import type { Report } from './document-problem.ts'
import { describePlainValue, type PlainValue } from './plain-value.ts'

/**
 * Everywhere else, the schema accepts either text or a number, but not both. Condition values may
 * be any scalar, and IAM compares them as text unless the operator is for numbers.
 *
 * @returns the paths of these values
 */
export function checkPlainConditionValues(
  plainValues: readonly PlainValue[],
  report: Report,
): ReadonlySet<string> {
  const misread = new Set<string>()
  for (const plain of plainValues) {
    const at = plain.path.indexOf('Condition')
    const operator = parseConditionOperator(String(plain.path[at + 1] ?? ''))
    if (at === -1 || operator === undefined || isSent(plain, operator.type)) continue
    const problem = describePlainValue(plain)
    if (problem === undefined) continue
    report(plain.path, problem.message, problem.hint, { id: 'yaml-value' })
    misread.add(formatPath(plain.path))
  }
  return misread
}

/** Whether STS gets what is written. */
function isSent({ source, value }: PlainValue, operatorType: string): boolean {
  // The schema reports null.
  if (value === null || operatorType === 'bool' || operatorType === 'null') return true
  if (operatorType === 'numeric' && typeof value === 'number')
    return readDecimal(source) === readDecimal(JSON.stringify(value))
  return source === JSON.stringify(value)
}

/** Equal for texts of the same number, such as `1.10` and `11e-1`. */
function readDecimal(text: string): string {
  const match = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(text)
  // Written in another base, which YAML reads exactly.
  if (!match) return /^0[xo]/.test(text) ? readDecimal(String(BigInt(text))) : text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = Number(exponent) - fraction.length + digits.length - significant.length
  return `${sign === '-' ? '-' : ''}${significant}e${power}`
}
