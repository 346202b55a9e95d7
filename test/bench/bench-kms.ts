/**
 * `npm run bench:kms`: what a call of KMS costs, in parts, as ratios to a whole request whose token
 * is passed through. It shows how near a minted token can come to one that is passed through.
 */

import { messageOf, runJob, start } from './harness/processes.ts'
import { withStub } from './harness/with-stub.ts'
import { medianOf } from './page/report.ts'
import type { EndpointStubs } from './workers/endpoint-stubs.ts'
import type { KmsJob, KmsParts } from './workers/kms-worker.ts'
import type { Figures } from './workers/measure.ts'
import { createEndpointRows, MINTED_BY_KMS, PLAIN } from './workloads/endpoint-rows.ts'

const RUNS = Number(process.env.BENCH_RUNS ?? 7)
const REQUESTS = 2_000
const WIDTHS = [1, 32] as const

await withStub(async (stub, directory) => {
  const server = start('endpoint-stubs.ts', { STUB_ORIGIN: stub.origin })
  try {
    const stubs = await messageOf<EndpointStubs>(server)
    const rows = createEndpointRows(stub, stubs, directory)
    const figuresOf = (name: string) => {
      const row = rows.find((one) => one.name === name)
      if (!row) throw new Error(`There is no row "${name}".`)
      const job = { ...row.job(), requests: REQUESTS / 2 }
      return runJob<Figures>('measure.ts', row.environment, job)
    }
    const found: Record<string, number>[] = []
    for (let turn = 1; turn <= RUNS; turn++) {
      const [passed, minted] = [await figuresOf(PLAIN), await figuresOf(MINTED_BY_KMS)]
      const costs: Record<string, number> = {}
      for (const width of WIDTHS) {
        const key = width === 1 ? 'cpuMicros1' : 'cpuMicros32'
        const job: KmsJob = { environment: stubs.kms, width, count: REQUESTS }
        const parts = await runJob<KmsParts>('kms-worker.ts', {}, job)
        costs[`a request, passed through, ${width}`] = passed[key]
        costs[`a request, minted with KMS, ${width}`] = minted[key]
        for (const [part, micros] of Object.entries(parts)) costs[`${part}, ${width}`] = micros
      }
      found.push(costs)
      process.stderr.write(`turn ${turn} of ${RUNS}\n`)
    }
    printParts(medianOf(found))
  } finally {
    server.disconnect()
  }
})

function printParts(medians: Readonly<Record<string, number>>): void {
  const cell = (part: string, width: number) => {
    const [micros, whole] = [part, 'a request, passed through'].map(
      (name) => medians[`${name}, ${width}`] ?? Number.NaN,
    )
    return `${micros?.toFixed(0)} µs (${(Number(micros) / Number(whole)).toFixed(2)} ×)`
  }
  const parts = Object.keys(medians)
    .filter((name) => name.endsWith(', 1'))
    .map((name) => name.slice(0, -', 1'.length))
  const rows = parts.map((part) => [
    part,
    Object.fromEntries(WIDTHS.map((width) => [`${width} in flight`, cell(part, width)])),
  ])
  console.table(Object.fromEntries(rows))
}
