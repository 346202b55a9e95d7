/** Whether an expression considers that another party may act for the subject. */
import { type ASTNode, childNodes, parseExpression } from './cel.ts'

/** False for one that cannot be parsed. */
export function mentionsActor(expression: string): boolean {
  try {
    return isMentioned(parseExpression(expression).ast)
  } catch {
    return false
  }
}

function isMentioned(node: ASTNode): boolean {
  // No comprehension may name its variable so.
  return node.op === 'id' ? node.args === 'actor' : childNodes(node.args).some(isMentioned)
}
