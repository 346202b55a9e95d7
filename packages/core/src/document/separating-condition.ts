/** Which `member` conditions keep the callers of two tenants apart. */
import { type ASTNode, childNodes, parseExpression } from '../expression/cel.ts'

/** The order of their operands does not change their result. */
const COMMUTATIVE = ['==', '!=', '&&', '||']

/**
 * A canonical form of a `member` condition, equal for conditions that differ only in white space,
 * parentheses, quotes or the order of operands.
 * @returns undefined where nothing separates this tenant's callers from those of another: there is
 *   no condition, or it reads no claim, so that it is the same for every caller
 */
export function separatingCondition(member: string | undefined): string | undefined {
  if (member === undefined) return undefined
  const { ast } = parseExpression(member)
  return readsClaims(ast) ? canonicalNode(ast) : undefined
}

/**
 * @param own and other: from {@link separatingCondition}
 * @returns undefined where the two conditions separate the callers of two tenants
 */
export function whyNotSeparated(
  own: string | undefined,
  other: string | undefined,
): string | undefined {
  if (own === undefined) return 'this document has no member condition that reads a claim'
  if (other === undefined) return 'its document has no member condition that reads a claim'
  return own === other ? 'both have the same member condition' : undefined
}

function readsClaims(node: ASTNode): boolean {
  return (node.op === 'id' && node.args === 'claims') || childNodes(node.args).some(readsClaims)
}

function canonicalNode(node: ASTNode): string {
  const { op, args } = node
  // 1 and 1.0 have one form: a claim that equals one of them equals the other.
  if (op === 'value') return typeof args === 'string' ? JSON.stringify(args) : String(args)
  const operands = Array.isArray(args) ? args.map(canonicalPart) : [canonicalPart(args)]
  const isField = op === '[]' && args[1].op === 'value' && typeof args[1].args === 'string'
  const ordered = COMMUTATIVE.includes(op) ? operands.sort() : operands
  return `${isField ? '.' : op}(${ordered.join()})`
}

/** A node, a list of nodes, or a name. */
function canonicalPart(part: unknown): string {
  if (Array.isArray(part)) return `[${part.map(canonicalPart).join()}]`
  const [node] = childNodes(part)
  return node ? canonicalNode(node) : JSON.stringify(part)
}
