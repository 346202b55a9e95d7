/** Which part of a condition does not pass, for the reason of a refusal. */
import { type ASTNode, type CelScope, evaluateParsed, parseExpression } from './cel.ts'
import { claimsIn, foundClaims } from './claim-paths.ts'

export interface UnmetOperand {
  /** How many operands of the outermost `&&` are not true. */
  readonly count: number
  /** What the first of them reads, by name, with `(absent)` for what is not there. */
  readonly found: Readonly<Record<string, unknown>>
  /** Why the first of them could not be evaluated. */
  readonly error: string | undefined
}

/** @returns undefined where the condition passes */
export function findUnmetOperand(expression: string, scope: CelScope): UnmetOperand | undefined {
  try {
    const operands = operandsOf(parseExpression(expression).ast)
    const results = operands.map((node) => ({ node, ...evaluateParsed(node, scope) }))
    const unmet = results.filter(({ value }) => value !== true)
    const [first] = unmet
    if (first === undefined) return undefined
    const { node, error } = first
    const found = {
      ...foundClaims(claimsIn(node), scope.claims),
      ...foundClaims(claimsIn(node, 'actor'), scope.actor, 'actor'),
      ...foundClaims(claimsIn(node, 'identity'), scope.identity, 'identity'),
    }
    return { count: unmet.length, found, error }
  } catch {
    return { count: 1, found: {}, error: 'the condition cannot be parsed' }
  }
}

function operandsOf(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(operandsOf) : [node]
}
