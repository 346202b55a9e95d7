/** Static types of CEL expressions, and which of them can have a value in common. */

export type StaticType =
  | { readonly kind: 'dyn' | 'null' | 'bool' | 'int' | 'double' | 'string' | 'type' }
  /** Of claims: an int or a double; a string or a list of strings. */
  | { readonly kind: 'number' | 'text-or-list' }
  | { readonly kind: 'list'; readonly element: StaticType }
  | { readonly kind: 'map'; readonly key: StaticType; readonly value: StaticType }

export const DYN: StaticType = { kind: 'dyn' }
export const NULL: StaticType = { kind: 'null' }
export const BOOL: StaticType = { kind: 'bool' }
export const INT: StaticType = { kind: 'int' }
export const DOUBLE: StaticType = { kind: 'double' }
export const STRING: StaticType = { kind: 'string' }
export const NUMBER: StaticType = { kind: 'number' }
export const TEXT_OR_LIST: StaticType = { kind: 'text-or-list' }
export const TYPE: StaticType = { kind: 'type' }

export function listType(element: StaticType): StaticType {
  return { kind: 'list', element }
}

export function mapType(key: StaticType, value: StaticType): StaticType {
  return { kind: 'map', key, value }
}

/** The type of a claim, which is known only when the expression is evaluated. */
export function isDyn({ kind }: StaticType): boolean {
  return kind === 'dyn'
}

/** The type that fits both, or undefined where no value has both types. */
export function joinTypes(left: StaticType, right: StaticType): StaticType | undefined {
  if (isDyn(left) || isDyn(right)) return DYN
  if (left.kind === 'list' && right.kind === 'list') {
    const element = joinTypes(left.element, right.element)
    return element && listType(element)
  }
  if (left.kind === 'map' && right.kind === 'map') {
    const key = joinTypes(left.key, right.key)
    const value = joinTypes(left.value, right.value)
    return key && value && mapType(key, value)
  }
  return left.kind === right.kind ? left : (narrow(left, right) ?? narrow(right, left))
}

/** What a type of two forms is, where it is used as one of them. */
function narrow(wide: StaticType, other: StaticType): StaticType | undefined {
  if (wide.kind === 'number') return ['int', 'double'].includes(other.kind) ? other : undefined
  if (wide.kind !== 'text-or-list') return undefined
  if (other.kind === 'string') return other
  return other.kind === 'list' ? joinTypes(other, listType(STRING)) : undefined
}

/** As CEL writes it: `map(string, dyn)`. */
export function describeType(type: StaticType): string {
  if (type.kind === 'list') return `list(${describeType(type.element)})`
  if (type.kind === 'map') return `map(${describeType(type.key)}, ${describeType(type.value)})`
  return type.kind === 'text-or-list' ? 'string or list(string)' : type.kind
}
