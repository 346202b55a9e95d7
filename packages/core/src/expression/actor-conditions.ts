/** What an expression reads of the party that acts for the subject, decided from its syntax. */
import { type ASTNode, childNodes, parseExpression } from './cel.ts'

/**
 * Whose values an expression has: those of the token's subject, or of the actor that acts now, or
 * of both. Who acted before is vouched for by the issuer of the subject, and counts as the subject.
 */
export type Reader = 'subject' | 'actor' | 'both'

/** Whether it considers that another party may act for the subject. */
export function mentionsActor(expression: string): boolean {
  return readingsOf(expression).some((reading) => reading !== 'other')
}

export function readerOf(expression: string): Reader {
  const readings = new Set(readingsOf(expression))
  if (readings.has('chain')) return 'both'
  if (!readings.has('actor')) return 'subject'
  return readings.size === 1 ? 'actor' : 'both'
}

/** `chain`: the whole variable `actor`, and with it each party that acts or acted. */
type Reading = 'actor' | 'earlier' | 'chain' | 'other'

/** What its names lead to; nothing for one that cannot be parsed. */
function readingsOf(expression: string): readonly Reading[] {
  try {
    return readingsIn(parseExpression(expression).ast)
  } catch {
    return []
  }
}

function readingsIn(node: ASTNode): readonly Reading[] {
  // No comprehension may name its variable so.
  if (node.op === 'id') return [node.args === 'actor' ? 'chain' : 'other']
  if (node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'actor')
    return [node.args[1] === 'actor' ? 'earlier' : 'actor']
  return childNodes(node.args).flatMap(readingsIn)
}
