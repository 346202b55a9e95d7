/**
 * The values of the Common Expression Language, which of them are equal, and which is less.
 *
 * | CEL | here |
 * |---|---|
 * | int | bigint of 64 bits |
 * | double | number |
 * | string | string: well-formed Unicode |
 * | list | array |
 * | map | object of a token's JSON, or Map of a map literal |
 * | type | symbol, which no JSON can imitate |
 *
 * @see https://github.com/google/cel-spec/blob/master/doc/langdef.md
 */

export type TypeName = 'null_type' | 'bool' | 'int' | 'double' | 'string' | 'list' | 'map' | 'type'

export type CelMap = Readonly<Record<string, unknown>> | ReadonlyMap<unknown, unknown>

/**
 * An expression that has no value for these claims. The message contains no value of a claim. It
 * has no stack trace, because many conditions fail in normal operation: of thousands of rules, each
 * one that reads a claim which the token does not have.
 */
export class CelError {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** The types as values, by name. `uint` and `bytes` have no values here. */
export const TYPE_VALUES: ReadonlyMap<string, symbol> = new Map(
  [...['null_type', 'bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'type']].map(
    (name) => [name, Symbol(name)],
  ),
)

export function typeOfValue(value: unknown): TypeName {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return 'double'
    case 'symbol':
      return 'type'
    default:
      if (value === null) return 'null_type'
      return Array.isArray(value) ? 'list' : 'map'
  }
}

/** Values of different types are not equal, except numbers: they are compared exactly. */
export function areEqual(left: unknown, right: unknown): boolean {
  if (typeof left === 'string') return left === right
  if (isNumber(left) && isNumber(right)) return left <= right && left >= right
  if (isList(left) && isList(right))
    return left.length === right.length && left.every((item, at) => areEqual(item, right[at]))
  if (isMap(left) && isMap(right)) {
    const keys = keysOf(left)
    return (
      keys.length === keysOf(right).length &&
      keys.every((key) => hasKey(right, key) && areEqual(valueAt(left, key), valueAt(right, key)))
    )
  }
  return left === right
}

/**
 * Numbers are compared as on one continuous line, an int with a double too; text by code point.
 * @throws {CelError} where the types have no order
 */
export function isOrdered(left: unknown, operator: string, right: unknown): boolean {
  if (isNumber(left) && isNumber(right)) return compareWith(operator, left, right)
  if (typeof left === 'string' && typeof right === 'string')
    return compareWith(operator, compareText(left, right), 0)
  if (typeof left === 'boolean' && typeof right === 'boolean')
    return compareWith(operator, Number(left), Number(right))
  throw noOverload(operator, [left, right])
}

export function noOverload(name: string, args: readonly unknown[]): CelError {
  return new CelError(`no overload of ${name} accepts (${args.map(typeOfValue).join(', ')})`)
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

export function isMap(value: unknown): value is CelMap {
  return typeOfValue(value) === 'map'
}

export function keysOf(map: CelMap): readonly unknown[] {
  return map instanceof Map ? [...map.keys()] : Object.keys(map)
}

export function hasKey(map: CelMap, key: unknown): boolean {
  if (map instanceof Map) return map.has(normalizeKey(key))
  return typeof key === 'string' && Object.hasOwn(map, key)
}

/** @returns undefined where the map does not have the key */
export function valueAt(map: CelMap, key: unknown): unknown {
  if (map instanceof Map) return map.get(normalizeKey(key))
  return typeof key === 'string' && Object.hasOwn(map, key) ? Object(map)[key] : undefined
}

/** A double that is an integer finds the key of that int. */
export function normalizeKey(key: unknown): unknown {
  return Number.isInteger(key) ? BigInt(Number(key)) : key
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function compareWith(operator: string, left: number | bigint, right: number | bigint): boolean {
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  return operator === '>' ? left > right : left >= right
}

/**
 * By code point, as UTF-8 is ordered. JavaScript compares UTF-16 units, for which U+1F600, written
 * as surrogates from U+D800, is less than U+FF5E.
 */
function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const difference = rankOf(left.charCodeAt(at)) - rankOf(right.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** Moves surrogates behind all other units. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2800 : unit
}
