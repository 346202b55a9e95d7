/** Common Expression Language behind one door: parsed with limits, evaluated without exceptions. */
import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js'

export interface CelScope {
  readonly claims: Readonly<Record<string, unknown>>
  readonly issuer: string
  readonly request: { readonly ip: string; readonly surface: string }
}

const MAX_EXPRESSION_CHARACTERS = 1000
const MAX_PARSED = 1_000
const COMPREHENSIONS = ['all', 'exists', 'exists_one', 'filter', 'map']
/** Functions whose cost is at most linear in their input; `matches` is a backtracking RegExp here, and is not among them. */
const FUNCTIONS = [
  ...COMPREHENSIONS,
  ...['has', 'size', 'startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii', 'trim', 'substring'],
  ...['indexOf', 'lastIndexOf', 'split', 'join', 'string', 'int', 'double', 'type', 'dyn'],
]

let environment: Environment | undefined
const parsed = new Map<string, ParseResult>()

/** Whether a condition holds. A runtime error, a missing claim, or a value that is no boolean makes it false. */
export function evaluateCondition(expression: string, scope: CelScope): { held: boolean; error?: string } {
  const { value, error } = evaluate(expression, scope)
  if (error !== undefined) return { held: false, error }
  return typeof value === 'boolean' ? { held: value } : { held: false, error: 'the result is not true or false' }
}

/** The string an expression yields, or why there is none. */
export function evaluateString(expression: string, scope: CelScope): { value?: string; error?: string } {
  const { value, error } = evaluate(expression, scope)
  if (error !== undefined) return { error }
  return typeof value === 'string' ? { value } : { error: 'the result is not a string' }
}

/** @returns what is wrong with an expression of a tenant document, or undefined */
export function checkExpression(expression: string, wanted: 'bool' | 'string'): string | undefined {
  try {
    const { valid, type, error } = parse(expression).check()
    if (!valid) return error instanceof Error && 'summary' in error ? String(error.summary) : 'it does not type-check'
    return type === wanted || type === 'dyn' ? undefined : `it yields ${type}, not ${wanted}`
  } catch (error) {
    return summaryOf(error)
  }
}

/** Dotted paths of the claims that an expression reads, such as `claims.address.country`. */
export function referencedClaims(expression: string): string[] {
  const paths = new Set<string>()
  try {
    collectClaims(parse(expression).ast, paths)
  } catch {
    return []
  }
  return [...paths]
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
  if (parsed.size >= MAX_PARSED) parsed.clear()
  parsed.set(expression, result)
  return result
}

function createEnvironment(): Environment {
  return new Environment({
    limits: { maxAstNodes: 300, maxDepth: 32, maxListElements: 100, maxMapEntries: 20, maxCallArguments: 8 },
  })
    .registerVariable('claims', 'map<string, dyn>')
    .registerVariable('issuer', 'string')
    .registerVariable({ name: 'request', schema: { ip: 'string', surface: 'string' } })
}

/** Refuses functions beyond the allow list, and a comprehension within a comprehension: their costs multiply. */
function checkCalls(node: ASTNode, inComprehension: boolean): void {
  if (node.op === 'call' || node.op === 'rcall') {
    const name = node.args[0]
    if (name === 'matches')
      throw new Error(
        'matches is not available: a regular expression can take hours; use ==, startsWith, endsWith or contains',
      )
    if (!FUNCTIONS.includes(name))
      throw new Error(`function ${name} is not available; there are ${FUNCTIONS.join(', ')}`)
    if (node.op === 'rcall' && COMPREHENSIONS.includes(name)) {
      if (inComprehension) throw new Error(`${name} stands inside another comprehension`)
      // What it iterates over is computed once, so its cost is added and not multiplied.
      checkCalls(node.args[1], false)
      for (const argument of node.args[2]) checkCalls(argument, true)
      return
    }
  }
  for (const child of childrenOf(node.args)) checkCalls(child, inComprehension)
}

function collectClaims(node: ASTNode, paths: Set<string>): void {
  const path = claimPath(node)
  if (path !== undefined) {
    if (path !== 'claims') paths.add(path)
    return
  }
  for (const child of childrenOf(node.args)) collectClaims(child, paths)
}

function claimPath(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args === 'claims' ? 'claims' : undefined
  const base = node.op === '.' || node.op === '[]' ? claimPath(node.args[0]) : undefined
  if (base === undefined) return undefined
  if (node.op === '.') return `${base}.${node.args[1]}`
  return node.op === '[]' && node.args[1].op === 'value' && typeof node.args[1].args === 'string'
    ? `${base}.${node.args[1].args}`
    : base
}

function childrenOf(args: unknown): ASTNode[] {
  if (isNode(args)) return [args]
  return Array.isArray(args) ? args.flatMap(childrenOf) : []
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'op' in value && 'args' in value
}

function summaryOf(error: unknown): string {
  if (error instanceof Error && 'summary' in error) return String(error.summary)
  return error instanceof Error ? error.message : 'it failed'
}
