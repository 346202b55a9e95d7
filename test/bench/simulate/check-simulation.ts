/** `npm run simulate -- --check`: a small stage on this machine, compared with its simulation. */
import { setTimeout as sleep } from 'node:timers/promises'
import { newHead, newIndexItems } from '@token-broker/functions/tenant-table'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { startTenantsTable } from '../../fixtures/tenants-table.ts'
import { type BrokerWorker, startBrokerWorker } from '../storms/broker-processes.ts'
import { startStormUpstreams, stormDocument, type Upstreams } from '../storms/storm-upstreams.ts'
import { createArrivals } from './arrivals.ts'
import { count, percent, printRows } from './print-tables.ts'
import { simulateStage } from './simulate-stage.ts'
import {
  type Arrival,
  newCounts,
  quantile,
  type StageCounts,
  type StageModel,
} from './stage-model.ts'

interface Scale {
  readonly perSecond: number
  readonly tenants: number
  readonly environments: number
  readonly seconds: number
}

const SCALE: Scale = { perSecond: 20, tenants: 300, environments: 3, seconds: 20 }
const STS_MS = 20
const NOTHING = { kind: 'constant', ms: 0 } as const

type Table = Awaited<ReturnType<typeof startTenantsTable>>

export async function checkSimulation(scale = SCALE): Promise<void> {
  const upstreams = await startStormUpstreams(STS_MS)
  const table = await startTenantsTable()
  try {
    await fill(table, upstreams, scale.tenants)
    const environment = { ...table.environment, BROKER_STS_ENDPOINT: upstreams.url }
    const start = () => startBrokerWorker(environment)
    const times = await calibrate(start, upstreams, scale.tenants)
    const model = modelOfCheck(scale, times)
    const { counts, times: loaded, arrivals } = await runReally(model, start, upstreams, table)
    const alone = simulateStage(model).steady
    const late = { arrivals, countedMs: Number.POSITIVE_INFINITY }
    const { steady } = simulateStage({ ...modelOfCheck(scale, loaded), ...late })
    describe(scale, times, loaded)
    compare(counts, alone, steady)
  } finally {
    await Promise.all([table.close(), upstreams.close()])
  }
}

async function fill(table: Table, upstreams: Upstreams, tenants: number): Promise<void> {
  const written = {
    ...{ version: 1, at: '2026-01-31T12:00:00Z', by: 'bench', indexed: [], settled: true },
    ...{ candidateNumber: 0, candidateJson: undefined },
  }
  const put = async (index: number) => {
    const name = `tenant-${index}`
    const source = JSON.stringify(stormDocument(name, upstreams.issuerOf(index)))
    const { tenant, errors } = compileTenant(source, '')
    if (!tenant) throw new Error(JSON.stringify(errors))
    await table.put(newHead(name, { ...written, compiledJson: JSON.stringify(tenant) }))
    for (const item of newIndexItems(tenant, 1)) await table.put(item)
  }
  await Promise.all(Array.from({ length: tenants }, (_, index) => put(index)))
}

interface Times {
  /** From the start of a process until it is ready, and what its first request takes longer. */
  readonly coldMs: readonly number[]
  /** Requests whose tenant is in the caches, and what others take longer. */
  readonly hitMs: readonly number[]
  readonly moreMs: readonly number[]
}

