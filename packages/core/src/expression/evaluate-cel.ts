/** Evaluates the syntax tree of a CEL expression. */

import { calculate, negateNumber } from './cel-arithmetic.ts'
import { type ASTNode, isComprehension } from './cel-ast.ts'
import { callOverload, FUNCTIONS, METHODS } from './cel-functions.ts'
import {
  areEqual,
  CelError,
  hasKey,
  isList,
  isMap,
  isOrdered,
  keysOf,
  noOverload,
  normalizeKey,
  TYPE_VALUES,
  typeOfValue,
  valueAt,
} from './cel-values.ts'

/** The value of a variable; undefined where there is none. */
export type Variables = (name: string) => unknown

const KEY_TYPES: readonly string[] = ['string', 'int', 'bool']

/** @throws {CelError} where the expression has no value */
export function evaluateNode(node: ASTNode, variables: Variables): unknown {
  switch (node.op) {
    case 'value':
      return node.args
    case 'id':
      return readVariable(node.args, variables)
    case '.':
      return select(evaluateNode(node.args[0], variables), node.args[1])
    case '[]':
      return index(node.args, variables)
    case 'call':
      return call(node.args, variables)
    case 'rcall':
      return callMethod(node.args, variables)
    case 'list':
      return node.args.map((item) => evaluateNode(item, variables))
    case 'map':
      return createMap(node.args, variables)
    case '?:':
      return requireBool(evaluateNode(node.args[0], variables))
        ? evaluateNode(node.args[1], variables)
        : evaluateNode(node.args[2], variables)
    case '&&':
      return !decide(node.args, false, (operand) => evaluateNode(operand, variables))
    case '||':
      return decide(node.args, true, (operand) => evaluateNode(operand, variables))
    case '!_':
      return !requireBool(evaluateNode(node.args, variables))
    case '-_':
      return negateNumber(evaluateNode(node.args, variables))
    default:
      return operate(
        evaluateNode(node.args[0], variables),
        node.op,
        evaluateNode(node.args[1], variables),
      )
  }
}

function operate(left: unknown, operator: string, right: unknown): unknown {
  switch (operator) {
    case '==':
      return areEqual(left, right)
    case '!=':
      return !areEqual(left, right)
    case 'in':
      return isIn(left, right)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOrdered(left, operator, right)
    default:
      return calculate(left, operator, right)
  }
}

function isIn(value: unknown, container: unknown): boolean {
  if (isList(container)) {
    for (const item of container) if (areEqual(value, item)) return true
    return false
  }
  if (isMap(container)) return hasKey(container, value)
  throw noOverload('in', [value, container])
}

function readVariable(name: string, variables: Variables): unknown {
  const value = variables(name)
  const found = value === undefined ? TYPE_VALUES.get(name) : value
  if (found === undefined) throw new CelError(`there is no variable ${name}`)
  return found
}

function select(base: unknown, name: string): unknown {
  const value = isMap(base) ? valueAt(base, name) : undefined
  if (value !== undefined) return value
  throw new CelError(`No such key: ${name}`)
}

function index([list, key]: readonly [ASTNode, ASTNode], variables: Variables): unknown {
  const base = evaluateNode(list, variables)
  // A literal name may appear in an error, but not one that a claim contains.
  if (key.op === 'value' && typeof key.args === 'string') return select(base, key.args)
  return readItem(base, evaluateNode(key, variables))
}

function readItem(base: unknown, key: unknown): unknown {
  const value = isList(base)
    ? base[Number(requireIndex(key))]
    : isMap(base)
      ? valueAt(base, key)
      : undefined
  if (value !== undefined) return value
  throw new CelError('No such key')
}

function requireIndex(key: unknown): bigint {
  const index = normalizeKey(key)
  if (typeof index === 'bigint') return index
  throw noOverload('[]', [[], key])
}

function createMap(
  entries: readonly (readonly [ASTNode, ASTNode])[],
  variables: Variables,
): ReadonlyMap<unknown, unknown> {
  const map = new Map<unknown, unknown>()
  for (const [keyNode, valueNode] of entries) {
    const key = evaluateNode(keyNode, variables)
    if (!KEY_TYPES.includes(typeOfValue(key)))
      throw new CelError(`the key of a map cannot be a ${typeOfValue(key)}`)
    if (map.has(key)) throw new CelError('a map has the same key twice')
    map.set(key, evaluateNode(valueNode, variables))
  }
  return map
}

function call([name, args]: readonly [string, readonly ASTNode[]], variables: Variables): unknown {
  const member = args[0]
  if (name === 'has' && member?.op === '.') {
    const base = evaluateNode(member.args[0], variables)
    if (isMap(base)) return hasKey(base, member.args[1])
    throw noOverload('has', [base])
  }
  const values: unknown[] = []
  for (const argument of args) values.push(evaluateNode(argument, variables))
  return callOverload(name, FUNCTIONS.get(name), values)
}

function callMethod(
  [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
  variables: Variables,
): unknown {
  const base = evaluateNode(receiver, variables)
  const variable = args[0]
  const test = args[1]
  if (isComprehension(name) && variable?.op === 'id' && test !== undefined)
    return comprehend(name, itemsOf(base), (item) =>
      evaluateNode(test, (wanted) => (wanted === variable.args ? item : variables(wanted))),
    )
  const values = [base]
  for (const argument of args) values.push(evaluateNode(argument, variables))
  return callOverload(name, METHODS.get(name), values)
}

function itemsOf(base: unknown): readonly unknown[] {
  if (isList(base)) return base
  if (isMap(base)) return keysOf(base)
  throw new CelError(`a comprehension cannot go over a ${typeOfValue(base)}`)
}

function comprehend(
  name: 'all' | 'exists' | 'exists_one' | 'filter',
  items: readonly unknown[],
  test: (item: unknown) => unknown,
): unknown {
  if (name === 'all') return !decide(items, false, test)
  if (name === 'exists') return decide(items, true, test)
  const found = items.filter((item) => requireBool(test(item)))
  return name === 'filter' ? found : found.length === 1
}

/**
 * Whether the test has the decisive result for any item. Such a result counts more than errors of
 * other items, so that the order of operands does not matter.
 */
function decide<Item>(
  items: readonly Item[],
  decisive: boolean,
  test: (item: Item) => unknown,
): boolean {
  let problem: unknown
  for (const item of items) {
    try {
      if (requireBool(test(item)) === decisive) return true
    } catch (error) {
      problem ??= error
    }
  }
  if (problem !== undefined) throw problem
  return false
}

function requireBool(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new CelError(`a bool is expected, not a ${typeOfValue(value)}`)
}
