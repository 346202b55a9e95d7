/** `npm run bench:load`: latency and memory of the built broker under load, with a slow STS. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { prepareVariants, type Variant } from './handlers/variants.ts'
import { messageOf, runJob, start } from './harness/processes.ts'
import type { LoadJob, LoadWindow } from './workers/load-worker.ts'
import type { Stub } from './workers/stub-server.ts'

const USAGE = `npm run bench:load -- [--seconds N] [--minutes N]

  --seconds N  length of each of the short runs (default 30); 0 skips them
  --minutes N  afterwards, send 500 requests per second for N minutes and print each minute`

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    minutes: { type: 'string', default: '0' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const NAMES = ['hand-written', 'bare', '2 tenants']
const [MAX_IN_FLIGHT, STEADY_PER_SECOND] = [2_000, 500]
/** Of a short run. The median is reported, because other load on the machine can distort one. */
const WINDOWS = 5

interface Scenario {
  readonly title: string
  readonly stsMs: number
  readonly load: Pick<LoadJob, 'perSecond' | 'inFlight'>
}

const SCENARIOS: readonly Scenario[] = [
  {
    title: '200 in flight, each response starts the next request, STS takes 20 ms',
    stsMs: 20,
    load: { inFlight: 200 },
  },
  {
    title: '1,000 per second, STS takes 20 ms',
    stsMs: 20,
    load: { perSecond: 1_000, inFlight: MAX_IN_FLIGHT },
  },
  {
    title: '1,000 per second, STS takes 200 ms, so that 200 are in flight',
    stsMs: 200,
    load: { perSecond: 1_000, inFlight: MAX_IN_FLIGHT },
  },
]

if (flags.help) console.log(USAGE)
else await main(Number(flags.seconds), Number(flags.minutes))

async function main(seconds: number, minutes: number): Promise<void> {
  for (const scenario of seconds === 0 ? [] : SCENARIOS) {
    console.log(`\n${scenario.title}`)
    for (const name of NAMES) {
      const windows = await measure(name, scenario, { seconds, windows: WINDOWS })
      console.log(windows ? line(name, typical(windows), scenario.stsMs) : tooSlow(name))
    }
  }
  if (minutes === 0) return
  const rate = `${STEADY_PER_SECOND} per second for ${minutes} minutes`
  console.log(`\n${rate}, STS takes 20 ms, 2 tenants`)
  const load = { perSecond: STEADY_PER_SECOND, inFlight: MAX_IN_FLIGHT }
  const scenario = { title: '', stsMs: 20, load }
  const found = await measure('2 tenants', scenario, { seconds: minutes * 60, windows: minutes })
  if (!found) return console.log(tooSlow('2 tenants'))
  for (const [index, window] of found.entries())
    console.log(line(`minute ${index + 1}`, window, 20))
}

async function measure(
  name: string,
  { stsMs, load }: Scenario,
  length: Pick<LoadJob, 'seconds' | 'windows'>,
): Promise<readonly LoadWindow[] | null> {
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-'))
  const server = start('stub-server.ts', { STS_DELAY_MS: String(stsMs) })
  try {
    const stub = await messageOf<Stub>(server)
    const variants = await prepareVariants(directory, stub, NAMES)
    const { bundle, grant, environment } = variants.find(
      (variant) => variant.name === name,
    ) as Variant
    const job: LoadJob = {
      bundle,
      tokens: stub.tokens,
      ...(grant === undefined ? {} : { grant }),
      ...load,
      ...length,
    }
    return await runJob('load-worker.ts', environment, job, ['--expose-gc'])
  } finally {
    server.disconnect()
    rmSync(directory, { recursive: true })
  }
}

function tooSlow(name: string): string {
  return `  ${name.padEnd(14)} does not keep up: ${MAX_IN_FLIGHT} in flight`
}

function typical(windows: readonly LoadWindow[]): LoadWindow {
  const median = (key: keyof LoadWindow) =>
    windows.map((window) => window[key]).sort((a, b) => a - b)[Math.floor(windows.length / 2)] ??
    Number.NaN
  const keys = Object.keys(windows[0] ?? {}) as (keyof LoadWindow)[]
  return Object.fromEntries(keys.map((key) => [key, median(key)])) as Record<
    keyof LoadWindow,
    number
  >
}

/** Shows the latency without the nominal one of STS. Its timer may fire up to 1 ms late. */
function line(name: string, window: LoadWindow, stsMs: number): string {
  const { requests, p50Ms, p99Ms, heapMb, rssMb, resources, meanInFlight } = window
  const added = [p50Ms, p99Ms].map((ms) => `${(ms - stsMs).toFixed(1)} ms`.padStart(9))
  const inFlight = `${meanInFlight.toFixed(0)} in flight`.padStart(14)
  const memory = `heap ${heapMb.toFixed(1)} MB  RSS ${rssMb.toFixed(0)} MB  ${resources} resources`
  const latency = `added p50 ${added[0]}  p99 ${added[1]}`
  const count = `${String(requests).padStart(7)} requests ${inFlight}`
  return `  ${name.padEnd(14)} ${count}  ${latency}  ${memory}`
}
