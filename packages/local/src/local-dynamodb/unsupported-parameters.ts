/** Refuses by name the parameters that dynalite would ignore. */
import type { ParameterTypes } from 'dynalite/validations/index.js'
import { AwsRefusal } from '../local-aws/aws-refusal.ts'
import { isJsonObject, type RequestBody } from './parse-request-body.ts'

/** Values, as JSON, that mean the same as leaving the parameter out. */
const NEUTRAL: Readonly<Record<string, string>> = {
  DeletionProtectionEnabled: 'false',
  ReturnItemCollectionMetrics: '"NONE"',
  ReturnValuesOnConditionCheckFailure: '"NONE"',
  StreamSpecification: '{"StreamEnabled":false}',
  TableClass: '"STANDARD"',
  Tags: '[]',
}

/** What dynalite accepts without doing it. The last two are those of an index in `UpdateTable`. */
const IGNORED = new Set(['ReturnItemCollectionMetrics', 'Create', 'Delete'])

/**
 * A parameter that is ignored could be one that the caller relies on.
 *
 * @param types the parameters of the operation that dynalite knows
 * @throws {AwsRefusal} `ValidationException` with the parameter's name
 */
export function refuseUnsupportedParameters(
  operation: string,
  parameters: RequestBody,
  types: ParameterTypes,
): void {
  const name = findUnsupported(parameters, types)
  if (name === undefined) return
  throw new AwsRefusal(
    400,
    'ValidationException',
    `The parameter ${name} of ${operation} is not supported by the local DynamoDB; leave it out, ` +
      'or use DynamoDB at AWS',
  )
}

function findUnsupported(structure: RequestBody, types: ParameterTypes): string | undefined {
  for (const [name, value] of Object.entries(structure)) {
    if (value === null) continue
    const type = Object.hasOwn(types, name) ? types[name] : undefined
    if (type === undefined || IGNORED.has(name)) {
      if (NEUTRAL[name] === JSON.stringify(value)) continue
      return JSON.stringify(name.slice(0, 64))
    }
    const nested = findWithin(value, type)
    if (nested !== undefined) return nested
  }
  return undefined
}

/** Values of attributes have a type without a list of members, and dynalite checks them itself. */
function findWithin(value: unknown, type: unknown): string | undefined {
  if (!isJsonObject(type) || !isJsonObject(type.children) || typeof type.type !== 'string')
    return undefined
  const { children } = type
  if (/^(Value|Field)Struct/.test(type.type))
    return isJsonObject(value) ? findUnsupported(value, children) : undefined
  const elements = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : []
  for (const element of elements) {
    const nested = findWithin(element, children)
    if (nested !== undefined) return nested
  }
  return undefined
}
