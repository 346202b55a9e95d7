/** Common Expression Language: parses expressions once, with limits, and evaluates them. */
import type { Actor } from '../model/actor.ts'
import type { PoolIdentity } from '../model/pool-identity.ts'
import { type ASTNode, childNodes } from './cel-ast.ts'
import { checkRestrictions } from './cel-restrictions.ts'
import { CelError, type CelMap } from './cel-values.ts'
import { evaluateNode, type Variables } from './evaluate-cel.ts'
import { parseCel } from './parse-cel.ts'

export { type ASTNode, childNodes }

export interface CelScope {
  readonly claims: Readonly<Record<string, unknown>>
  readonly issuer: string
  readonly request: { readonly ip: string; readonly endpoint: string }
  /** Absent: the subject acts for itself, and the variable `actor` is an empty map. */
  readonly actor?: Actor
  /** Absent: the caller is not one of an identity pool. */
  readonly identity?: PoolIdentity
}

/** A parsed expression that is within the limits. */
interface ParsedExpression {
  readonly ast: ASTNode
}

const MAX_EXPRESSION_CHARACTERS = 1000
/**
 * Characters of all expressions that are kept parsed, at some 20 bytes each. A cache that is too
 * small is worse than none: a tenant with more rules than it keeps would parse each of them for
 * each request.
 */
const MAX_CACHED_CHARACTERS = 500_000

const cache = new Map<string, ParsedExpression>()
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
): { value: string; error?: undefined } | { value?: undefined; error: string } {
  const { value, error } = evaluate(expression, scope)
  if (error !== undefined) return { error }
  return typeof value === 'string' ? { value } : { error: 'the result is not a string' }
}

/** Parses and evaluates once, so that the first request finds the code compiled. */
export function warmUpExpressions(): void {
  evaluateNode(parseExpression('"a" in claims.a').ast, () => ({ a: ['a'] }))
}

/**
 * Parses an expression, or returns it from the cache.
 * @throws {Error} for one that is malformed, beyond the limits or potentially costly
 */
export function parseExpression(expression: string): ParsedExpression {
  const known = cache.get(expression)
  if (known) return known
  if (expression.length > MAX_EXPRESSION_CHARACTERS)
    throw new Error(`it has more than ${MAX_EXPRESSION_CHARACTERS} characters`)
  const ast = parseCel(expression)
  checkRestrictions(ast)
  cachedCharacters += expression.length
  if (cachedCharacters > MAX_CACHED_CHARACTERS) {
    cache.clear()
    cachedCharacters = expression.length
  }
  const parsed = { ast }
  cache.set(expression, parsed)
  return parsed
}

function evaluate(expression: string, scope: CelScope): { value?: unknown; error?: string } {
  return evaluated(() => evaluateNode(parseExpression(expression).ast, variablesOf(scope)))
}

/** A part of a parsed expression: its value, or why there is none. */
export function evaluateParsed(
  node: ASTNode,
  scope: CelScope,
): { value?: unknown; error?: string } {
  return evaluated(() => evaluateNode(node, variablesOf(scope)))
}

function evaluated(run: () => unknown): { value?: unknown; error?: string } {
  try {
    return { value: run() }
  } catch (error) {
    const hasMessage = error instanceof CelError || error instanceof Error
    return { error: hasMessage ? error.message : 'evaluation failed' }
  }
}

/**
 * So that `has(actor.subject)` is false where the subject acts for itself, and `has(identity.id)`
 * where the caller is not one of an identity pool.
 */
const NO_MEMBERS: CelMap = {}

function variablesOf({ claims, issuer, request, actor, identity }: CelScope): Variables {
  return (name) => {
    if (name === 'claims') return claims
    if (name === 'issuer') return issuer
    if (name === 'actor') return actor ?? NO_MEMBERS
    if (name === 'identity') return identity ? membersOf(identity) : NO_MEMBERS
    return name === 'request' ? request : undefined
  }
}

/** What conditions may read of an identity. */
function membersOf({ id, provider, logins, guest, createdAt }: PoolIdentity): CelMap {
  const known = createdAt === undefined ? {} : { createdAt: BigInt(createdAt) }
  return { id, provider, logins, guest, ...known }
}
