/** Which claims an expression reads and requires, and what a token contains there. */
import type { RequiredClaim } from '../model/compiled-tenant.ts'
import { isObject } from '../model/strict-json.ts'
import { type ASTNode, type CelScope, childNodes, parseExpression } from './cel.ts'
import { isComprehension } from './cel-ast.ts'

/** Names that lead to a claim, outermost first: `['address', 'country']`. */
export type ClaimPath = readonly string[]

/** The variables whose members have paths. */
type PathVariable = 'claims' | 'actor' | 'identity'

/**
 * The path of each claim that an expression reads, once.
 * @param variable `actor`, `identity`: the same for the members of the variable
 */
export function referencedClaims(
  expression: string,
  variable: PathVariable = 'claims',
): ClaimPath[] {
  try {
    return claimsIn(parseExpression(expression).ast, variable)
  } catch {
    return []
  }
}

/**
 * The path of each member that an expression reads, also of those that choose another one. An empty
 * path is the whole variable.
 */
export function readPaths(expression: string, variable: PathVariable): readonly ClaimPath[] {
  const paths: ClaimPath[] = []
  const collect = (node: ASTNode): void => {
    const path = readClaimPath(node, variable)
    if (path) paths.push(path)
    else for (const child of childNodes(node.args)) collect(child)
  }
  collect(parseExpression(expression).ast)
  return paths
}

/** The same for a part of a parsed expression. */
export function claimsIn(node: ASTNode, variable: PathVariable = 'claims'): ClaimPath[] {
  const paths = new Map<string, ClaimPath>()
  collectClaims(node, variable, paths)
  return [...paths.values()]
}

/** @returns the path of the claim that the whole expression is, such as `claims.oid` */
export function parseClaimPath(expression: string): ClaimPath | undefined {
  try {
    const path = readClaimPath(parseExpression(expression).ast, 'claims')
    return path?.length ? path : undefined
  } catch {
    return undefined
  }
}

/**
 * A claim and the string that it must equal or contain for the condition to pass. Found only where
 * the comparison is the whole condition or an operand of its outermost `&&`.
 */
export function requiredValue(expression: string): RequiredClaim | undefined {
  try {
    return requiredBy(parseExpression(expression).ast)
  } catch {
    return undefined
  }
}

/**
 * The claims that must equal or contain a text, or be one of several texts, for the condition to
 * pass. Found where the comparison is the whole condition or an operand of its outermost `&&`.
 * @param variable `actor`, `identity`: the same for the members of the variable. An operand that is
 *   a member of `identity` itself, such as `identity.guest`, requires that it is true
 */
export function comparedClaims(
  expression: string,
  variable: PathVariable = 'claims',
): readonly ClaimPath[] {
  try {
    return comparedBy(parseExpression(expression).ast, variable)
  } catch {
    return []
  }
}

/** The claims that a condition uses as lists: after `in`, or before `exists` and the like. */
export function listClaims(expression: string): readonly ClaimPath[] {
  try {
    return listsIn(parseExpression(expression).ast)
  } catch {
    return []
  }
}

/** What a condition reads, for the trace. */
export function foundValues(
  expression: string,
  { claims, actor, identity }: Pick<CelScope, 'claims' | 'actor' | 'identity'>,
): Record<string, unknown> {
  return {
    ...foundClaims(referencedClaims(expression), claims),
    ...foundClaims(referencedClaims(expression, 'actor'), actor, 'actor'),
    ...foundClaims(referencedClaims(expression, 'identity'), identity, 'identity'),
  }
}

/** The claims at some paths, for the trace. */
export function foundClaims(
  paths: readonly ClaimPath[],
  claims: unknown,
  variable: PathVariable = 'claims',
): Record<string, unknown> {
  return Object.fromEntries(
    paths.map((path) => [[variable, ...path].join('.'), lookUpClaim(path, claims) ?? '(absent)']),
  )
}

/**
 * The claim's value, or undefined. Own members only: a claim named `constructor` is absent unless
 * the token has it.
 */
export function lookUpClaim(names: ClaimPath, root: unknown): unknown {
  let value = root
  for (const name of names) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

function listsIn(node: ASTNode): ClaimPath[] {
  const list =
    node.op === 'in'
      ? node.args[1]
      : node.op === 'rcall' && isComprehension(node.args[0])
        ? node.args[1]
        : undefined
  const path = list && readClaimPath(list, 'claims')
  return [...(path?.length ? [path] : []), ...childNodes(node.args).flatMap(listsIn)]
}

function requiredBy(node: ASTNode): RequiredClaim | undefined {
  if (node.op === '&&') return requiredBy(node.args[0]) ?? requiredBy(node.args[1])
  if (node.op !== '==' && node.op !== 'in') return undefined
  const [left, right] = node.args
  return readComparison(right, left) ?? (node.op === '==' ? readComparison(left, right) : undefined)
}

function comparedBy(node: ASTNode, variable: PathVariable): ClaimPath[] {
  if (node.op === '&&') return node.args.flatMap((operand) => comparedBy(operand, variable))
  const member = variable === 'identity' ? readClaimPath(node, variable) : undefined
  if (member?.length) return [member]
  if (node.op !== '==' && node.op !== 'in') return []
  const [left, right] = node.args
  const compared = isText(left) ? right : isText(right) ? left : undefined
  const path = compared && readClaimPath(compared, variable)
  return path?.length ? [path] : []
}

/** A literal text, or a list of them. */
function isText(node: ASTNode): boolean {
  if (node.op === 'list') return node.args.every(isText)
  return node.op === 'value' && typeof node.args === 'string'
}

function readComparison(claims: ASTNode, literal: ASTNode): RequiredClaim | undefined {
  const claim = readClaimPath(claims, 'claims')
  if (!claim?.length || literal.op !== 'value' || typeof literal.args !== 'string') return undefined
  return { claim, value: literal.args }
}

function collectClaims(node: ASTNode, variable: PathVariable, paths: Map<string, ClaimPath>): void {
  const path = readAccess(node, variable)
  if (path !== undefined) {
    if (path.length > 0) paths.set(JSON.stringify(path), path)
    return
  }
  for (const child of childNodes(node.args)) collectClaims(child, variable, paths)
}

/** The claim that an access reads; where its name is computed, the claim that contains it. */
function readAccess(node: ASTNode, variable: PathVariable): ClaimPath | undefined {
  return (
    readClaimPath(node, variable) ??
    (node.op === '[]' ? readAccess(node.args[0], variable) : undefined)
  )
}

function readClaimPath(node: ASTNode, variable: PathVariable): ClaimPath | undefined {
  if (node.op === 'id') return node.args === variable ? [] : undefined
  if (node.op !== '.' && node.op !== '[]') return undefined
  const name =
    node.op === '.' ? node.args[1] : node.args[1].op === 'value' ? node.args[1].args : undefined
  const base = typeof name === 'string' ? readClaimPath(node.args[0], variable) : undefined
  return base && typeof name === 'string' ? [...base, name] : undefined
}
