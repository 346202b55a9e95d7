/** The stage of a storm: processes of the broker and their upstreams, and what they did. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compileTenants, formatError, tenantsFile } from '@token-broker/core/document'
import { quantile } from '../simulate/stage-model.ts'
import { type BrokerWorker, startBrokerWorker } from './broker-processes.ts'
import type { Ending } from './storm-clients.ts'
import {
  startStormUpstreams,
  stormDocument,
  type UpstreamCounts,
  type Upstreams,
} from './storm-upstreams.ts'

export interface StormStage {
  readonly upstreams: Upstreams
  /** One after the other. */
  nextUrl(): string
  /** A process that starts now. */
  addBroker(): Promise<BrokerWorker>
  /**
   * Starts processes with other settings.
   * @returns deploys them: they get all requests from then on, and the others end those they have
   */
  prepare(settings: Readonly<Record<string, string>>): Promise<() => void>
  /** Sets all clocks ahead. */
  setAhead(ms: number): Promise<void>
  /** Of the clients. */
  now(): number
  /** Closes everything, and compares requests with records. */
  finish(endings: readonly Ending[]): Promise<StormResult>
}

export interface StormResult {
  readonly clients: number
  /** Requests that the broker received. */
  readonly requests: number
  /** As the audit records say. */
  readonly issued: number
  /** Of these, the ones with the session of an earlier request. */
  readonly reused: number
  readonly refused: number
  readonly throttled: number
  readonly stsCalls: number
  readonly stsThrottled: number
  readonly keyFetches: number
  /** Of the clients, from the first attempt until the end. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** The largest of the processes. */
  readonly maxRssMb: number
  /**
   * Clients without an end, requests without exactly one record, and records without a request:
   * must be 0.
   */
  readonly lost: number
  readonly codes: Readonly<Record<string, number>>
  /** Clients that ended with credentials. */
  readonly served: number
  /** Versions of the document that issued sessions, which differ in their duration. */
  readonly documents: number
}

export interface StormOptions {
  readonly processes: number
  /** Parts of the grant, such as `reuse`. */
  readonly grant?: object
  /** Of the stage; default: none. */
  readonly limits?: object
  /** Of the first processes, besides their other settings. */
  readonly settings?: Readonly<Record<string, string>>
  /** Instead of the tenants file with the document of the storm. */
  readonly environment?: (upstreams: Upstreams) => Promise<Readonly<Record<string, string>>>
}

export async function startStormStage(options: StormOptions): Promise<StormStage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'storm-'))
  const upstreams = await startStormUpstreams()
  const source = JSON.stringify(stormDocument('storm', upstreams.issuerOf(0), options.grant))
  const environment = {
    ...(options.environment
      ? await options.environment(upstreams)
      : { BROKER_TENANTS_FILE: writeTenantsFile(path.join(folder, 'tenants.jsonl'), source) }),
    ...(options.limits ? { BROKER_LIMITS: JSON.stringify(options.limits) } : {}),
    BROKER_STS_ENDPOINT: upstreams.url,
    ...options.settings,
  }
  const workers: BrokerWorker[] = []
  let serving: BrokerWorker[] = []
  const start = async (settings: Readonly<Record<string, string>> = {}) => {
    const worker = await startBrokerWorker({ ...environment, ...settings })
    await worker.setAhead(upstreams.aheadMs())
    workers.push(worker)
    return worker
  }
  const addBroker = async () => {
    const worker = await start()
    serving.push(worker)
    return worker
  }
  for (let index = 0; index < options.processes; index++) await addBroker()
  let turn = 0
  return {
    ...{ upstreams, addBroker },
    nextUrl: () => serving[turn++ % serving.length]?.url ?? '',
    async prepare(settings) {
      const starting = Array.from({ length: options.processes }, () => start(settings))
      const started = await Promise.all(starting)
      return () => {
        serving = started
      }
    },
    now: () => Date.now() + upstreams.aheadMs(),
    async setAhead(ms) {
      await upstreams.set({ aheadMs: ms })
      await Promise.all(workers.map((worker) => worker.setAhead(ms)))
    },
    async finish(endings) {
      const reports = await Promise.all(workers.map((worker) => worker.report()))
      await Promise.all(workers.map((worker) => worker.close()))
      const counts = await upstreams.counts()
      await upstreams.close()
      rmSync(folder, { recursive: true })
      const maxRssMb = Math.max(...reports.map((report) => report.maxRssMb))
      const ids = reports.flatMap((report) => report.requestIds)
      return { ...resultOf(workers, ids, endings), ...callsOf(counts), maxRssMb }
    },
  }
}

function callsOf({ sts, stsThrottled, keys }: UpstreamCounts) {
  return { stsCalls: sts, stsThrottled, keyFetches: keys }
}

function resultOf(
  workers: readonly BrokerWorker[],
  requestIds: readonly string[],
  endings: readonly Ending[],
) {
  const records = workers.flatMap((worker) => worker.records)
  const recordsOf = Map.groupBy(records, ({ requestId }) => requestId)
  const known = new Set(requestIds)
  const unmatched = requestIds.filter((id) => recordsOf.get(id)?.length !== 1).length
  const unasked = records.filter(({ requestId }) => !known.has(requestId)).length
  const unended = endings.filter(({ outcome }) => outcome === 'lost').length
  const codes: Record<string, number> = {}
  for (const { code } of records) if (code !== undefined) codes[code] = (codes[code] ?? 0) + 1
  const issued = records.filter(({ outcome }) => outcome === 'issued').length
  const { throttled = 0 } = codes
  const times = endings.map(({ ms }) => ms)
  return {
    ...{ clients: endings.length, requests: requestIds.length, issued, throttled, codes },
    refused: records.length - issued - throttled,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    lost: unended + unmatched + unasked,
    reused: records.filter(({ reusedFrom }) => reusedFrom !== undefined).length,
    documents: new Set(records.flatMap((record) => record.durationSeconds ?? [])).size,
    served: endings.filter(({ outcome }) => outcome === 'issued').length,
  }
}

function writeTenantsFile(file: string, source: string): string {
  const { tenants, errors } = compileTenants([{ file: 'storm.json', text: source }])
  if (errors.length > 0) throw new Error(errors.map(formatError).join('\n'))
  writeFileSync(file, tenantsFile(tenants))
  return file
}
