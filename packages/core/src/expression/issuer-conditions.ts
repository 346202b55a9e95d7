/** What an expression says about the issuer alone, decided from its syntax. */
import { type ASTNode, childNodes, parseExpression } from './cel.ts'
import { evaluateNode } from './evaluate-cel.ts'

/** Whether the result depends on nothing but the issuer. */
export function readsOnlyIssuer(expression: string): boolean {
  try {
    const names = namesIn(parseExpression(expression).ast)
    return names.length > 0 && names.every((name) => name === 'issuer')
  } catch {
    return false
  }
}

/** The text of such an expression for one issuer; undefined where it has none. */
export function textForIssuer(expression: string, issuer: string): string | undefined {
  try {
    const { ast } = parseExpression(expression)
    const value = evaluateNode(ast, (name) => (name === 'issuer' ? issuer : undefined))
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * The issuers for which a condition can pass at all: those that the whole condition, or an operand
 * of its outermost `&&`, compares the issuer with.
 * @returns undefined where the condition does not say
 */
export function possibleIssuers(condition: string): readonly string[] | undefined {
  try {
    return issuersOf(parseExpression(condition).ast)
  } catch {
    return undefined
  }
}

function issuersOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === '&&') {
    const [left, right] = node.args.map(issuersOf)
    if (left === undefined || right === undefined) return left ?? right
    return left.filter((issuer) => right.includes(issuer))
  }
  if (node.op === '||') {
    const [left, right] = node.args.map(issuersOf)
    return left && right ? [...left, ...right] : undefined
  }
  if (node.op === '==') {
    const [left, right] = node.args
    if (isIssuer(left)) return literalsOf([right])
    return isIssuer(right) ? literalsOf([left]) : undefined
  }
  if (node.op === 'in' && isIssuer(node.args[0])) {
    const list = node.args[1]
    return list.op === 'list' ? literalsOf(list.args) : undefined
  }
  return undefined
}

function isIssuer(node: ASTNode): boolean {
  return node.op === 'id' && node.args === 'issuer'
}

function literalsOf(nodes: readonly ASTNode[]): string[] | undefined {
  const texts = nodes.flatMap((node) =>
    node.op === 'value' && typeof node.args === 'string' ? [node.args] : [],
  )
  return texts.length === nodes.length ? texts : undefined
}

function namesIn(node: ASTNode): string[] {
  return node.op === 'id' ? [node.args] : childNodes(node.args).flatMap(namesIn)
}
