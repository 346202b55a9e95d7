/**
 * `npm run fuzz -- [--seconds N] [--target NAME] [--seed N] [--keep]`: fuzzes each parser, guided
 * by the blocks of code that inputs reach. An input that crashes or hangs is saved in the corpus
 * and fails the run. One that exhausts the memory ends the run, which the seed repeats. `--keep`
 * saves all inputs that reached new blocks.
 *
 * This is our own loop, because Jazzer.js 4 requires a newer C library than Debian 12 has, and
 * earlier versions run an install script.
 */
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { saveInput } from './corpus.ts'
import { TARGETS } from './targets.ts'
import type { WorkerMessage, WorkerOptions } from './worker.ts'

/** For one input. Much longer than the slowest takes, even on a busy machine. */
const HANG_MS = 10_000
const MAX_HEAP_MIB = 512
const MAX_INPUT_BYTES = 64 * 1024
const DEFAULT_SECONDS = 3

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
    target: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
  },
})
const names = Object.keys(TARGETS).filter(
  (name) => values.target === undefined || name === values.target,
)
if (names.length === 0)
  throw new Error(
    `--target "${values.target}" is unknown; use one of ${Object.keys(TARGETS).join(', ')}.`,
  )
console.log(`seed ${values.seed}, ${values.seconds} s per target`)
for (const name of names) {
  const outcome = await fuzz(name, Number(values.seconds), Number(values.seed))
  if (outcome.kind === 'failed') {
    process.exitCode = 1
    const file = saveInput(name, 'failed', outcome.input)
    // In CI, only the log remains, so it must contain the input.
    const input = Buffer.from(outcome.input).toString('base64')
    console.error(`${name}: FAILED on ${file}\n${input}\n${outcome.message}`)
    continue
  }
  const { runs, blocks, found } = outcome
  const coverage = `${blocks} blocks covered, ${found.length} inputs reached new blocks`
  console.log(`${name.padEnd(16)} ${runs} inputs, ${coverage}`)
  if (values.keep) for (const input of found) saveInput(name, 'found', input)
}

function fuzz(target: string, seconds: number, seed: number): Promise<WorkerMessage> {
  const current = new SharedArrayBuffer(4 + MAX_INPUT_BYTES)
  const begun = new SharedArrayBuffer(4)
  const options: WorkerOptions = { target, seconds, seed, current, begun }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: options,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
  })
  return new Promise((resolve) => {
    const end = (message: WorkerMessage) => {
      clearInterval(watch)
      void worker.terminate()
      resolve(message)
    }
    const fail = (text: string) => {
      const length = new DataView(current).getUint32(0)
      end({ kind: 'failed', input: Buffer.from(current, 4, length), message: text })
    }
    let seen = -1
    const watch = setInterval(() => {
      const runs = Atomics.load(new Int32Array(begun), 0)
      if (runs > 0 && runs === seen) fail(`The input took more than ${HANG_MS} ms.`)
      seen = runs
    }, HANG_MS)
    worker.once('message', end)
    worker.once('error', (error) => fail(String(error)))
  })
}
