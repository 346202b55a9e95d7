/** Guards of the local DynamoDB. */
import type { Mutant } from './mutant.ts'

export const DYNAMODB_MUTANTS: readonly Mutant[] = [
  {
    guard: 'a denied request is not executed',
    find: 'if (denial === undefined) continue',
    replace: 'if (denial !== undefined) continue',
  },
  {
    guard: 'a request that names no partition has no leading keys, and not an empty list of them',
    find: '  if (name === undefined) return undefined\n',
    replace: '  if (name === undefined) return []\n',
  },
  {
    guard: 'every item of a request must have a partition key',
    find: 'known.length === values.length && known.length > 0 ? [...new Set(known)] : undefined',
    replace: '[...new Set(known)]',
  },
  {
    guard: 'only an equality selects a partition',
    find: "condition?.ComparisonOperator === 'EQ' && others.length === 0 ?",
    replace: 'condition !== undefined ?',
  },
  {
    guard: 'of an index, the partition key is that of the index',
    find: '  if (indexName === undefined) return table?.KeySchema[0]?.AttributeName\n',
    replace: '  if (indexName !== "") return table?.KeySchema[0]?.AttributeName\n',
  },
  {
    guard: 'an index is another resource than its table',
    find: 'IndexName === undefined ? arn : `${arn}/index/${IndexName}`',
    replace: 'arn',
  },
  {
    guard: 'an element of a batch has a put or a delete, and not both',
    find: 'item === undefined || (PutRequest !== undefined && DeleteRequest !== undefined)',
    replace: 'item === undefined',
  },
  {
    guard: 'attributes that an update only reads are attributes of the request',
    find: '...(val === undefined ? [] : operandAttributes(val)),',
    replace: '',
  },
  {
    guard: 'attributes of conditions are attributes of the request',
    find: '_condition?.pathHeads, ',
    replace: '',
  },
  {
    guard: 'attributes of filters are attributes of the request',
    find: ', _filter?.pathHeads',
    replace: '',
  },
  {
    guard: 'attributes of legacy conditions are attributes of the request',
    find: 'ScanFilter, Expected, AttributeUpdates],',
    replace: 'ScanFilter],',
  },
  {
    guard: 'SPECIFIC_ATTRIBUTES needs a list of attributes',
    find: "if (!isListed && Select === 'SPECIFIC_ATTRIBUTES')",
    replace: 'if (Select === "")',
  },
  {
    guard: 'Select without a value means all attributes',
    find: 'return Select ?? (IndexName === undefined ?',
    replace:
      "if (Select === undefined) return 'SPECIFIC_ATTRIBUTES'\n  return Select ?? (IndexName ?",
  },
  {
    guard: 'a parameter that dynalite ignores is refused',
    find: '  refuseUnsupportedParameters(operation, body, types)\n',
    replace: '  \n',
  },
  {
    guard: 'an expression whose parentheses occupy the parser is refused',
    find: '    if (depth > MAX_PARENTHESES)\n',
    replace: '    if (depth < 0)\n',
  },
  {
    guard: 'names of every object of JavaScript are refused',
    find: '  if (!(name in Object.prototype)) return\n',
    replace: '  if (name !== "") return\n',
  },
  {
    guard: 'half of a surrogate pair is refused',
    find: '!text.isWellFormed()',
    replace: 'text === "\\0"',
  },
  {
    guard: 'bytes that are not UTF-8 are refused',
    find: 'fatal: true',
    replace: 'fatal: false',
  },
  {
    guard: 'an ARN of another account is not a table of the caller',
    find: '  if (arn === tableArn(place, name)) return name\n',
    replace: '  if (arn !== "") return name\n',
  },
  {
    guard: 'pages of other origins may not read responses',
    find: '!allowedOrigins.includes(origin)',
    replace: 'origin === ""',
  },
  {
    guard: 'the older version of the API is not an operation here',
    find: 'version === VERSION && ',
    replace: '',
  },
]