/** With means, so that samples of both add up to the time that requests with a miss took in all. */
function timesOf(coldMs: readonly number[], hitMs: readonly number[], missMs: readonly number[]) {
  const [hit, miss] = [meanOf(hitMs), meanOf(missMs)]
  return {
    coldMs: coldMs.map((ms) => ms - miss),
    hitMs,
    moreMs: missMs.map((ms) => ms - hit),
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** One environment at a time, one request at a time. */
async function calibrate(
  start: () => Promise<BrokerWorker>,
  upstreams: Upstreams,
  tenants: number,
): Promise<Times> {
  const coldMs: number[] = []
  const hitMs: number[] = []
  const missMs: number[] = []
  const indexes = Array.from({ length: Math.min(60, tenants - 1) }, (_, index) => index + 1)
  for (let round = 0; round < 3; round++) {
    const startedAt = performance.now()
    const worker = await start()
    const readyMs = performance.now() - startedAt
    const first = await timeOf(worker, upstreams, 0)
    for (const index of indexes) missMs.push(await timeOf(worker, upstreams, index))
    for (const index of indexes) hitMs.push(await timeOf(worker, upstreams, index))
    coldMs.push(readyMs + first)
    await worker.close()
  }
  return timesOf(coldMs, hitMs, missMs)
}

async function timeOf(worker: BrokerWorker, upstreams: Upstreams, tenant: number) {
  const token = upstreams.tokenOf(tenant, 'alice')
  const startedAt = performance.now()
  const response = await fetch(`${worker.url}/v1/credentials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status}: ${text}`)
  return performance.now() - startedAt
}

/** All three caches have the same look-ups, so what a miss takes longer belongs to one of them. */
function modelOfCheck(scale: Scale, { coldMs, hitMs, moreMs }: Times): StageModel {
  const cache = { entries: 1_000, freshMs: 60_000, refreshAfter: 0.75 }
  return {
    ...{ seed: 1, perSecond: scale.perSecond, tenants: scale.tenants, zipfExponent: 1 },
    ...{ issuers: scale.tenants, subjects: 1, minted: 0, concurrency: scale.environments },
    ...{ scaling: { perSecond: 1e9, burst: 1e9 }, whenFull: 'refuse', idleMs: 1e9 },
    caches: { table: cache, keys: { ...cache, freshMs: 600_000 }, sessions: undefined },
    durations: {
      ...{ cold: { kind: 'samples', ms: coldMs }, work: { kind: 'samples', ms: hitMs } },
      ...{ keyFetch: { kind: 'samples', ms: moreMs }, tableRead: NOTHING, reusedWork: NOTHING },
      ...{ kms: NOTHING, sts: NOTHING, pause: NOTHING },
    },
    ...{ attempts: 1, limits: {}, warmUpMs: 0, countedMs: scale.seconds * 1000 },
  }
}

interface RealEnvironment {
  readonly worker: BrokerWorker
  /** Tenants in its caches: none expires or is evicted in the time of the check. */
  readonly known: Set<number>
}

/** The same arrivals as in the simulation, with processes as environments. */
async function runReally(
  model: StageModel,
  start: () => Promise<BrokerWorker>,
  upstreams: Upstreams,
  table: Table,
): Promise<{ counts: StageCounts; times: Times; arrivals: readonly Arrival[] }> {
  const counts = newCounts()
  const before = { ...(await upstreams.counts()), table: table.requests.length }
  const idle: RealEnvironment[] = []
  const all: BrokerWorker[] = []
  const coldMs: number[] = []
  const hitMs: number[] = []
  const missMs: number[] = []
  const pending: Promise<void>[] = []
  const arrivals: Arrival[] = []
  let busy = 0
  const startedAt = performance.now()
  const serve = async (tenant: number) => {
    busy++
    counts.peakBusy = Math.max(counts.peakBusy, busy)
    const arrivedAt = performance.now()
    const environment = idle.pop() ?? { worker: await start(), known: new Set<number>() }
    const { worker, known } = environment
    const isNew = known.size === 0
    const startedServing = performance.now()
    const ms = await timeOf(worker, upstreams, tenant)
    if (isNew) {
      counts.coldStarts++
      all.push(worker)
      coldMs.push(startedServing - arrivedAt + ms)
    } else (known.has(tenant) ? hitMs : missMs).push(ms)
    known.add(tenant)
    idle.push(environment)
    busy--
    counts.issued++
    counts.latencies.push(performance.now() - arrivedAt)
    counts.busyMs += performance.now() - arrivedAt
  }
  const next = createArrivals(model)
  for (let arrival = next(); arrival.at < model.countedMs; arrival = next()) {
    const waitMs = startedAt + arrival.at - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    counts.requests++
    // A timer of a busy process fires late.
    arrivals.push({ ...arrival, at: performance.now() - startedAt })
    if (busy >= model.concurrency) counts.lambdaThrottled++
    else pending.push(serve(arrival.tenant))
  }
  await Promise.all(pending)
  await Promise.all(all.map((worker) => worker.close()))
  counts.peakEnvironments = all.length
  const after = await upstreams.counts()
  counts.stsCalls = after.sts - before.sts
  counts.keyFetches = after.keys - before.keys
  counts.tableReads = table.requests.length - before.table
  const bytes = all.reduce((sum, worker) => sum + worker.logBytes(), 0)
  console.log(`Audit log: ${count(bytes / counts.issued)} bytes per request`)
  return { counts, times: timesOf(coldMs, hitMs, missMs), arrivals }
}

function describe(scale: Scale, alone: Times, loaded: Times): void {
  const { perSecond, tenants, environments, seconds } = scale
  console.log(
    `${perSecond} requests per second for ${seconds} s, ${tenants} tenants, at most ` +
      `${environments} environments, STS takes ${STS_MS} ms\n`,
  )
  const median = (values: readonly number[]) => `${quantile(values, 0.5).toFixed(1)} ms`
  const line = (label: string, { coldMs, hitMs, moreMs }: Times) => [
    ...[label, median(coldMs), median(hitMs), median(moreMs)],
  ]
  printRows(
    ['service times, medians', 'cold start', 'request', 'more for a new tenant'],
    [line('one environment, alone', alone), line('in the run, processors shared', loaded)],
  )
  console.log()
}

/** Differences up to this are expected: environments take requests in another order. */
const TOLERANCE = { count: 0.1, time: 0.25 } as const

/** @param alone with service times of one environment; `loaded`: with times of the run */
function compare(measured: StageCounts, alone: StageCounts, loaded: StageCounts): void {
  const row = (
    label: string,
    of: (counts: StageCounts) => number,
    kind: keyof typeof TOLERANCE = 'count',
  ) => {
    const real = of(measured)
    const shown = (value: number) => (kind === 'time' ? value.toFixed(1) : count(value))
    const cells = [alone, loaded].flatMap((simulated) => {
      const model = of(simulated)
      const difference = real === model ? 0 : model / real - 1
      const agrees = Math.abs(difference) <= TOLERANCE[kind] || Math.abs(model - real) <= 1
      const relative = `${difference < 0 ? '' : '+'}${(100 * difference).toFixed(0)} %`
      return [shown(model), relative, agrees ? 'agrees' : 'DISAGREES']
    })
    return [label, shown(real), ...cells]
  }
  printRows(
    ['', 'measured', 'simulated, alone', '', '', 'simulated, as in the run', '', ''],
    [
      row('requests', (counts) => counts.requests),
      row('issued', (counts) => counts.issued),
      row('refused, all environments busy', (counts) => counts.lambdaThrottled),
      row('cold starts', (counts) => counts.coldStarts),
      row('reads of the table', (counts) => counts.tableReads),
      row('fetches of keys', (counts) => counts.keyFetches),
      row('calls of STS', (counts) => counts.stsCalls),
      row('busy time, s', (counts) => counts.busyMs / 1000),
      row('p50, ms', (counts) => quantile(counts.latencies, 0.5), 'time'),
      row('p99, ms', (counts) => quantile(counts.latencies, 0.99), 'time'),
    ],
  )
  const hitRate = (counts: StageCounts) => percent(counts.issued - counts.keyFetches, counts.issued)
  const rates = [measured, alone, loaded].map(hitRate)
  console.log(`\nHit rate: measured ${rates[0]}, simulated ${rates[1]} and ${rates[2]}`)
}
