/** Says what is wrong with a CEL expression, and writes it as CEL where that is clear. */

import { describeType, type StaticType } from '../../expression/cel-types.ts'
import type { ClaimTypes, ExpressionProblem } from '../../expression/check-expression.ts'
import { checkExpression } from '../../expression/check-expression.ts'
import { findRewrites } from './expression-rewrites.ts'

export interface ExplainedExpression {
  readonly reason: string
  readonly hint: string
  readonly span: readonly [start: number, end: number]
}

/** A longer expression is not repeated. */
const MAX_SHOWN_CHARACTERS = 200

export function explainExpression(
  expression: string,
  resultType: 'bool' | 'string',
  problem: ExpressionProblem,
  claims?: ClaimTypes,
): ExplainedExpression {
  const { span } = problem
  const [message = ''] = problem.message.split(/\n|; use one of:/)
  const reason = describeMismatch(problem) ?? message
  for (const { text, why } of findRewrites(expression, problem)) {
    if (text.length > MAX_SHOWN_CHARACTERS) continue
    // Only what compiles is suggested.
    if (checkExpression(text, resultType, claims) === undefined)
      return { reason, hint: `${why}: ${text}`, span }
  }
  const example = resultType === 'bool' ? 'claims.org == "acme"' : 'claims.sub'
  const hint =
    hintForMessage(problem.message) ??
    listFunctions(problem.message) ??
    `write a CEL expression that returns a ${resultType}, such as ${example}`
  return { reason, hint, span }
}

/** Of operators and methods, in words; undefined where the message says it. */
function describeMismatch({ node, types = [] }: ExpressionProblem): string | undefined {
  const [first, second] = types.map(inWords)
  if (node === undefined || first === undefined) return undefined
  if (node.op === 'in')
    return second === undefined
      ? `in needs a list or a map on its right, not ${first}`
      : `in searches for ${first} in a list of ${second}s`.replace(' of a ', ' of ')
  if (node.op === 'rcall') {
    const [name, , args] = node.args
    const isReceiver = args.length === 0 || second === 'a string' || second === 'a value'
    return isReceiver ? `${name} is not a method of ${first}` : undefined
  }
  if ((node.op === '==' || node.op === '!=') && second !== undefined)
    return `${node.op} compares ${first} with ${second}, which are never equal`
  return undefined
}

function inWords(type: StaticType): string {
  switch (type.kind) {
    case 'list':
      return 'a list'
    case 'map':
      return 'a map'
    case 'int':
      return 'an int'
    case 'dyn':
      return 'a value'
    case 'text-or-list':
      return 'a string or a list of strings'
    default:
      return `a ${describeType(type)}`
  }
}

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/no closing/, 'write the same quotation mark where the text ends'],
  [/more than \d+ (?:characters|parts)|nested deeper/, 'split it into several rules or attributes'],
  [
    /function matches/,
    'use ==, startsWith, endsWith or contains, or in with a list; for an attribute, write pattern',
  ],
  [
    /"\?" is not|before \?|"@" is not|"\$" is not/,
    'write claims.NAME for a claim; has(claims.NAME) is whether there is one',
  ],
  [
    /before \?|^a value is expected before \./,
    'where a claim may be missing, write has(claims.a) && claims.a == "b"',
  ],
  [/^: is expected/, 'write both values: CONDITION ? VALUE : OTHER'],
  [/before like$/, 'write startsWith, endsWith or contains: claims.a.startsWith("b")'],
  [/before :$/, 'write a name with other characters in brackets: claims["https://…"]'],
  [/comprehension cannot/, 'for a part of a text, write contains: claims.a.contains("b")'],
  [/^request has no member/, 'compare request.ip or request.endpoint'],
  [/it returns bool, not string/, 'write both values: CONDITION ? "a" : "b"'],
  [/it returns .*, not bool/, 'compare it with a value, such as claims.org == "acme"'],
  [/it returns (?:int|double|number), not string/, 'write string(…) around it'],
  [/it returns list/, 'choose one item: claims.NAME[0]'],
]

/** Of a function that is not available, those that are. */
function listFunctions(message: string): string | undefined {
  const [, list] = message.split('; use one of: ')
  return list && `use one of: ${list}`
}

function hintForMessage(message: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(message))?.[1]
}
