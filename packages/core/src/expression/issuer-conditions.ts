/** What an expression says about an issuer alone, decided from its syntax. */
import { type ASTNode, childNodes, parseExpression } from './cel.ts'
import { evaluateNode } from './evaluate-cel.ts'

/** Whose issuer: that of the token's subject, or of the actor that acts now. */
type Party = 'subject' | 'actor'

/** Whether the result depends on nothing but the issuer. */
export function readsOnlyIssuer(expression: string, party: Party = 'subject'): boolean {
  try {
    const found = namesIn(parseExpression(expression).ast, party)
    return found.length > 0 && found.every((isIssuerName) => isIssuerName)
  } catch {
    return false
  }
}

/** The text of such an expression for one issuer; undefined where it has none. */
export function textForIssuer(
  expression: string,
  issuer: string,
  party: Party = 'subject',
): string | undefined {
  try {
    const { ast } = parseExpression(expression)
    const [variable, known] = party === 'subject' ? ['issuer', issuer] : ['actor', { issuer }]
    const value = evaluateNode(ast, (name) => (name === variable ? known : undefined))
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
export function possibleIssuers(
  condition: string,
  party: Party = 'subject',
): readonly string[] | undefined {
  try {
    return issuersIn(parseExpression(condition).ast, party)
  } catch {
    return undefined
  }
}

function issuersIn(node: ASTNode, party: Party): readonly string[] | undefined {
  if (node.op === '&&') {
    const [left, right] = node.args.map((operand) => issuersIn(operand, party))
    if (left === undefined || right === undefined) return left ?? right
    return left.filter((issuer) => right.includes(issuer))
  }
  if (node.op === '||') {
    const [left, right] = node.args.map((operand) => issuersIn(operand, party))
    return left && right ? [...left, ...right] : undefined
  }
  if (node.op === '==') {
    const [left, right] = node.args
    if (isIssuer(left, party)) return literalsOf([right])
    return isIssuer(right, party) ? literalsOf([left]) : undefined
  }
  if (node.op === 'in' && isIssuer(node.args[0], party)) {
    const list = node.args[1]
    return list.op === 'list' ? literalsOf(list.args) : undefined
  }
  return undefined
}

function isIssuer(node: ASTNode, party: Party): boolean {
  if (party === 'subject') return node.op === 'id' && node.args === 'issuer'
  if (node.op !== '.' || node.args[1] !== 'issuer') return false
  const [base] = node.args
  return base.op === 'id' && base.args === 'actor'
}

function literalsOf(nodes: readonly ASTNode[]): string[] | undefined {
  const texts = nodes.flatMap((node) =>
    node.op === 'value' && typeof node.args === 'string' ? [node.args] : [],
  )
  return texts.length === nodes.length ? texts : undefined
}

/** For each variable that is read: whether only as the name of the issuer. */
function namesIn(node: ASTNode, party: Party): boolean[] {
  if (isIssuer(node, party)) return [true]
  return node.op === 'id' ? [false] : childNodes(node.args).flatMap((one) => namesIn(one, party))
}
