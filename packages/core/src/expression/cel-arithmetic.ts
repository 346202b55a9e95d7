/** The arithmetic operators of CEL: on two values of one type, and exact or an error. */
import { CelError, isList, noOverload } from './cel-values.ts'

/** @throws {CelError} for other types, overflow, and division by zero */
export function calculate(left: unknown, operator: string, right: unknown): unknown {
  if (typeof left === 'bigint' && typeof right === 'bigint')
    return within64Bits(calculateInt(left, operator, right))
  if (typeof left === 'number' && typeof right === 'number' && operator !== '%')
    return calculateDouble(left, operator, right)
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right
  if (operator === '+' && isList(left) && isList(right)) return [...left, ...right]
  throw noOverload(operator, [left, right])
}

/** @throws {CelError} for other types, and for the least int */
export function negateNumber(value: unknown): unknown {
  if (typeof value === 'bigint') return within64Bits(-value)
  if (typeof value === 'number') return -value
  throw noOverload('-', [value])
}

function calculateInt(left: bigint, operator: string, right: bigint): bigint {
  if (operator === '+') return left + right
  if (operator === '-') return left - right
  if (operator === '*') return left * right
  if (right === 0n) throw new CelError('division by zero')
  return operator === '/' ? left / right : left % right
}

function calculateDouble(left: number, operator: string, right: number): number {
  if (operator === '+') return left + right
  if (operator === '-') return left - right
  return operator === '*' ? left * right : left / right
}

function within64Bits(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value
  throw new CelError('an int has more than 64 bits')
}
