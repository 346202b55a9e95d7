/** Random statements over few texts, so that they often overlap, and requests near to them. */
import fc from 'fast-check'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import type { EvaluatedRequest } from './slow-evaluator.ts'

const ACTIONS = [
  '*',
  's3:*',
  's3:Get*',
  's3:getobject',
  's3:GetObject',
  's3:Put?bject',
  's3:*Object',
  'sqs:*',
]

const pattern = (characters: string, maxLength = 5) =>
  fc.string({ unit: fc.constantFrom(...characters), maxLength })

const resource = fc.oneof(
  { weight: 1, arbitrary: fc.constant('*') },
  {
    weight: 6,
    arbitrary: pattern('ab/*?', 5).map((rest) => `arn:aws:s3:::${rest || 'a'}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(pattern('ab*', 2), pattern('1*', 2), pattern('a:*?', 4))
      .map(([region, account, rest]) => `arn:aws:s3:${region}:${account}:a${rest}`),
  },
)

/** Of each key, values of one kind, as documents have them. */
const CONDITIONS: readonly {
  readonly key: string
  readonly operators: readonly string[]
  readonly values: fc.Arbitrary<string | boolean | number>
  /** Values of requests, from those of the statements. */
  readonly samples: (own: readonly string[]) => readonly string[]
  readonly maxValues: number
}[] = [
  {
    key: 's3:prefix',
    operators: [
      'StringLike',
      'StringEquals',
      'StringNotLike',
      'StringEqualsIgnoreCase',
      'StringLikeIfExists',
      'StringNotEquals',
      'ForAnyValue:StringLike',
      'ForAllValues:StringLike',
      'ForAllValues:StringNotEquals',
      'ForAnyValue:StringNotLike',
    ],
    values: pattern('aAb*?', 3),
    samples: (own) => [...own, 'a', 'b', 'ab', ''],
    maxValues: 2,
  },
  {
    key: 's3:max-keys',
    operators: [
      'NumericEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEqualsIfExists',
      'NumericNotEquals',
    ],
    values: fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom('1.5', '0.25', '2')),
    samples: () => ['-3', '-2', '-1', '0', '0.25', '0.5', '1', '1.5', '1.75', '2', '2.5', '3', '4'],
    maxValues: 1,
  },
  {
    key: 'aws:SourceIp',
    operators: ['IpAddress', 'NotIpAddress', 'IpAddressIfExists'],
    values: fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', '11.0.0.0/8', '0.0.0.0/0'),
    samples: () => ['10.1.2.3', '10.1.2.4', '10.2.0.0', '11.1.1.1', '9.255.255.255', '12.0.0.0'],
    maxValues: 1,
  },
  {
    key: 'aws:CurrentTime',
    operators: ['DateLessThan', 'DateGreaterThanEquals'],
    values: fc.constantFrom('2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z', '1767225600', '0'),
    samples: () => [
      '1969-01-01T00:00:00Z',
      '2025-12-31T23:59:59Z',
      '2026-01-01T00:00:00Z',
      '2026-03-01T00:00:00Z',
      '2026-06-01T00:00:00Z',
    ],
    maxValues: 1,
  },
  {
    key: 'aws:SecureTransport',
    operators: ['Bool', 'BoolIfExists'],
    values: fc.constantFrom<string | boolean>('true', 'false', true, false),
    samples: () => ['true', 'false'],
    maxValues: 2,
  },
  {
    key: 'aws:SourceArn',
    operators: ['ArnLike', 'ArnEquals', 'ArnNotLike', 'StringEquals'],
    values: pattern('a:*?', 3).map((rest) => `arn:aws:s3:::${rest}`),
    samples: (own) => [...own, 'arn:aws:s3:::a', 'arn:aws:s3:::b:a'],
    maxValues: 2,
  },
]

const condition = fc.constantFrom(...CONDITIONS).chain(({ key, operators, values }) =>
  fc.record({
    key: fc.constantFrom(key, key.toLowerCase()),
    operator: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...operators) },
      { weight: 1, arbitrary: fc.constant('Null') },
    ),
    values: fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 })),
    absent: fc.boolean(),
  }),
)

const conditionBlock = fc.array(condition, { maxLength: 2 }).map((conditions) => {
  const block: Record<
    string,
    Record<string, string | number | boolean | (string | number | boolean)[]>
  > = {}
  for (const { key, operator, values, absent } of conditions) {
    const keys = block[operator] ?? {}
    if (Object.keys(keys).some((other) => other.toLowerCase() === key.toLowerCase())) continue
    block[operator] = { ...keys, [key]: operator === 'Null' ? absent : values }
  }
  return block
})

const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 })

export const generatedStatement: fc.Arbitrary<PolicyStatement> = fc
  .record({
    actions: some(fc.constantFrom(...ACTIONS)),
    resources: some(resource),
    not: fc.constantFrom('', '', '', '', 'action', 'resource'),
    Condition: conditionBlock,
  })
  .map(({ actions, resources, not, Condition }) => ({
    Effect: 'Allow',
    ...(not === 'action' ? { NotAction: actions } : { Action: actions }),
    ...(not === 'resource' ? { NotResource: resources } : { Resource: resources }),
    ...(Object.keys(Condition).length > 0 ? { Condition } : {}),
  }))

export const generatedStatements = fc.array(generatedStatement, { minLength: 1, maxLength: 4 })

/** A statement with parts of the covering ones, which is often contained in them. */
export function narrowedStatement(
  covering: readonly PolicyStatement[],
): fc.Arbitrary<PolicyStatement> {
  return fc
    .record({
      of: fc.constantFrom(...covering),
      other: generatedStatement,
      change: fc.constantFrom('action', 'resource', 'condition', 'none'),
      fill: fc.constantFrom('a', '', 'b', 'a*'),
    })
    .map(({ of, other, change, fill }) => {
      const { Action, NotAction, Resource, NotResource, Condition } =
        change === 'action' ? { ...of, Action: other.Action, NotAction: other.NotAction } : of
      const changed = {
        Action: change === 'action' && other.Action === undefined ? NotAction : Action,
        NotAction,
        Resource:
          change === 'resource' && Resource !== undefined
            ? [Resource].flat().map((text) => (text === '*' ? text : text.replace('*', fill)))
            : Resource,
        NotResource,
        Condition: change === 'condition' ? { ...other.Condition, ...Condition } : Condition,
      }
      const statement: PolicyStatement = {
        Effect: 'Allow',
        ...(of.Action === undefined
          ? { NotAction: of.NotAction ?? '*' }
          : { Action: change === 'action' ? (other.Action ?? of.Action) : of.Action }),
        ...(changed.Resource === undefined
          ? { NotResource: of.NotResource ?? '*' }
          : { Resource: changed.Resource }),
        ...(changed.Condition === undefined ? {} : { Condition: changed.Condition }),
      }
      return statement
    })
}

/**
 * Requests near to the statements: wildcards of their own patterns are filled, so that most
 * requests match something. Drawn without fast-check, which would be slower than what is tested.
 */
export function sampleRequests(
  statements: readonly PolicyStatement[],
  seed: number,
  count: number,
): EvaluatedRequest[] {
  const { pick, text } = randomFrom(seed)
  const actions = statements.flatMap(({ Action, NotAction }) => [Action ?? NotAction ?? []].flat())
  const resources = statements.flatMap((one) => [one.Resource ?? one.NotResource ?? []].flat())
  const fill = (pattern: string, characters: string) =>
    pattern.replace(/[*?]/g, (mark) => text(characters, mark === '?' ? 1 : pick([0, 1, 2])))
  const keys = CONDITIONS.map(({ key, samples, maxValues }) => {
    const own = statements.flatMap(({ Condition = {} }) =>
      Object.values(Condition).flatMap((block) =>
        Object.entries(block)
          .filter(([other]) => other.toLowerCase() === key.toLowerCase())
          .flatMap(([, value]) => [value].flat().filter((one) => typeof one === 'string')),
      ),
    )
    return { key: key.toLowerCase(), from: samples(own), maxValues }
  })
  return Array.from({ length: count }, () => {
    const context: Record<string, string[]> = {}
    for (const { key, from, maxValues } of keys) {
      const values = Array.from({ length: pick([0, 1, maxValues]) }, () => fill(pick(from), 'abA:'))
      if (values.length > 0) context[key] = values
    }
    const action = pick([...actions, 's3:GetObject', 's3:PutObject', 'sqs:Send'])
    const resource = pick(resources)
    return {
      action: fill(action === '*' ? 's3:*' : action, 'abo'),
      resource: fill(resource === '*' ? 'arn:aws:s3:::*' : resource, 'ab:/'),
      context,
    }
  })
}

function randomFrom(seed: number) {
  let state = seed
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const pick = <T>(from: readonly T[]): T => {
    const picked = from[Math.floor(next() * from.length)]
    if (picked === undefined) throw new Error('nothing to pick from')
    return picked
  }
  const text = (characters: string, length: number) =>
    Array.from({ length }, () => pick([...characters])).join('')
  return { pick, text }
}

/** Whether a resource has a wildcard in its type, so that it covers only the same text. */
export function mayMatchNothing({ Resource = [], NotResource = [] }: PolicyStatement): boolean {
  const texts = [Resource, NotResource].flat()
  return texts.some((text) => /^(?:[^:]*:){5}[^:]*[*?][^:]*:/.test(text))
}
