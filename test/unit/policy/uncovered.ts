/** What statements of a caller's policy ask for beyond others, for the tests of containment. */
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { findUncovered } from '../../../packages/core/src/policy/containment.ts'

export type Part = Omit<PolicyStatement, 'Effect'>
export type Conditions = NonNullable<PolicyStatement['Condition']>

export const allow = (part: Part): PolicyStatement => ({ Effect: 'Allow', ...part })
export const uncovered = (
  requested: Part,
  covering: readonly Part[],
  known?: Map<string, string>,
) =>
  findUncovered([allow(requested)], covering.map(allow), {
    budget: { remaining: 200_000 },
    ...(known ? { known } : {}),
  })
export const onResource = (Resource: string | string[]): Part => ({
  ...{ Action: 's3:GetObject', Resource },
})
export const under = (Condition: Conditions): Part => ({ ...onResource('*'), Condition })
