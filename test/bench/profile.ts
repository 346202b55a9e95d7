/** `npm run bench:profile`: the CPU time of a request by package, with 32 requests in flight. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bundleFunction } from '../../packages/functions/bundle.ts'
import { messageOf, runJob, start } from './processes.ts'
import type { Stub } from './stub-server.ts'
import { prepareVariants } from './variants.ts'

const REQUESTS = 5_000
const SHOWN = 25
const ROOT = path.resolve(import.meta.dirname, '../..')
interface Entry {
  readonly entry: string
  readonly unoptimized: boolean
}

const ENTRIES: Readonly<Record<string, Entry>> = {
  'hand-written': { entry: 'test/bench/hand-written-handler.ts', unoptimized: true },
  '2 tenants': { entry: 'packages/functions/src/lambda/broker.ts', unoptimized: false },
}

// The bundler shows the path of each source file relative to the current directory.
process.chdir(ROOT)
const directory = mkdtempSync(path.join(tmpdir(), 'bench-'))
const server = start('stub-server.ts', {})
try {
  const { tokens, ...stub } = await messageOf<Stub>(server)
  for (const { name, environment, grant } of await prepareVariants(directory, { ...stub, tokens }, [
    '2 tenants',
  ])) {
    const shown = ENTRIES[name]
    if (shown === undefined) continue
    const { entry, unoptimized } = shown
    const bundle = path.join(directory, 'readable', name, 'index.mjs')
    await bundleFunction(entry, bundle, { unoptimized, readable: true })
    const job = { bundle, tokens, requests: REQUESTS, ...(grant === undefined ? {} : { grant }) }
    print(name, await runJob<Profiler.Profile>('profile-worker.ts', environment, job), bundle)
  }
} finally {
  server.disconnect()
  rmSync(directory, { recursive: true })
}

function print(name: string, profile: Profiler.Profile, bundle: string): void {
  const micros = microsByOwner(profile, ownersOfLines(readFileSync(bundle, 'utf8')))
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
  owners: readonly string[],
) {
  const ofNode = new Map<number, number>()
  for (const [index, id] of samples.entries())
    ofNode.set(id, (ofNode.get(id) ?? 0) + (timeDeltas[index] ?? 0))
  const ofOwner = new Map<string, number>()
  for (const { id, callFrame } of nodes) {
    const { url, lineNumber, functionName } = callFrame
    if (functionName === '(idle)') continue
    const owner = url.endsWith('/index.mjs')
      ? owners[lineNumber]
      : url.startsWith('node:')
        ? url
        : undefined
    const key = owner ?? (functionName || '(native)')
    ofOwner.set(key, (ofOwner.get(key) ?? 0) + (ofNode.get(id) ?? 0) / REQUESTS)
  }
  return ofOwner
}
