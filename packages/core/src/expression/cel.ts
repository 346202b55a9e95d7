/** Common Expression Language behind one door: parsed with limits, evaluated without exceptions. */
import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js'

export interface CelScope {
  readonly claims: Readonly<Record<string, unknown>>
  readonly issuer: string
  readonly request: { readonly ip: string; readonly endpoint: string }
}

/** Names that lead to a claim, outermost first. */
export type ClaimPath = readonly string[]

const MAX_EXPRESSION_CHARACTERS = 1000
/**
 * Of all expressions that are kept parsed together; a character costs some 50 bytes. Too few would be worse than none: a
 * tenant that tries more rules than are kept would parse each of them for each request.
 */
const MAX_PARSED_CHARACTERS = 500_000
const WARM_UP_SCOPE: CelScope = {
  claims: { a: ['a'] },
  issuer: '',
  request: { ip: '', endpoint: '' },
}
const COMPREHENSIONS = ['all', 'exists', 'exists_one', 'filter']
/**
 * Functions whose cost is at most linear in their input, and whose result is no larger. Not among them: `matches`, a
 * backtracking RegExp here, and `map` and `join`, with which a token of 20 kB became hundreds of megabytes.
 */
const FUNCTIONS = [
  ...COMPREHENSIONS,
  ...[
    'has',
    'size',
    'startsWith',
    'endsWith',
    'contains',
    'lowerAscii',
    'upperAscii',
    'trim',
    'substring',
  ],
  ...['indexOf', 'lastIndexOf', 'split', 'string', 'int', 'double', 'type', 'dyn'],
]

let environment: Environment | undefined
const parsed = new Map<string, ParseResult>()
let parsedCharacters = 0

/** Whether a condition holds. A runtime error, a missing claim, or a value that is no boolean makes it false. */
export function evaluateCondition(
  expression: string,
  scope: CelScope,
): { passed: boolean; error?: string } {
  const { value, error } = evaluate(expression, scope)
  if (error !== undefined) return { passed: false, error }
  return typeof value === 'boolean'
    ? { passed: value }
    : { passed: false, error: 'the result is not true or false' }
}

/** The string an expression yields, or why there is none. */
export function evaluateString(
  expression: string,
  scope: CelScope,
): { value?: string; error?: string } {
  const { value, error } = evaluate(expression, scope)
  if (error !== undefined) return { error }
  return typeof value === 'string' ? { value } : { error: 'the result is not a string' }
}

/** Parses and evaluates once, so that the first request finds the language's functions compiled. */
export function warmUpExpressions(): void {
  evaluateCondition('"a" in claims.a', WARM_UP_SCOPE)
}

/** @returns what is wrong with an expression of a tenant document, or undefined */
export function checkExpression(expression: string, wanted: 'bool' | 'string'): string | undefined {
  try {
    const { valid, type, error } = parse(expression).check()
    if (!valid)
      return error instanceof Error && 'summary' in error
        ? String(error.summary)
        : 'it does not type-check'
    return type === wanted || type === 'dyn' ? undefined : `it yields ${type}, not ${wanted}`
  } catch (error) {
    return summaryOf(error)
  }
}

/** Names that lead to each claim an expression reads: `['address', 'country']` for `claims.address.country`. */
export function referencedClaims(expression: string): ClaimPath[] {
  const paths = new Map<string, ClaimPath>()
  try {
    collectClaims(parse(expression).ast, paths)
  } catch {
    return []
  }
  return [...paths.values()]
}

/**
 * A value without which the condition cannot hold: of one claim that it compares with a string literal, or looks one up in,
 * either as the whole condition or as an operand of its outermost `&&`.
 */
export function requiredValue(expression: string): { claim: ClaimPath; value: string } | undefined {
  try {
    return requiredBy(parse(expression).ast)
  } catch {
    return undefined
  }
}

function evaluate(expression: string, scope: CelScope): { value?: unknown; error?: string } {
  try {
    return { value: parse(expression)({ ...scope }) }
  } catch (error) {
    return { error: summaryOf(error) }
  }
}

