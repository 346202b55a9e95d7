/** The rotation of KMS keys: verifiers may cache keys for five minutes, and no token is lost. */
import { expect, it } from 'vitest'
import {
  type Deployment,
  STEP_SECONDS,
  startKeyRotation,
  WAIT_SECONDS,
} from './simulated-rotation.ts'

const { oldKey, newKey, countFailures } = await startKeyRotation()
const before: Deployment = { signs: oldKey, publishes: [oldKey] }
const announced: Deployment = { signs: oldKey, publishes: [oldKey, newKey] }
const switched: Deployment = { signs: newKey, publishes: [newKey, oldKey] }
const after: Deployment = { signs: newKey, publishes: [newKey] }

it('keeps every token valid if the steps are announce, switch and retire', async () => {
  expect(await countFailures([before, announced, switched, after], WAIT_SECONDS)).toBe(0)
})

it.each([
  ['a key signs before it is announced', [before, switched, after], WAIT_SECONDS],
  ['a key is retired while it still signs', [before, announced, after], WAIT_SECONDS],
  ['the steps follow too quickly', [before, announced, switched, after], STEP_SECONDS],
])('makes some tokens invalid if %s', async (_, deployments, waitSeconds) => {
  expect(await countFailures(deployments, waitSeconds)).toBeGreaterThan(0)
})
