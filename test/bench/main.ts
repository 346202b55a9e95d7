/** `npm run bench`: compares the built handler with a hand-written one and prints the medians. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { proofsFor } from './bound-requests.ts'
import type { Figures, Job } from './measure.ts'
import { writePage } from './page.ts'
import { messageOf, runJob, start } from './processes.ts'
import { medianOf, printTable } from './report.ts'
import type { Stub } from './stub-server.ts'
import { prepareVariants, type Variant } from './variants.ts'

const USAGE = `npm run bench -- [--quick] [--runs N] [--requests N] [--only NAME]... [--json FILE]

  --quick      3 runs of 200 requests instead of 7 of 1,000
  --only NAME  measure this variant, the hand-written and the bare handler; may be repeated
  --json FILE  also write the figures of every run to FILE
  --page       write the page of results, test/bench/README.md, and its chart`

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    requests: { type: 'string' },
    only: { type: 'string', multiple: true },
    json: { type: 'string' },
    page: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (flags.help) console.log(USAGE)
else await run()

async function run(): Promise<void> {
  const runs = Number(flags.runs ?? (flags.quick ? 3 : 7))
  const requests = Number(flags.requests ?? (flags.quick ? 200 : 1000))
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-'))
  const server = start('stub-server.ts', {})
  try {
    const stub = await messageOf<Stub>(server)
    const variants = await prepareVariants(directory, stub, flags.only)
    const figures = new Map<string, Figures[]>(variants.map(({ name }) => [name, []]))
    for (let turn = 1; turn <= runs; turn++) {
      // Every other turn runs backwards, so that no variant always follows the same one.
      for (const variant of turn % 2 ? variants : variants.toReversed()) {
        const found = await measureOnce(variant, stub.tokens, requests)
        figures.get(variant.name)?.push(found)
      }
      process.stderr.write(`turn ${turn} of ${runs}\n`)
    }
    const columns = variants.map(({ name }) => ({
      name,
      figures: medianOf(figures.get(name) ?? []),
    }))
    const node = `Node ${process.version}, ${process.arch}`
    const method = `medians of ${runs} runs, ${requests} requests per phase, ${node}`
    printTable(columns)
    console.log(`\n${method}`)
    if (flags.page) writePage(columns, method)
    if (flags.json)
      writeFileSync(flags.json, `${JSON.stringify(Object.fromEntries(figures), null, 2)}\n`)
  } finally {
    server.disconnect()
    rmSync(directory, { recursive: true })
  }
}

async function measureOnce(
  { name, bundle, environment, grant, sent, proofKey }: Variant,
  jwts: readonly string[],
  requests: number,
): Promise<Figures> {
  const { tokens = jwts, ...rest } = sent ?? {}
  const job: Job = {
    ...{ bundle, tokens, requests, ...rest },
    ...(grant === undefined ? {} : { grant }),
    ...(proofKey ? { proofs: proofsFor(tokens, proofKey, environment) } : {}),
  }
  try {
    return await runJob<Figures>('measure.ts', environment, job)
  } catch (cause) {
    throw new Error(`The variant "${name}" could not be measured.`, { cause })
  }
}
