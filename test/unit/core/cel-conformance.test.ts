/** The published conformance cases of CEL: each passes, or is listed here with the reason. */
import { expect, it } from 'vitest'
import { checkRestrictions } from '../../../packages/core/src/expression/cel-restrictions.ts'
import { evaluateNode } from '../../../packages/core/src/expression/evaluate-cel.ts'
import { typeOf } from '../../../packages/core/src/expression/infer-type.ts'
import { parseCel } from '../../../packages/core/src/expression/parse-cel.ts'
import {
  ANY_VALUE,
  type ConformanceCase,
  conformanceCases,
  describeValue,
} from './cel-conformance-cases.ts'

/** What is not available, as the error of an expression that uses it, with the number of cases. */
const NOT_AVAILABLE = {
  // No claim is an unsigned integer or bytes: JSON has neither.
  'unsigned integers such as': 294,
  'bytes such as': 138,
  // Messages of protobuf, and syntax of optional values: claims have neither.
  'is expected before [{?]': 500,
  'values of protobuf': 100,
  'there is no variable [A-Z]': 30,
  // Functions that no condition needs, and those that cost too much: matches, map and join.
  'the function \\w+ is not available': 493,
  // Names in backticks: claims["content-type"] does the same.
  'the character "`"': 10,
  // Comprehensions with two variables, or inside one another: their costs multiply.
  'needs a variable and a condition': 21,
  'is nested inside another comprehension': 2,
  // A limit.
  'a map has more than 20 items': 1,
  'containers and names with dots': 8,
  'a value is expected before \\.': 6,
}

/** Cases with another result here. */
const DIFFERENT = {
  // The language definition compares numbers "as though on a continuous number line". These cases
  // allow an implementation to round the int to a double, which makes different ids equal.
  'comparisons/lt_literal/not_lt_dyn_int_big_lossy_double': 'true',
  'comparisons/gt_literal/not_gt_dyn_big_double_int': 'true',
  'comparisons/lte_literal/lte_dyn_big_double_int': 'false',
  'comparisons/gte_literal/gte_dyn_int_big_lossy_double': 'false',
}

it('passes every case that uses what is available', () => {
  const passed: string[] = []
  const unavailable: Record<string, number> = {}
  const different: Record<string, string> = {}
  for (const each of conformanceCases()) {
    const { result, problem } = resultOf(each)
    const reason = Object.keys(NOT_AVAILABLE).find((text) => new RegExp(text).test(problem ?? ''))
    if (reason !== undefined) unavailable[reason] = (unavailable[reason] ?? 0) + 1
    else if (result === each.expected || (result && each.expected === ANY_VALUE))
      passed.push(each.name)
    else different[each.name] = result ?? `an error: ${problem}`
  }
  expect(different).toEqual(DIFFERENT)
  expect(unavailable).toEqual(NOT_AVAILABLE)
  expect(passed.length).toBe(737)
})

function resultOf({ expression, bindings, isChecked, missing }: ConformanceCase): {
  result?: string
  problem?: string
} {
  if (missing !== undefined) return { problem: missing }
  try {
    const ast = parseCel(expression)
    checkRestrictions(ast)
    if (isChecked) typeOf(ast, (name) => (bindings.has(name) ? { kind: 'dyn' } : undefined))
    return { result: describeValue(evaluateNode(ast, (name) => bindings.get(name))) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'unknown' }
  }
}
