/** The thread that fuzzes one target: mutates and runs inputs; keeps those that reach new code. */
import { parentPort, workerData } from 'node:worker_threads'
import { readCorpus } from './corpus.ts'
import { startCoverage } from './coverage.ts'
import { mutate, seededRandom } from './mutate.ts'
import { runTarget } from './run-target.ts'
import { TARGETS } from './targets.ts'

export interface WorkerOptions {
  readonly target: string
  readonly seconds: number
  readonly seed: number
  /**
   * The current input, after its length in the first four bytes. The parent reads it if this thread
   * hangs or crashes.
   */
  readonly current: SharedArrayBuffer
  /** Number of inputs that have been started. */
  readonly begun: SharedArrayBuffer
}

export type WorkerMessage =
  | {
      readonly kind: 'ended'
      readonly runs: number
      readonly blocks: number
      readonly found: readonly Uint8Array[]
    }
  | { readonly kind: 'failed'; readonly input: Uint8Array; readonly message: string }

/** Coverage is read once per batch, because that takes longer than most inputs. */
const BATCH = 40

await fuzz(workerData)

async function fuzz({ target: name, seconds, seed, current, begun }: WorkerOptions): Promise<void> {
  const target = await TARGETS[name]?.()
  if (!target) throw new Error(`The target ${name} does not exist.`)
  const counter = new Int32Array(begun)
  const run = async (input: Buffer) => {
    new DataView(current).setUint32(0, input.length)
    new Uint8Array(current, 4).set(input)
    Atomics.add(counter, 0, 1)
    try {
      await runTarget(target, input)
      return true
    } catch (error) {
      post({
        kind: 'failed',
        input,
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      return false
    }
  }
  const random = seededRandom(seed)
  const corpus = readCorpus(name).map(({ input }) => input)
  const seeds = corpus.length
  const coverage = await startCoverage()
  for (const input of corpus) if (!(await run(input))) return
  coverage.isNew(await coverage.take(), true)
  const found: Buffer[] = []
  const until = performance.now() + seconds * 1000
  while (performance.now() < until) {
    const batch = Array.from({ length: BATCH }, () => mutate(corpus, random))
    for (const input of batch) if (!(await run(input))) return
    const report = await coverage.take()
    if (!coverage.isNew(report, false)) continue
    for (const input of batch) {
      await run(input)
      if (coverage.isNew(await coverage.take(), true)) found.push(input)
    }
    // Blocks that only the first run reaches, such as those that fill a cache, belong to no input.
    coverage.isNew(report, true)
    corpus.push(...found.slice(corpus.length - seeds))
  }
  post({ kind: 'ended', runs: Atomics.load(counter, 0), blocks: coverage.count(), found })
}

function post(message: WorkerMessage): void {
  parentPort?.postMessage(message)
}
