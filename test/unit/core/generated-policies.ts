/** Generated grants and callers' policies, and a brute-force evaluator of IAM policies. */
import fc from 'fast-check'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { iamMatches } from '../../fixtures/iam-match.ts'

const ACTIONS = [
  's3:GetObject',
  's3:GetObjectTagging',
  's3:PutObject',
  's3:ListBucket',
  'sqs:SendMessage',
]
const RESOURCES = ['a', 'b', 'ab', 'a/a', 'a/b', 'a/b/a', 'b:a', ''].flatMap((key) => [
  `arn:aws:s3:::data/${key}`,
  `arn:aws:s3:eu::data/${key}`,
])
const PREFIXES = [undefined, 'x', 'y', 'xy']

/** One request to AWS. */
export interface AwsRequest {
  readonly action: string
  readonly resource: string
  readonly prefix: string | undefined
}
export const REQUESTS: readonly AwsRequest[] = ACTIONS.flatMap((action) =>
  RESOURCES.flatMap((resource) => PREFIXES.map((prefix) => ({ action, resource, prefix }))),
)

const actionPattern = fc.constantFrom(
  ...ACTIONS,
  '*',
  's3:*',
  's3:Get*',
  's3:?etObject',
  'S3:GETOBJECT',
  '*:*',
  's3:*Object',
)
const resourcePattern = fc.oneof(
  fc.constantFrom(
    '*',
    'arn:aws:s3:*',
    'arn:*:*:*:*:*',
    'arn:aws:s3:*::data/*',
    'arn:aws:s3:::${aws:username}/*',
  ),
  fc
    .array(fc.constantFrom('a', 'b', '/', '*', '?', ':'), { maxLength: 5 })
    .map((p) => `arn:aws:s3:::data/${p.join('')}`),
)
const condition = fc.option(
  fc.dictionary(
    fc.constantFrom('StringEquals', 'StringLike', 'StringNotEquals'),
    fc.dictionary(
      fc.constantFrom('s3:prefix', 'S3:Prefix'),
      fc.oneof(fc.constantFrom('x', 'y', '*', 'x?'), fc.subarray(['x', 'y'], { minLength: 1 })),
      { minKeys: 1, maxKeys: 2 },
    ),
    { minKeys: 1, maxKeys: 2 },
  ),
  { nil: undefined },
)
const statement = (effects: readonly ('Allow' | 'Deny')[]) =>
  fc
    .record({
      Effect: fc.constantFrom(...effects),
      Action: fc.oneof(actionPattern, fc.array(actionPattern, { minLength: 1, maxLength: 3 })),
      Resource: fc.oneof(
        resourcePattern,
        fc.array(resourcePattern, { minLength: 1, maxLength: 3 }),
      ),
      Condition: condition,
    })
    .map(({ Condition, ...rest }): PolicyStatement => (Condition ? { ...rest, Condition } : rest))
const grant = fc.array(statement(['Allow', 'Allow', 'Deny']), { minLength: 1, maxLength: 4 })

/** A grant, and what a caller sends: new statements, or statements of the grant with changes. */
export const grantAndCallerPolicy = grant.chain((granted) =>
  fc.record({
    granted: fc.constant(granted),
    wanted: fc.array(
      fc.oneof(
        statement(['Allow', 'Deny']),
        fc
          .tuple(fc.constantFrom(...granted), statement(['Allow']), fc.integer({ min: 0, max: 7 }))
          .map(([base, other, mask]): PolicyStatement => {
            const { Condition, ...rest } = { ...base }
            const kept = mask & 4 ? { ...Condition, ...other.Condition } : Condition
            return {
              ...rest,
              ...(mask & 1 && other.Action ? { Action: other.Action } : {}),
              ...(mask & 2 && other.Resource ? { Resource: other.Resource } : {}),
              ...(kept ? { Condition: kept } : {}),
            }
          }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
)

type Matches = (pattern: string, arn: string) => boolean

/** A `*` that does not cross a colon: IAM's documentation does not say whether it does. */
const matchSegments: Matches = (pattern, arn) => {
  if (pattern === '*') return true
  const [wide, narrow] = [pattern.split(':'), arn.split(':')]
  const last = (parts: string[]) => [...parts.slice(0, 5), parts.slice(5).join(':')]
  return (
    wide.length >= 6 &&
    last(wide).every((part, index) => iamMatches(part, last(narrow)[index] ?? ''))
  )
}

/** The ways in which AWS may match a resource; a property must be true of each. */
export const RESOURCE_MATCHERS: readonly Matches[] = [iamMatches, matchSegments]

/** IAM's decision on one request, by the statements of one policy. */
export function allows(
  statements: readonly PolicyStatement[],
  request: AwsRequest,
  matches: Matches,
): boolean {
  const applies = (effect: string) =>
    statements.some(
      (one) =>
        one.Effect === effect &&
        [one.Action ?? []]
          .flat()
          .some((pattern) => iamMatches(pattern.toLowerCase(), request.action.toLowerCase())) &&
        [one.Resource ?? []].flat().some((pattern) => matches(pattern, request.resource)) &&
        conditionsMatch(one.Condition ?? {}, request.prefix),
    )
  return applies('Allow') && !applies('Deny')
}

function conditionsMatch(
  conditions: NonNullable<PolicyStatement['Condition']>,
  found: string | undefined,
): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.values(keys).every((expected) => {
      const values = [expected].flat().map(String)
      if (found === undefined) return operator === 'StringNotEquals'
      if (operator === 'StringNotEquals') return !values.includes(found)
      return values.some((value) =>
        operator === 'StringLike' ? iamMatches(value, found) : value === found,
      )
    }),
  )
}
