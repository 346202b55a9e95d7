/** `npm run bench:profile`: the CPU time of a request by package, with 32 requests in flight. */
import { globSync, readFileSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import path from 'node:path'
import { bundleFunction } from '../../packages/functions/bundle.ts'
import { prepareVariants } from './handlers/variants.ts'
import { messageOf, runJob, start } from './harness/processes.ts'
import { withStub } from './harness/with-stub.ts'
import type { EndpointStubs } from './workers/endpoint-stubs.ts'
import type { HandlerJob } from './workers/handler-under-test.ts'
import type { Stub } from './workers/stub-server.ts'
import { createEndpointRows, MINTED_BY_KMS, PLAIN } from './workloads/endpoint-rows.ts'

const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 5_000)
const SHOWN = 25
const ROOT = path.resolve(import.meta.dirname, '../..')
const BROKER = 'packages/functions/src/lambda/broker.ts'

interface Profiled {
  readonly name: string
  readonly entry: string
  readonly environment: Readonly<Record<string, string>>
  readonly job: Omit<HandlerJob, 'bundle'>
}

// The bundler shows the path of each source file relative to the current directory.
process.chdir(ROOT)
await withStub(async (stub, directory) => {
  const server = start('endpoint-stubs.ts', { STUB_ORIGIN: stub.origin })
  try {
    const stubs = await messageOf<EndpointStubs>(server)
    for (const { name, entry, environment, job } of await chooseProfiled(stub, stubs, directory)) {
      const bundle = path.join(directory, 'readable', name, 'index.mjs')
      await bundleFunction(entry, bundle, { unoptimized: entry !== BROKER, readable: true })
      const whole = { ...job, bundle, requests: REQUESTS }
      print(name, await runJob<Profiler.Profile>('profile-worker.ts', environment, whole), bundle)
    }
  } finally {
    server.disconnect()
  }
})

/** The hand-written handler, and tokens that are passed through, and minted with KMS. */
async function chooseProfiled(
  stub: Stub,
  stubs: EndpointStubs,
  directory: string,
): Promise<readonly Profiled[]> {
  const [byHand] = await prepareVariants(directory, stub, [])
  if (!byHand) throw new Error('There is no hand-written handler.')
  const { name, environment } = byHand
  const entry = 'test/bench/handlers/hand-written-handler.ts'
  return [
    { name, environment, entry, job: { tokens: stub.tokens } },
    ...createEndpointRows(stub, stubs, directory)
      .filter((row) => row.name === PLAIN || row.name === MINTED_BY_KMS)
      .map((row) => ({ ...row, entry: BROKER, job: row.job() })),
  ]
}

function print(name: string, profile: Profiler.Profile, bundle: string): void {
  const folder = path.dirname(bundle)
  const owners = globSync('*.mjs', { cwd: folder }).map(
    (file) => [file, ownersOfLines(readFileSync(path.join(folder, file), 'utf8'))] as const,
  )
  const micros = microsByOwner(profile, new Map(owners))
  const total = [...micros.values()].reduce((sum, value) => sum + value, 0)
  const included = 'including the cost of the profiler'
  console.log(`\n${name}: ${total.toFixed(0)} µs of the main thread per request, ${included}`)
  const sorted = [...micros].sort((a, b) => b[1] - a[1])
  for (const [owner, value] of sorted.slice(0, SHOWN))
    console.log(`${value.toFixed(1).padStart(8)}  ${owner}`)
}

/** A bundle that is not minified contains a comment with the file of the lines that follow. */
function ownersOfLines(text: string): readonly string[] {
  let owner = '(bundle)'
  return text.split('\n').map((line) => {
    const source = /^\s*\/\/ .*?((?:node_modules|packages|test)\/\S+)/.exec(line)?.[1]
    if (source) owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? source
    return owner
  })
}

/**
 * Self time per request: of this repository by file, of dependencies by package, of Node by module,
 * and of native code by function.
 */
function microsByOwner(
  { nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
  owners: ReadonlyMap<string, readonly string[]>,
) {
  const ofNode = new Map<number, number>()
  for (const [index, id] of samples.entries())
    ofNode.set(id, (ofNode.get(id) ?? 0) + (timeDeltas[index] ?? 0))
  const ofOwner = new Map<string, number>()
  for (const { id, callFrame } of nodes) {
    const { url, lineNumber, functionName } = callFrame
    if (functionName === '(idle)') continue
    const ofBundle = owners.get(url.slice(url.lastIndexOf('/') + 1))
    const owner = ofBundle ? ofBundle[lineNumber] : url.startsWith('node:') ? url : undefined
    const key = owner ?? (functionName || '(native)')
    ofOwner.set(key, (ofOwner.get(key) ?? 0) + (ofNode.get(id) ?? 0) / REQUESTS)
  }
  return ofOwner
}
