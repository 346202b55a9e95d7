/** Infers the type of each part of a CEL expression; the deployed broker needs no types. */

import { type ASTNode, isComprehension } from './cel-ast.ts'
import { type ArgumentType, FUNCTIONS, METHODS, type Overload } from './cel-functions.ts'
import {
  BOOL,
  DOUBLE,
  DYN,
  describeType,
  INT,
  isDyn,
  joinTypes,
  listType,
  mapType,
  NULL,
  STRING,
  type StaticType,
  TYPE,
} from './cel-types.ts'
import { TYPE_VALUES } from './cel-values.ts'
import {
  ACTOR,
  actorDepth,
  REQUEST_MEMBERS,
  typeOfActorMember,
  typeOfIdentityMember,
} from './member-types.ts'

/** The types of variables; and of claims that are known, by names such as `claims.sub`. */
export type Declarations = (name: string) => StaticType | undefined

export class CelTypeError extends Error {
  readonly node: ASTNode
  readonly types: readonly StaticType[]

  constructor(message: string, node: ASTNode, types: readonly StaticType[]) {
    super(message)
    this.name = 'CelTypeError'
    this.node = node
    this.types = types
  }
}

/** Thrown by the check of one node, which adds the node. */
class Mismatch extends Error {
  readonly types: readonly StaticType[]

  constructor(message: string, types: readonly StaticType[]) {
    super(message)
    this.types = types
  }
}

export const VARIABLES: ReadonlyMap<string, StaticType> = new Map<string, StaticType>([
  ['actor', ACTOR],
  ['claims', mapType(STRING, DYN)],
  ['identity', mapType(STRING, DYN)],
  ['issuer', STRING],
  ['request', mapType(STRING, STRING)],
])
const ARGUMENTS: Readonly<Record<ArgumentType, StaticType>> = {
  string: STRING,
  int: INT,
  double: DOUBLE,
  bool: BOOL,
  list: listType(DYN),
  map: mapType(DYN, DYN),
  dyn: DYN,
}
const RESULTS: Readonly<Record<Overload['result'], StaticType>> = {
  string: STRING,
  int: INT,
  double: DOUBLE,
  bool: BOOL,
  type: TYPE,
  dyn: DYN,
  strings: listType(STRING),
}
const ORDERED = [STRING, BOOL, INT, DOUBLE]

/**
 * @throws {CelTypeError} where the types do not match
 */
export function typeOf(node: ASTNode, declared: Declarations): StaticType {
  try {
    return typeOfNode(node, declared)
  } catch (error) {
    if (error instanceof CelTypeError || !(error instanceof Error)) throw error
    throw new CelTypeError(error.message, node, error instanceof Mismatch ? error.types : [])
  }
}

function typeOfNode(node: ASTNode, declared: Declarations): StaticType {
  const typed = (operand: ASTNode) => typeOf(operand, declared)
  switch (node.op) {
    case 'value':
      return typeOfLiteral(node.args)
    case 'id':
      return typeOfName(node.args, declared)
    case '.':
      return typeOfMember(node, declared)
    case '[]':
      return claimOf(node, declared) ?? typeOfItem(typed(node.args[0]), typed(node.args[1]))
    case 'call':
      return typeOfCall(node.args, typed)
    case 'rcall':
      return typeOfMethod(node.args, declared)
    case 'list':
      return listType(joinAll(node.args.map(typed)))
    case 'map':
      return mapType(
        joinAll(node.args.map(([key]) => typed(key))),
        joinAll(node.args.map(([, value]) => typed(value))),
      )
    case '?:':
      expectType(typed(node.args[0]), BOOL, '?')
      return joinOperands('?:', typed(node.args[1]), typed(node.args[2]))
    case '&&':
    case '||':
      for (const operand of node.args) expectType(typed(operand), BOOL, node.op)
      return BOOL
    case '!_':
      return expectType(typed(node.args), BOOL, '!')
    case '-_':
      return typeOfNegation(typed(node.args))
    default:
      return typeOfOperation(typed(node.args[0]), node.op, typed(node.args[1]))
  }
}

function typeOfLiteral(value: unknown): StaticType {
  if (value === null) return NULL
  if (typeof value === 'string') return STRING
  if (typeof value === 'bigint') return INT
  return typeof value === 'boolean' ? BOOL : DOUBLE
}

function typeOfName(name: string, declared: Declarations): StaticType {
  const type = declared(name) ?? (TYPE_VALUES.has(name) ? TYPE : undefined)
  if (type !== undefined) return type
  throw new Error(`there is no variable ${name}; use claims, issuer, request, actor or identity`)
}

function typeOfMember(
  { args: [base, name] }: Extract<ASTNode, { op: '.' }>,
  declared: Declarations,
): StaticType {
  const type = typeOf(base, declared)
  if (base.op === 'id' && base.args === 'request' && !REQUEST_MEMBERS.includes(name))
    throw new Error(`request has no member ${name}; use request.ip or request.endpoint`)
  if (base.op === 'id' && base.args === 'identity') return typeOfIdentityMember(name)
  if (base.op === 'id' && base.args === 'claims')
    return declared(`claims.${name}`) ?? (type.kind === 'map' ? type.value : type)
  const depth = actorDepth(base)
  if (depth > 0) return typeOfActorMember(name, depth)
  if (isDyn(type)) return DYN
  if (type.kind === 'map') return type.value
  throw new Error(`a ${describeType(type)} has no member ${name}`)
}

