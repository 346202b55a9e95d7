/** Whether one condition in CEL passes only where another one does, as far as its form shows. */
import { type ASTNode, parseExpression } from '../expression/cel.ts'

/** A condition, prepared for comparisons with many others. */
export interface ComparableCondition {
  /** The operands of the outermost `&&`, by their forms; see `formOf`. */
  readonly operands: ReadonlyMap<string, ASTNode>
}

const ALWAYS: ComparableCondition = { operands: new Map() }

/** @param condition undefined: always passes. One that does not compile never implies another. */
export function comparableOf(condition: string | undefined): ComparableCondition {
  if (condition === undefined) return ALWAYS
  try {
    return ofNode(parseExpression(condition).ast)
  } catch {
    return { operands: new Map([[condition, { op: 'value', args: condition }]]) }
  }
}

/**
 * True only where it is certain. All operands of `&&` pass where the whole passes, and `||` passes
 * where one operand does, even if another one fails (CEL specification, "Logical operators").
 */
export function implies(condition: ComparableCondition, other: ComparableCondition): boolean {
  for (const [form, operand] of other.operands)
    if (!condition.operands.has(form) && !impliesOperand(condition, operand)) return false
  return true
}

/** Whether the condition is written as a constant that never passes. */
export function neverPasses({ operands }: ComparableCondition): boolean {
  return [...operands.values()].some(({ op, args }) => op === 'value' && args === false)
}

function impliesOperand(condition: ComparableCondition, other: ASTNode): boolean {
  if (other.op === 'value') return other.args === true
  if (other.op === '||' && other.args.some((choice) => implies(condition, ofNode(choice))))
    return true
  return [...condition.operands.values()].some((operand) =>
    operand.op === '||'
      ? operand.args.every((choice) => implies(ofNode(choice), ofNode(other)))
      : isOneOf(operand, other),
  )
}

/** `x == "a"` implies `x in ["a", "b"]`. */
function isOneOf(node: ASTNode, other: ASTNode): boolean {
  if (node.op !== '==' || other.op !== 'in') return false
  const [element, list] = other.args
  const [left, right] = node.args
  if (formOf(left) !== formOf(element) || list.op !== 'list' || right.op !== 'value') return false
  return list.args.some((item) => formOf(item) === formOf(right))
}

function ofNode(node: ASTNode): ComparableCondition {
  return { operands: new Map(conjunctsOf(node).map((operand) => [formOf(operand), operand])) }
}

function conjunctsOf(node: ASTNode): ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(conjunctsOf) : [node]
}

/** Equal for nodes that are written the same, except for white space and parentheses. */
function formOf(node: ASTNode): string {
  return JSON.stringify(node, (_, value: unknown) => {
    if (typeof value === 'bigint') return { int: String(value) }
    return typeof value === 'number' ? { double: String(value) } : value
  })
}
