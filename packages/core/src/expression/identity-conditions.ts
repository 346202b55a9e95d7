/** Whether an expression reads the identity that a caller has in an identity pool. */
import { type ASTNode, childNodes, parseExpression } from './cel.ts'

/** False for an expression that cannot be parsed. */
export function mentionsIdentity(expression: string): boolean {
  try {
    return namesIdentity(parseExpression(expression).ast)
  } catch {
    return false
  }
}

/** No comprehension may name its variable so. */
function namesIdentity(node: ASTNode): boolean {
  return node.op === 'id' ? node.args === 'identity' : childNodes(node.args).some(namesIdentity)
}
