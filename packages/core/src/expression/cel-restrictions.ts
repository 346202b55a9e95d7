/** Which CEL expressions are accepted: those whose cost is small for every token. */
import { type ASTNode, COMPREHENSIONS, childNodes, isComprehension } from './cel-ast.ts'
import { FUNCTIONS, METHODS } from './cel-functions.ts'
import { TYPE_VALUES } from './cel-values.ts'

/** The variables of every expression. */
const VARIABLE_NAMES: readonly string[] = ['claims', 'issuer', 'request', 'actor', 'identity']

/**
 * Rejects functions that are not available, macros of the wrong form, and nested comprehensions:
 * their costs multiply.
 * @throws {Error} with what is wrong
 */
export function checkRestrictions(node: ASTNode, inComprehension = false): void {
  if (node.op === 'call') checkFunction(...node.args)
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args
    if (isComprehension(name)) {
      if (inComprehension) throw new Error(`${name} is nested inside another comprehension`)
      // The list is computed once, so its cost is added, not multiplied. A sum could make it many
      // times longer than the token's own lists.
      if (containsSum(receiver))
        throw new Error(`${name} iterates over a sum; iterate over each operand separately`)
      checkVariable(name, args)
      checkRestrictions(receiver)
      for (const argument of args) checkRestrictions(argument, true)
      return
    }
    if (name === 'split' && inComprehension)
      throw new Error('split is used inside a comprehension; call split once, outside of it')
    if (!METHODS.has(name)) throw notAvailable(name)
  }
  for (const child of childNodes(node.args)) checkRestrictions(child, inComprehension)
}

function checkFunction(name: string, args: readonly ASTNode[]): void {
  if (name === 'has') {
    if (args.length !== 1 || args[0]?.op !== '.')
      throw new Error('has needs one member as its argument, such as has(claims.org)')
  } else if (!FUNCTIONS.has(name)) throw notAvailable(name)
}

/** A name that also means something else would mislead a reader of the expression. */
function checkVariable(name: string, [variable, ...rest]: readonly ASTNode[]): void {
  if (variable?.op !== 'id' || rest.length !== 1)
    throw new Error(`${name} needs a variable and a condition, such as ${name}(g, g == "a")`)
  if (VARIABLE_NAMES.includes(variable.args) || TYPE_VALUES.has(variable.args))
    throw new Error(`${name} cannot use the variable ${variable.args}, which has a meaning already`)
}

function notAvailable(name: string): Error {
  if (name === 'matches')
    return new Error(
      'the function matches is not available, because a regular expression may backtrack ' +
        'catastrophically; use ==, startsWith, endsWith or contains',
    )
  const names = new Set([...COMPREHENSIONS, 'has', ...FUNCTIONS.keys(), ...METHODS.keys()])
  return new Error(`the function ${name} is not available; use one of: ${[...names].join(', ')}`)
}

/** A comprehension's result contains only elements of its list, not what its condition computes. */
function containsSum(node: ASTNode): boolean {
  if (node.op === 'rcall' && isComprehension(node.args[0])) return containsSum(node.args[1])
  return node.op === '+' || childNodes(node.args).some(containsSum)
}
