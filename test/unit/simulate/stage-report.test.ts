/** What the simulation of a stage reads, and what it concludes. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { ASSUMPTION_NAMES, flagOf, readAssumed } from '../../bench/simulate/assumptions.ts'
import { costOf } from '../../bench/simulate/cost.ts'
import { readMeasured } from '../../bench/simulate/measured.ts'
import { modelOf } from '../../bench/simulate/model-of.ts'
import { quotasOf } from '../../bench/simulate/quotas.ts'
import { simulateStage } from '../../bench/simulate/simulate-stage.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'

const PAGE = path.join(import.meta.dirname, '../../bench/README.md')
/** A stage that takes milliseconds to simulate. */
const SMALL = { rate: '100', tenants: '100', issuers: '100', seconds: '10', 'warm-up': '10' }

it('reads the service times from the page of results', () => {
  const { about, passedThrough, minted } = readMeasured(PAGE)

  expect(about).toMatch(/^\d{4}-\d\d-\d\d, /)
  for (const { coldMs, cpuMicros1 } of [passedThrough, minted]) {
    expect(coldMs).toBeGreaterThan(1)
    expect(cpuMicros1).toBeGreaterThan(10)
  }
  expect(minted.cpuMicros1).toBeGreaterThan(passedThrough.cpuMicros1)
})

it('reads the medians of what the benchmark wrote as JSON', async () => {
  const file = path.join(await makeTemporaryFolder(), 'bench.json')
  const runs = (values: readonly number[]) =>
    values.map((value) => ({ coldMs: value, cpuMicros1: 10 * value }))
  writeFileSync(file, JSON.stringify({ '2 tenants': runs([3, 1, 2]), '2, minted': runs([9]) }))

  const { passedThrough, minted } = readMeasured(file)
  expect(passedThrough).toEqual({ coldMs: 2, cpuMicros1: 20 })
  expect(minted).toEqual({ coldMs: 9, cpuMicros1: 90 })
})

it('says which figures are missing, and how to get them', async () => {
  const file = path.join(await makeTemporaryFolder(), 'bench.json')
  writeFileSync(file, '{ "2 tenants": [{ "coldMs": 1, "cpuMicros1": 1 }] }')

  expect(() => readMeasured(file)).toThrow(/"2, minted" are missing: run npm run bench/)
})

it('has a flag for each assumption, and refuses what is not a number', () => {
  expect(new Set(ASSUMPTION_NAMES.map(flagOf)).size).toBe(ASSUMPTION_NAMES.length)
  expect(readAssumed({ 'sts-p99': '7' }).stsP99).toBe(7)
  expect(() => readAssumed({ rate: 'many' })).toThrow('--rate is not valid')
  expect(() => readAssumed({ rate: '-1' })).toThrow('--rate is not valid')
})

it('names the quota that is reached first, and the next one when it is raised', () => {
  const firstOf = (more: object) => {
    const assumed = readAssumed({ ...SMALL, throttle: '1e9', reserved: '1e9', ...more })
    const result = simulateStage(modelOf(assumed, readMeasured(PAGE), false))
    return quotasOf(assumed, result)[0]
  }

  expect(firstOf({})).toMatchObject({ quota: 'STS: AssumeRoleWithWebIdentity/s', limit: 600 })
  expect(firstOf({})?.reachedAt).toBeCloseTo(600, -2)
  expect(firstOf({ accounts: '10' })?.quota).toBe('KMS: operations with RSA keys/s')
  expect(firstOf({ accounts: '1000', minted: '0' })?.quota).toMatch(/^(API Gateway|Lambda)/)
})

it('adds up the cost of a million requests', () => {
  const assumed = readAssumed(SMALL)
  const { steady } = simulateStage(modelOf(assumed, readMeasured(PAGE), false))
  const costs = new Map(costOf(assumed, steady))

  expect(costs.get('KMS')).toBeCloseTo(3, 5)
  expect(costs.get('CloudWatch Logs')).toBeCloseTo(1.3, 5)
  const parts = [...costs].filter(([part]) => part !== 'total').map(([, dollars]) => dollars)
  expect(costs.get('total')).toBeCloseTo(parts.reduce((sum, dollars) => sum + dollars, 0))
})

it('refuses more where quotas are enforced, and loses no request', () => {
  const assumed = readAssumed({ ...SMALL, 'sts-quota': '10', 'kms-quota': '50' })
  const { steady } = simulateStage(modelOf(assumed, readMeasured(PAGE), true))

  expect(steady.upstreamThrottled).toBeGreaterThan(steady.issued)
  const { issued, gatewayThrottled, lambdaThrottled, upstreamThrottled, requests } = steady
  expect(issued + gatewayThrottled + lambdaThrottled + upstreamThrottled).toBe(requests)
})
