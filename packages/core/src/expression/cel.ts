/** Common Expression Language: the only place that parses it, with limits, and evaluates it. */
import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js'

export type { ASTNode }

export interface CelScope {
  readonly claims: Readonly<Record<string, unknown>>
  readonly issuer: string
  readonly request: { readonly ip: string; readonly endpoint: string }
}

const MAX_EXPRESSION_CHARACTERS = 1000
/**
 * Characters of all expressions that are kept parsed, at some 50 bytes each. A cache that is too
 * small is worse than none: a tenant with more rules than it keeps would parse each of them for
 * each request.
 */
const MAX_CACHED_CHARACTERS = 500_000
const WARM_UP_SCOPE: CelScope = {
  claims: { a: ['a'] },
  issuer: '',
  request: { ip: '', endpoint: '' },
}
const COMPREHENSIONS = ['all', 'exists', 'exists_one', 'filter']
/**
 * Functions whose cost is at most linear in their input, and whose result is no larger than it.
 * Not among them: `matches`, which is a backtracking RegExp here, and `map` and `join`, with which
 * a token of 20 kB became hundreds of megabytes.
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
const cache = new Map<string, ParseResult>()
let cachedCharacters = 0

/**
 * Evaluates a condition. It does not pass where evaluation fails, a claim is missing or the result
 * is not a boolean.
 */
export function evaluateCondition(
  expression: string,
  scope: CelScope,
): { passed: boolean; error?: string } {
  const { value, error } = evaluate(expression, scope)
  if (error !== undefined) return { passed: false, error }
  return typeof value === 'boolean'
    ? { passed: value }
    : { passed: false, error: 'the result is not a boolean' }
}

/** The string that an expression returns, or why there is none. */
export function evaluateString(
  expression: string,
  scope: CelScope,
): { value?: string; error?: string } {
  const { value, error } = evaluate(expression, scope)
  if (error !== undefined) return { error }
  return typeof value === 'string' ? { value } : { error: 'the result is not a string' }
}

/** Parses and evaluates once, so that the first request finds CEL's functions compiled. */
export function warmUpExpressions(): void {
  evaluateCondition('"a" in claims.a', WARM_UP_SCOPE)
}

/** @returns what is wrong with an expression of a tenant document, or undefined */
export function checkExpression(
  expression: string,
  resultType: 'bool' | 'string',
): string | undefined {
  try {
    const { valid, type, error } = parseExpression(expression).check()
    if (!valid)
      return error instanceof Error && 'summary' in error
        ? String(error.summary)
        : 'its types do not match'
    return type === resultType || type === 'dyn'
      ? undefined
      : `it returns ${type}, not ${resultType}`
  } catch (error) {
    return summarizeError(error)
  }
}

/**
 * Parses an expression, or returns it from the cache.
 * @throws {Error} for one that is malformed, beyond the limits or potentially costly
 */
export function parseExpression(expression: string): ParseResult {
  const known = cache.get(expression)
  if (known) return known
  if (expression.length > MAX_EXPRESSION_CHARACTERS)
    throw new Error(`it has more than ${MAX_EXPRESSION_CHARACTERS} characters`)
  environment ??= createEnvironment()
  const result = environment.parse(expression)
  checkCalls(result.ast, false)
  cachedCharacters += expression.length
  if (cachedCharacters > MAX_CACHED_CHARACTERS) {
    cache.clear()
    cachedCharacters = expression.length
  }
  cache.set(expression, result)
  return result
}

export function childNodes(args: unknown): ASTNode[] {
  if (isNode(args)) return [args]
  return Array.isArray(args) ? args.flatMap(childNodes) : []
}

function evaluate(expression: string, scope: CelScope): { value?: unknown; error?: string } {
  try {
    return { value: parseExpression(expression)({ ...scope }) }
  } catch (error) {
    return { error: summarizeError(error) }
  }
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

/** Rejects functions that are not listed, and nested comprehensions: their costs multiply. */
function checkCalls(node: ASTNode, inComprehension: boolean): void {
  if (node.op === 'call' || node.op === 'rcall') {
    const name = node.args[0]
    if (name === 'matches')
      throw new Error(
        'the function matches is not available, because a regular expression may backtrack ' +
          'catastrophically; use ==, startsWith, endsWith or contains',
      )
    if (name === 'split' && inComprehension)
      throw new Error('split is used inside a comprehension; call split once, outside of it')
    if (!FUNCTIONS.includes(name))
      throw new Error(`the function ${name} is not available; use one of: ${FUNCTIONS.join(', ')}`)
    if (node.op === 'rcall' && COMPREHENSIONS.includes(name)) {
      if (inComprehension) throw new Error(`${name} is nested inside another comprehension`)
      // The list is computed once, so its cost is added, not multiplied. A sum could make it many
      // times longer than the token's own lists.
      if (containsSum(node.args[1]))
        throw new Error(`${name} iterates over a sum; iterate over each operand separately`)
      checkCalls(node.args[1], false)
      for (const argument of node.args[2]) checkCalls(argument, true)
      return
    }
  }
  for (const child of childNodes(node.args)) checkCalls(child, inComprehension)
}

/** A comprehension's result contains only elements of its list, not what its condition computes. */
function containsSum(node: ASTNode): boolean {
  if (node.op === 'rcall' && COMPREHENSIONS.includes(node.args[0])) return containsSum(node.args[1])
  return node.op === '+' || childNodes(node.args).some(containsSum)
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

function summarizeError(error: unknown): string {
  if (error instanceof Error && 'summary' in error) return String(error.summary)
  return error instanceof Error ? error.message : 'evaluation failed'
}
