/** The rotation of KMS keys: no verifier with keys up to five minutes old lacks a token's key. */
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

it('announces, switches, retires: every token is valid', async () => {
  expect(await countFailures([before, announced, switched, after], WAIT_SECONDS)).toBe(0)
})

it.each([
  ['a key signs that was not announced', [before, switched, after], WAIT_SECONDS],
  ['a key is retired that still signs', [before, announced, after], WAIT_SECONDS],
  ['steps do not wait', [before, announced, switched, after], STEP_SECONDS],
])('makes some tokens invalid if %s', async (_, deployments, waitSeconds) => {
  expect(await countFailures(deployments, waitSeconds)).toBeGreaterThan(0)
})
