/** Static types of CEL expressions, and which of them can have a value in common. */

export type StaticType =
  | { readonly kind: 'dyn' | 'null' | 'bool' | 'int' | 'double' | 'string' | 'type' }
  | { readonly kind: 'list'; readonly element: StaticType }
  | { readonly kind: 'map'; readonly key: StaticType; readonly value: StaticType }

export const DYN: StaticType = { kind: 'dyn' }
export const NULL: StaticType = { kind: 'null' }
export const BOOL: StaticType = { kind: 'bool' }
export const INT: StaticType = { kind: 'int' }
export const DOUBLE: StaticType = { kind: 'double' }
export const STRING: StaticType = { kind: 'string' }
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
  return left.kind === right.kind ? left : undefined
}

/** As CEL writes it: `map(string, dyn)`. */
export function describeType(type: StaticType): string {
  if (type.kind === 'list') return `list(${describeType(type.element)})`
  if (type.kind === 'map') return `map(${describeType(type.key)}, ${describeType(type.value)})`
  return type.kind
}
