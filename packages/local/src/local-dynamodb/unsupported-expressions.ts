/** Refuses what would stop dynalite, and with it the whole local runtime. */
import type { CheckedParameters, Operand, Operation } from 'dynalite/db/index.js'
import validations from 'dynalite/validations/index.js'
import { AwsRefusal } from '../local-aws/aws-refusal.ts'
import { isOperation } from './expression-operands.ts'
import type { RequestBody } from './parse-request-body.ts'

/** As at AWS, in bytes. */
const MAX_EXPRESSION_BYTES = 4096
/** dynalite's parser tries every reading: with five levels, a few bytes take two seconds. */
const MAX_PARENTHESES = 4
const EXPRESSIONS = [
  ...['ConditionExpression', 'FilterExpression', 'KeyConditionExpression'],
  ...['ProjectionExpression', 'UpdateExpression'],
]

/**
 * Before the expressions are parsed.
 *
 * @throws {AwsRefusal} `ValidationException`
 */
export function checkExpressionSizes(parameters: RequestBody): void {
  for (const name of EXPRESSIONS) {
    const expression = parameters[name]
    if (typeof expression !== 'string') continue
    if (Buffer.byteLength(expression) > MAX_EXPRESSION_BYTES)
      throw refusal(
        `Invalid ${name}: Expression size has exceeded the maximum allowed size; size: ` +
          `${Buffer.byteLength(expression)}`,
      )
    checkParentheses(name, expression)
  }
}

function checkParentheses(name: string, expression: string): void {
  let depth = 0
  for (const character of expression) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (depth > MAX_PARENTHESES)
      throw refusal(
        `Invalid ${name}: more than ${MAX_PARENTHESES} nested parentheses are not supported by ` +
          'the local DynamoDB',
      )
    if (depth < 0) break
  }
  if (depth !== 0) throw refusal(`Invalid ${name}: Syntax error; unbalanced parentheses`)
}

/**
 * After the expressions were parsed: dynalite throws where an item has no such attribute, or one
 * of another type, as a bound of BETWEEN, in the list of IN, and as the prefix of begins_with.
 *
 * @throws {AwsRefusal} `ValidationException`
 */
export function checkComparisons({ _condition, _filter, Expected }: CheckedParameters): void {
  for (const condition of [_condition, _filter])
    if (condition !== undefined) checkOperation(condition.expression)
  for (const { ComparisonOperator, AttributeValueList, Value } of Object.values(Expected ?? {})) {
    const values = AttributeValueList ?? (Value === undefined ? [] : [Value])
    for (const value of values) {
      const problem = validations.validateAttributeValue(value)
      if (problem !== undefined) throw refusal(problem)
      if (ComparisonOperator === 'BEGINS_WITH' && !('S' in value || 'B' in value))
        throw refusal(
          'One or more parameter values were invalid: ComparisonOperator BEGINS_WITH is not ' +
            `valid for ${Object.keys(value).join()} AttributeValue type`,
        )
    }
  }
}

function checkOperation({ type, name, args }: Operation): void {
  const [, ...others] = args
  const operator = type === 'function' ? name : type
  if (
    (operator === 'between' || operator === 'in' || operator === 'begins_with') &&
    !others.every(isLiteral)
  )
    throw refusal(
      `${operator.toUpperCase()} with an attribute or a function after its first operand is not ` +
        'supported by the local DynamoDB; use a value',
    )
  for (const operand of args) if (isOperation(operand)) checkOperation(operand)
}

function isLiteral(operand: Operand): boolean {
  return !Array.isArray(operand) && !isOperation(operand)
}

function refusal(message: string): AwsRefusal {
  return new AwsRefusal(400, 'ValidationException', message)
}
