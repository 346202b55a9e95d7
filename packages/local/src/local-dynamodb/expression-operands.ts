/** Operands of expressions that dynalite parsed. */
import type { Operand, Operation } from 'dynalite/db/index.js'

/** Values have the names of types as members, such as `S`. */
export function isOperation(operand: Operand): operand is Operation {
  return !Array.isArray(operand) && 'args' in operand
}

/** The attributes of an operand, by their whole names: `b` for `b.c + :d`. */
export function operandAttributes(operand: Operand): readonly string[] {
  if (Array.isArray(operand)) return [String(operand[0])]
  return isOperation(operand) ? operand.args.flatMap(operandAttributes) : []
}
