/** Unmodified clients in every case of the decision table of identity pools. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skipsChromium } from '../../fixtures/chromium.ts'
import { skipsPython } from '../python-programs.ts'
import { createAmplifyStorage, startAmplifyApp } from './amplify-device.ts'
import { outcomeOfRow, type StartApp } from './decision-outcome.ts'
import { DECISION_ROWS, type DecisionRow } from './decision-rows.ts'
import { startAppInPage, startPoolPages } from './page-device.ts'
import {
  batchCalls,
  callWithAwsCli,
  callWithBotocore,
  startOperationsApp,
} from './python-pool-clients.ts'
import {
  POOL_NAMES,
  type PoolName,
  type RecordedPools,
  startRecordedPools,
} from './recorded-pools.ts'
import { startSdkV2App } from './sdk-v2-device.ts'
import { startIdentityProviderApp, startPoolProviderApp } from './sdk-v3-devices.ts'

const NOT_FOUND = 'ResourceNotFoundException'

/** How a client reads responses: what it then gets instead of what the pool decides. */
type Reading = (expected: string, row: DecisionRow) => string

/** It uses the id of each response from then on. */
const adopting: Reading = (expected) => expected

/** It stores the id of a guest only, forgets it after an error, and never sends it with a login. */
const guestsOnly: Reading = (expected, { withoutStoredId }) => {
  if (withoutStoredId !== undefined) return withoutStoredId
  return expected.startsWith('fresh') ? `${NOT_FOUND}, then ${expected}` : expected
}

/** It always uses the id that the app gave it. */
const fixed: Reading = (expected) => (/^(fresh|J \()/.test(expected) ? NOT_FOUND : expected)

/** @param outcomes by row */
type Column = Record<string, string>

const table: Record<string, Record<string, string>> = {}
afterAll(() => console.table(table))

function record(client: string, pool: PoolName, outcomes: Column): Column {
  for (const [row, outcome] of Object.entries(outcomes)) {
    table[`${pool}: ${row}`] = { ...table[`${pool}: ${row}`], [client]: outcome }
  }
  return outcomes
}

async function outcomesOf(
  start: StartApp,
  pools: RecordedPools,
  pool: PoolName,
  { concurrently = false } = {},
): Promise<Column> {
  const outcomes: Column = {}
  const run = async (row: DecisionRow) => {
    outcomes[row.name] = await outcomeOfRow(row, start, pools, pool)
  }
  if (concurrently) await Promise.all(DECISION_ROWS.map(run))
  else for (const row of DECISION_ROWS) await run(row)
  return outcomes
}

function expectedOf(reading: Reading, pool: PoolName): Column {
  return Object.fromEntries(
    DECISION_ROWS.map((row) => [row.name, reading(row.expected[pool], row)]),
  )
}

describe('in Node.js', async () => {
  const pools = await startRecordedPools()
  const clients: readonly (readonly [string, Reading, StartApp])[] = [
    [
      'Amplify',
      adopting,
      (location, id) =>
        startAmplifyApp(location, createAmplifyStorage(location, id).credentialsProvider),
    ],
    ['SDK v3, identity pool', guestsOnly, startPoolProviderApp],
    ['SDK v3, identity', fixed, startIdentityProviderApp],
    ['SDK v2', adopting, startSdkV2App],
  ]
  const cases = clients.flatMap((client) => POOL_NAMES.map((pool) => [pool, ...client] as const))

  it.each(cases)('pool %s: %s', async (pool, client, reading, start) => {
    const outcomes = record(client, pool, await outcomesOf(start, pools, pool))
    expect(outcomes).toEqual(expectedOf(reading, pool))
  })
})

describe.skipIf(skipsPython())('of Debian', async () => {
  const pools = await startRecordedPools()
  const call = batchCalls(callWithBotocore)
  const botocore: StartApp = (location, id) => startOperationsApp(call, location, id)
  const awsCli: StartApp = (location, id) => startOperationsApp(callWithAwsCli, location, id)

  it.each(POOL_NAMES)('pool %s: botocore', async (pool) => {
    const outcomes = await outcomesOf(botocore, pools, pool, { concurrently: true })
    expect(record('botocore', pool, outcomes)).toEqual(expectedOf(adopting, pool))
  })

  // Each call starts the program, which uses botocore; so one pool must do.
  it('pool separate: AWS CLI', async () => {
    const outcomes = await outcomesOf(awsCli, pools, 'separate', { concurrently: true })
    expect(record('AWS CLI', 'separate', outcomes)).toEqual(expectedOf(adopting, 'separate'))
  })
})

describe.skipIf(skipsChromium())('in Chromium', () => {
  let started: Awaited<ReturnType<typeof startInChromium>>
  beforeAll(async () => {
    started = await startInChromium()
  })
  const clients = [
    ['Amplify, page', 'startAmplifyApp', adopting],
    ['SDK v3, page', 'startPoolProviderApp', guestsOnly],
    ['SDK v3, page, identity', 'startIdentityProviderApp', fixed],
  ] as const
  const cases = clients.flatMap((client) => POOL_NAMES.map((pool) => [pool, ...client] as const))

  it.each(cases)('pool %s: %s', async (pool, client, app, reading) => {
    const { page, pools } = started
    const start: StartApp = async (location, storedId) => {
      await page.reload()
      return startAppInPage(page, app, location, storedId)
    }
    const outcomes = record(client, pool, await outcomesOf(start, pools, pool))
    expect(outcomes).toEqual(expectedOf(reading, pool))
  })
})

async function startInChromium() {
  const pages = await startPoolPages()
  return { pools: await startRecordedPools(pages.origin), page: await pages.newPage() }
}
