/** Checks the types of a CEL expression before deployment; the deployed broker needs no types. */

import { parseExpression } from './cel.ts'
import type { ASTNode } from './cel-ast.ts'
import { CelSyntaxError, type Span } from './cel-syntax-error.ts'
import { BOOL, describeType, joinTypes, STRING, type StaticType } from './cel-types.ts'
import { CelTypeError, type Declarations, typeOf, VARIABLES } from './infer-type.ts'
import { parseCel } from './parse-cel.ts'

/** What verification ensures, by names such as `claims.sub`. Other claims may have any type. */
export type ClaimTypes = ReadonlyMap<string, StaticType>

/** What is wrong with an expression, and where in it. */
export interface ExpressionProblem {
  readonly message: string
  readonly kind: 'syntax' | 'type'
  readonly span: Span
  /** The types of the operands or arguments that do not match, in their order. */
  readonly types?: readonly StaticType[]
  /** Where it is a part whose types do not match. */
  readonly node?: ASTNode
}

/**
 * @param claims types of claims that are known
 * @returns what is wrong with an expression of a tenant document, or undefined
 */
export function checkExpression(
  expression: string,
  resultType: 'bool' | 'string',
  claims: ClaimTypes = new Map(),
): ExpressionProblem | undefined {
  try {
    const type = typeOf(parseExpression(expression).ast, variable(claims))
    const isWanted = joinTypes(type, resultType === 'bool' ? BOOL : STRING) !== undefined
    if (isWanted) return undefined
    const message = `it returns ${describeType(type)}, not ${resultType}`
    return { message, kind: 'type', span: [0, expression.length], types: [type] }
  } catch (error) {
    return problemOf(error, expression, claims)
  }
}

function variable(claims: ClaimTypes): Declarations {
  return (name) => VARIABLES.get(name) ?? claims.get(name)
}

/** Places are found only where there is a problem: parsing for a request does not need them. */
function problemOf(error: unknown, expression: string, claims: ClaimTypes): ExpressionProblem {
  const message = error instanceof Error ? error.message : 'it cannot be checked'
  const whole = [0, expression.length] as const
  if (error instanceof CelSyntaxError) return { message, kind: 'syntax', span: error.span }
  if (!(error instanceof CelTypeError)) return { message, kind: 'syntax', span: whole }
  const spans = new Map<ASTNode, Span>()
  try {
    typeOf(parseCel(expression, spans), variable(claims))
  } catch (again) {
    if (again instanceof CelTypeError) {
      const { node, types } = again
      return { message, kind: 'type', span: spans.get(node) ?? whole, types, node }
    }
  }
  return { message, kind: 'type', span: whole }
}