function parse(expression: string): ParseResult {
  const known = parsed.get(expression)
  if (known) return known
  if (expression.length > MAX_EXPRESSION_CHARACTERS)
    throw new Error(`it is longer than ${MAX_EXPRESSION_CHARACTERS} characters`)
  environment ??= createEnvironment()
  const result = environment.parse(expression)
  checkCalls(result.ast, false)
  parsedCharacters += expression.length
  if (parsedCharacters > MAX_PARSED_CHARACTERS) {
    parsed.clear()
    parsedCharacters = expression.length
  }
  parsed.set(expression, result)
  return result
}

function createEnvironment(): Environment {
  return new Environment({
    limits: {
      maxAstNodes: 300,
      maxDepth: 32,
      maxListElements: 100,
      maxMapEntries: 20,
      maxCallArguments: 8,
    },
  })
    .registerVariable('claims', 'map<string, dyn>')
    .registerVariable('issuer', 'string')
    .registerVariable({ name: 'request', schema: { ip: 'string', endpoint: 'string' } })
}

/** Refuses functions beyond the allow list, and a comprehension within a comprehension: their costs multiply. */
function checkCalls(node: ASTNode, inComprehension: boolean): void {
  if (node.op === 'call' || node.op === 'rcall') {
    const name = node.args[0]
    if (name === 'matches')
      throw new Error(
        'matches is not available: a regular expression can take hours; use ==, startsWith, endsWith or contains',
      )
    if (name === 'split' && inComprehension)
      throw new Error('split stands inside a comprehension; split once, before it')
    if (!FUNCTIONS.includes(name))
      throw new Error(`function ${name} is not available; there are ${FUNCTIONS.join(', ')}`)
    if (node.op === 'rcall' && COMPREHENSIONS.includes(name)) {
      if (inComprehension) throw new Error(`${name} stands inside another comprehension`)
      // What it iterates over is computed once, so its cost is added and not multiplied; a sum could make it many times longer.
      if (containsSum(node.args[1]))
        throw new Error(`${name} goes over a sum; go over each part by itself`)
      checkCalls(node.args[1], false)
      for (const argument of node.args[2]) checkCalls(argument, true)
      return
    }
  }
  for (const child of childrenOf(node.args)) checkCalls(child, inComprehension)
}

/** What a comprehension says of each element is not in its result. */
function containsSum(node: ASTNode): boolean {
  if (node.op === 'rcall' && COMPREHENSIONS.includes(node.args[0])) return containsSum(node.args[1])
  return node.op === '+' || childrenOf(node.args).some(containsSum)
}

function requiredBy(node: ASTNode): { claim: ClaimPath; value: string } | undefined {
  if (node.op === '&&') return requiredBy(node.args[0]) ?? requiredBy(node.args[1])
  if (node.op !== '==' && node.op !== 'in') return undefined
  const [left, right] = node.args
  return comparison(right, left) ?? (node.op === '==' ? comparison(left, right) : undefined)
}

function comparison(
  claims: ASTNode,
  literal: ASTNode,
): { claim: ClaimPath; value: string } | undefined {
  const claim = claimPath(claims)
  if (!claim?.length || literal.op !== 'value' || typeof literal.args !== 'string') return undefined
  return { claim, value: literal.args }
}

function collectClaims(node: ASTNode, paths: Map<string, ClaimPath>): void {
  const path = readPath(node)
  if (path !== undefined) {
    if (path.length > 0) paths.set(JSON.stringify(path), path)
    return
  }
  for (const child of childrenOf(node.args)) collectClaims(child, paths)
}

/** The claim that an access reads; of one by a computed name, what stands before it. */
function readPath(node: ASTNode): ClaimPath | undefined {
  return claimPath(node) ?? (node.op === '[]' ? readPath(node.args[0]) : undefined)
}

function claimPath(node: ASTNode): ClaimPath | undefined {
  if (node.op === 'id') return node.args === 'claims' ? [] : undefined
  if (node.op !== '.' && node.op !== '[]') return undefined
  const name =
    node.op === '.' ? node.args[1] : node.args[1].op === 'value' ? node.args[1].args : undefined
  const base = typeof name === 'string' ? claimPath(node.args[0]) : undefined
  return base && typeof name === 'string' ? [...base, name] : undefined
}

function childrenOf(args: unknown): ASTNode[] {
  if (isNode(args)) return [args]
  return Array.isArray(args) ? args.flatMap(childrenOf) : []
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

function summaryOf(error: unknown): string {
  if (error instanceof Error && 'summary' in error) return String(error.summary)
  return error instanceof Error ? error.message : 'it failed'
}