/** Of `claims["sub"]`, which is `claims.sub`. */
function claimOf(
  { args: [base, key] }: Extract<ASTNode, { op: '[]' }>,
  declared: Declarations,
): StaticType | undefined {
  const isClaim = base.op === 'id' && base.args === 'claims' && key.op === 'value'
  return isClaim && typeof key.args === 'string' ? declared(`claims.${key.args}`) : undefined
}

function typeOfItem(base: StaticType, key: StaticType): StaticType {
  if (base.kind === 'list' && joinTypes(key, INT)) return base.element
  if (base.kind === 'map' && joinTypes(key, base.key)) return base.value
  if (base.kind === 'text-or-list' && joinTypes(key, INT)) return STRING
  if (isDyn(base)) return DYN
  throw new Error(`a ${describeType(base)} has no item for a ${describeType(key)}`)
}

function typeOfCall(
  [name, args]: readonly [string, readonly ASTNode[]],
  typed: (node: ASTNode) => StaticType,
): StaticType {
  const types = args.map(typed)
  return name === 'has' ? BOOL : resultOf(name, FUNCTIONS.get(name), types)
}

function typeOfMethod(
  [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
  declared: Declarations,
): StaticType {
  const base = typeOf(receiver, declared)
  const [variable, test] = args
  if (isComprehension(name) && variable?.op === 'id' && test !== undefined) {
    const element = elementOf(base)
    const inner: Declarations = (known) => (known === variable.args ? element : declared(known))
    expectType(typeOf(test, inner), BOOL, name)
    return name === 'filter' ? listType(element) : BOOL
  }
  const types = args.map((argument) => typeOf(argument, declared))
  return resultOf(name, METHODS.get(name), [base, ...types])
}

function elementOf(base: StaticType): StaticType {
  if (base.kind === 'list') return base.element
  if (base.kind === 'map') return base.key
  if (base.kind === 'text-or-list') return STRING
  if (isDyn(base)) return DYN
  throw new Error(`a comprehension cannot go over a ${describeType(base)}`)
}

function resultOf(
  name: string,
  overloads: readonly Overload[] = [],
  types: readonly StaticType[],
): StaticType {
  const matching = overloads.filter(
    ({ parameters }) =>
      parameters.length === types.length &&
      parameters.every((parameter, at) => joinTypes(ARGUMENTS[parameter], types[at] ?? DYN)),
  )
  const [first] = matching
  if (first === undefined) throw noMatch(name, types)
  return RESULTS[first.result]
}

function typeOfNegation(type: StaticType): StaticType {
  if (isNumeric(type)) return type
  throw noMatch('-', [type])
}

function typeOfOperation(left: StaticType, operator: string, right: StaticType): StaticType {
  switch (operator) {
    case '==':
    case '!=':
      joinOperands(operator, left, right)
      return BOOL
    case 'in':
      joinOperands(operator, left, elementOfContainer(right))
      return BOOL
    case '<':
    case '<=':
    case '>':
    case '>=':
      return typeOfOrder(left, operator, right)
    default:
      return typeOfCalculation(left, operator, right)
  }
}

function elementOfContainer(type: StaticType): StaticType {
  if (type.kind === 'list' || type.kind === 'map' || isDyn(type)) return elementOf(type)
  if (type.kind === 'text-or-list') return STRING
  throw new Mismatch(`in needs a list or a map on its right, not a ${describeType(type)}`, [type])
}

function typeOfOrder(left: StaticType, operator: string, right: StaticType): StaticType {
  const sameType = ORDERED.some((type) => joinTypes(left, type) && joinTypes(right, type))
  if (sameType || (isNumeric(left) && isNumeric(right))) return BOOL
  throw noMatch(operator, [left, right])
}

function isNumeric(type: StaticType): boolean {
  return isDyn(type) || ['int', 'double', 'number'].includes(type.kind)
}

function typeOfCalculation(left: StaticType, operator: string, right: StaticType): StaticType {
  const joined = joinTypes(left, right)
  const numbers = ['int', 'double', 'number']
  const kinds = operator === '+' ? [...numbers, 'string', 'list', 'text-or-list'] : numbers
  const kind = joined?.kind
  const accepted = kind === 'dyn' || (kind !== undefined && kinds.includes(kind))
  const operands = [left, right].every((type) => isDyn(type) || kinds.includes(type.kind))
  if (joined === undefined || !accepted || !operands) throw noMatch(operator, [left, right])
  if (operator === '%' && [left, right].some(({ kind }) => kind === 'double'))
    throw noMatch(operator, [left, right])
  return joined
}

function joinAll(types: readonly StaticType[]): StaticType {
  return types.reduce((joined, type) => joinTypes(joined, type) ?? DYN, types[0] ?? DYN)
}

function joinOperands(operator: string, left: StaticType, right: StaticType): StaticType {
  const joined = joinTypes(left, right)
  if (joined !== undefined) return joined
  throw noMatch(operator, [left, right])
}

function expectType(type: StaticType, expected: StaticType, operator: string): StaticType {
  if (joinTypes(type, expected)) return expected
  throw noMatch(operator, [type])
}

function noMatch(name: string, types: readonly StaticType[]): Error {
  const found = types.map(describeType).join(', ')
  return new Mismatch(`no overload of ${name} accepts (${found})`, types)
}
