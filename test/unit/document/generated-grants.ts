/** Generated pairs of grants that have much in common, and requests that their statements match. */
import type { PolicyStatement } from '@token-broker/core'
import fc from 'fast-check'
import { mapTemplates } from '../../../packages/core/src/policy/template.ts'
import { iamAllows, type KnownRequest } from '../../fixtures/iam-evaluator.ts'
import {
  EVALUATED_ACTIONS,
  EVALUATED_RESOURCES,
  evaluatedAction,
  evaluatedResource,
  generatedCondition,
  generatedRequest,
  KEY_POOLS,
} from '../core/evaluated-policies.ts'

type Conditions = NonNullable<PolicyStatement['Condition']>

const statement: fc.Arbitrary<PolicyStatement> = fc
  .record({
    effect: fc.integer({ min: 0, max: 7 }),
    Action: fc.array(evaluatedAction, { minLength: 1, maxLength: 2 }),
    Resource: fc.array(evaluatedResource, { minLength: 1, maxLength: 2 }),
    conditions: fc.array(generatedCondition, { maxLength: 2 }),
  })
  .map(({ effect, Action, Resource, conditions }) => {
    const Condition: Conditions = Object.assign({}, ...conditions)
    return {
      Effect: effect === 0 ? 'Deny' : 'Allow',
      ...{ Action, Resource },
      ...(conditions.length === 0 ? {} : { Condition }),
    }
  })

const statements = fc.array(statement, { minLength: 1, maxLength: 3 })

/** The same operators and keys, with other values. */
function withOtherValues(base: PolicyStatement): fc.Arbitrary<PolicyStatement> {
  return fc.infiniteStream(fc.nat(100)).map((stream) => {
    const { Condition, ...rest } = base
    if (Condition === undefined) return base
    const changed = Object.entries(Condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys).map(([key, value]) => [key, choose(operator, key, value, stream)]),
      ),
    ])
    return { ...rest, Condition: Object.fromEntries(changed) }
  })
}

function choose(
  operator: string,
  key: string,
  value: Conditions[string][string],
  stream: Iterator<number>,
) {
  const pool = Object.entries(KEY_POOLS).find(([name]) => name.toLowerCase() === key.toLowerCase())
  const expected = pool?.[1].expected ?? []
  const next = () => stream.next().value ?? 0
  if (operator === 'Null' || next() % 4 === 0) return value
  return [expected[next() % expected.length], expected[next() % expected.length]].map(String)
}

/** Two grants: the second has statements of its own, and others like those of the first. */
export const generatedGrants = statements.chain((left) =>
  fc.record({
    left: fc.constant(left),
    right: fc.array(
      fc.oneof(
        statement,
        fc.constantFrom(...left).chain(withOtherValues),
        fc
          .tuple(fc.constantFrom(...left), statement)
          .map(([{ Condition: _, ...base }, { Condition }]) => ({
            ...base,
            ...(Condition ? { Condition } : {}),
          })),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    slotted: fc.tuple(fc.boolean(), fc.boolean()),
    contexts: fc.array(
      generatedRequest.map(({ context }) => context),
      { minLength: 4, maxLength: 4 },
    ),
  }),
)

/** The first `red` of each text becomes a slot. */
export function withSlots(some: readonly PolicyStatement[]): readonly PolicyStatement[] {
  return some.map((one) =>
    mapTemplates(one, (text, operator = 'StringLike') =>
      operator.includes('String') ? text.replace('red', '{{team}}') : text,
    ),
  )
}

/** Requests whose action and resource some Allow of both matches, and one other request. */
export function requestsOfBoth(
  grants: readonly (readonly PolicyStatement[])[],
  contexts: readonly KnownRequest['context'][],
): KnownRequest[] {
  const open = grants.map((some) =>
    some.flatMap(({ Condition: _, ...one }) => (one.Effect === 'Allow' ? [one] : [])),
  )
  const named = EVALUATED_ACTIONS.flatMap((action) =>
    EVALUATED_RESOURCES.map((resource) => ({ action, resource })),
  )
  const context = contexts[0] ?? {}
  const matched = named.filter((one) => open.every((some) => iamAllows(some, { ...one, context })))
  return [...matched.slice(0, 4), ...named.slice(0, 1)].flatMap((one) =>
    contexts.map((each) => ({ ...one, context: each })),
  )
}
