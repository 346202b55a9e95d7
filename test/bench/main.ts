/** `npm run bench`: compares the built broker with other handlers and prints the medians. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { prepareVariants } from './handlers/variants.ts'
import {
  type Extent,
  measureInTurns,
  type Workload,
  type Workloads,
} from './harness/compare-jobs.ts'
import { messageOf, start } from './harness/processes.ts'
import { measureRuntime } from './harness/runtime-figures.ts'
import { withStub } from './harness/with-stub.ts'
import { type Results, writePage } from './page/page.ts'
import { endpointTable, runtimeTable } from './page/page-tables.ts'
import { type Column, medianOf, printTable } from './page/report.ts'
import type { EndpointStubs } from './workers/endpoint-stubs.ts'
import type { Figures } from './workers/measure.ts'
import type { Stub } from './workers/stub-server.ts'
import { createEndpointRows, type EndpointRow } from './workloads/endpoint-rows.ts'

const USAGE = `npm run bench -- [--quick] [--runs N] [--requests N] [--only NAME]... [--json FILE]

  --quick       3 runs of 200 requests instead of 7 of 1,000
  --only NAME   measure this variant, the hand-written and the bare handler; may be repeated
  --part PART   handlers (the default), endpoints or runtime; may be repeated
  --json FILE   also write the figures of every run of the handlers to FILE
  --page        measure all parts, and write the page of results, test/bench/README.md

How long a page takes on a machine with two processors that do nothing else: a run of all handlers
about 40 s, of all endpoints about 90 s (half as many runs, with half as many requests), of the
runtime about 15 s; about 15 minutes with 9 runs.`

const PARTS = ['handlers', 'endpoints', 'runtime']

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    requests: { type: 'string' },
    only: { type: 'string', multiple: true },
    part: { type: 'string', multiple: true },
    json: { type: 'string' },
    page: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (flags.help) console.log(USAGE)
else await withStub(run)

async function run(stub: Stub, directory: string): Promise<void> {
  const runs = Number(flags.runs ?? (flags.quick ? 3 : 7))
  const requests = Number(flags.requests ?? (flags.quick ? 200 : 1000))
  const parts = flags.page ? PARTS : (flags.part ?? ['handlers'])
  const wants = (part: string) => parts.includes(part)
  const half = { runs: Math.ceil(runs / 2), requests: Math.ceil(requests / 2) }
  const node = `Node ${process.version}, ${process.arch}`
  const server = start('endpoint-stubs.ts', { STUB_ORIGIN: stub.origin })
  try {
    const stubs = await messageOf<EndpointStubs>(server)
    const extent = { runs, requests }
    // First, because tokens of the endpoints' issuers expire ten minutes after their start.
    const rows = wants('endpoints') ? createEndpointRows(stub, stubs, directory) : []
    const endpoints = await measureEndpoints(rows, half)
    if (wants('endpoints')) console.log(endpointTable(endpoints))
    const handlers = wants('handlers') ? await measureHandlers(stub, directory, extent) : []
    if (handlers.length > 0) printTable(handlers)
    const runtime = wants('runtime') ? await measureRuntime(stub, stubs, directory, extent) : []
    if (wants('runtime')) console.log(runtimeTable(runtime))
    const results: Results = {
      ...{ handlers, runtime, endpoints },
      method: `medians of ${runs} runs, ${requests} requests per phase, ${node}`,
      endpointMethod: `Medians of ${half.runs} runs, ${half.requests} requests per phase.`,
    }
    if (flags.page) writePage(results)
    console.log(`\n${results.method}`)
  } finally {
    server.disconnect()
  }
}

async function measureHandlers(
  stub: Stub,
  directory: string,
  extent: Extent,
): Promise<readonly Column[]> {
  const variants = await prepareVariants(directory, stub, flags.only)
  const workloads = variants.map(({ name, environment, bundle, grant }) => ({
    ...{ name, environment },
    job: () => ({ bundle, tokens: stub.tokens, ...(grant === undefined ? {} : { grant }) }),
  }))
  const figures = await measureInTurns(byName(workloads), extent)
  if (flags.json)
    writeFileSync(flags.json, `${JSON.stringify(Object.fromEntries(figures), null, 2)}\n`)
  return columnsOf(figures)
}

async function measureEndpoints(
  rows: readonly EndpointRow[],
  extent: Extent,
): Promise<readonly Column[]> {
  return columnsOf(await measureInTurns(byName(rows), extent))
}

function byName(all: readonly (Workload & { readonly name: string })[]): Workloads {
  return Object.fromEntries(all.map((one) => [one.name, one]))
}

function columnsOf(figures: ReadonlyMap<string, readonly Figures[]>): readonly Column[] {
  return [...figures].map(([name, runs]) => ({ name, figures: medianOf(runs) }))
}
