/** The syntax tree of a CEL expression. */

export type Literal = null | boolean | number | bigint | string

export const RELATIONS = ['==', '!=', '<', '<=', '>', '>=', 'in'] as const
export const SUMS = ['+', '-'] as const
export const PRODUCTS = ['*', '/', '%'] as const

export type BinaryOperator =
  | (typeof RELATIONS)[number]
  | (typeof SUMS)[number]
  | (typeof PRODUCTS)[number]

type Pair = readonly [ASTNode, ASTNode]

interface Operands extends Record<BinaryOperator | '&&' | '||' | '[]', Pair> {
  readonly value: Literal
  readonly id: string
  readonly '.': readonly [ASTNode, string]
  /** A function and its arguments. */
  readonly call: readonly [string, readonly ASTNode[]]
  /** A method, its receiver and its arguments. */
  readonly rcall: readonly [string, ASTNode, readonly ASTNode[]]
  readonly list: readonly ASTNode[]
  readonly map: readonly Pair[]
  readonly '?:': readonly [ASTNode, ASTNode, ASTNode]
  readonly '!_': ASTNode
  readonly '-_': ASTNode
}

export type ASTNode = {
  [Operator in keyof Operands]: { readonly op: Operator; readonly args: Operands[Operator] }
}[keyof Operands]

/** Macros that evaluate an expression for each element of a list, or for each key of a map. */
export const COMPREHENSIONS = ['all', 'exists', 'exists_one', 'filter'] as const

export function isComprehension(name: string): name is (typeof COMPREHENSIONS)[number] {
  return name === 'all' || name === 'exists' || name === 'exists_one' || name === 'filter'
}

/** The nodes directly below a node, given its `args`. */
export function childNodes(args: unknown): ASTNode[] {
  if (isNode(args)) return [args]
  return Array.isArray(args) ? args.flatMap(childNodes) : []
}

function isNode(value: unknown): value is ASTNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    'op' in value &&
    'args' in value
  )
}
