/** The values of `dynamodb:Attributes` and `dynamodb:Select`: what a request is about. */
import type {
  CheckedParameters,
  Item,
  KeysAndAttributes,
  ReadParameters,
} from 'dynalite/db/index.js'
import { AwsRefusal } from '../local-aws/aws-refusal.ts'
import { operandAttributes } from './expression-operands.ts'
import { checkName } from './parse-request-body.ts'

/**
 * Every attribute that the request reads, writes, returns or evaluates, by the name of the whole
 * attribute: `a` for `a.b[0]`. Attributes that it returns without naming them are not included, as
 * at AWS, so policies limit `dynamodb:Select` and `dynamodb:ReturnValues` too.
 *
 * @see DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control"
 * @throws {AwsRefusal} `ValidationException` for a name that dynalite cannot keep
 */
export function requestedAttributes(
  parameters: CheckedParameters,
  items: readonly Item[],
): readonly string[] {
  const { KeyConditions, QueryFilter, ScanFilter, Expected, AttributeUpdates } = parameters
  const { _condition, _filter, _updates } = parameters
  const named = [
    ...[...items, KeyConditions, QueryFilter, ScanFilter, Expected, AttributeUpdates],
    ...[_condition?.pathHeads, _filter?.pathHeads],
  ].flatMap((record) => Object.keys(record ?? {}))
  const updated = (_updates?.sections ?? []).flatMap(({ path, val }) => [
    ...operandAttributes(path),
    ...(val === undefined ? [] : operandAttributes(val)),
  ])
  return distinct([...named, ...updated, ...returnedAttributes(parameters)])
}

/** The same of one table of a `BatchGetItem`. */
export function requestedAttributesOfKeys(keys: KeysAndAttributes): readonly string[] {
  const named = keys.Keys.flatMap((key) => Object.keys(key))
  return distinct([...named, ...returnedAttributes(keys)])
}

function returnedAttributes({ AttributesToGet, _projection }: ReadParameters): readonly string[] {
  return [...(AttributesToGet ?? []), ...(_projection?.paths ?? []).flatMap(operandAttributes)]
}

function distinct(names: readonly string[]): readonly string[] {
  for (const name of names) checkName(name)
  return [...new Set(names)]
}

/**
 * The parameter always has a value. dynalite does not check that it agrees with the attributes, so
 * `SPECIFIC_ATTRIBUTES` without a list would return all of them.
 *
 * @see DynamoDB API Reference, "Query", `Select`
 * @throws {AwsRefusal} `ValidationException`
 */
export function effectiveSelect(
  parameters: Pick<CheckedParameters, 'Select' | 'IndexName' | keyof ReadParameters>,
): string {
  const { Select, IndexName, AttributesToGet, _projection } = parameters
  const isListed = AttributesToGet !== undefined || _projection !== undefined
  if (isListed && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES')
    throw new AwsRefusal(
      400,
      'ValidationException',
      `Cannot specify the AttributesToGet or ProjectionExpression when choosing to get ${Select}`,
    )
  if (!isListed && Select === 'SPECIFIC_ATTRIBUTES')
    throw new AwsRefusal(
      400,
      'ValidationException',
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get ' +
        'SPECIFIC_ATTRIBUTES',
    )
  if (IndexName === undefined && Select === 'ALL_PROJECTED_ATTRIBUTES')
    throw new AwsRefusal(
      400,
      'ValidationException',
      'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
    )
  if (isListed) return 'SPECIFIC_ATTRIBUTES'
  return Select ?? (IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES')
}
