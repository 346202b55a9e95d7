/**
 * `npm run trace:request`: counts what one warm native request runs through, so that its path stays
 * short enough to read.
 *
 * The request is a `POST /v1/credentials` that the Lambda handler gets from API Gateway and answers
 * with credentials: a tenant of a compiled file, a subject token signed with ES256 by an issuer
 * whose keys the request before has fetched, one rule with a condition, a policy with one attribute
 * in it, a web identity token minted with a local key, and a stub for STS. The sources run as they
 * are, unbundled; only a call at the start of each function is added.
 *
 * - **A function** is one in `packages/*\/src` that has a name there: a declaration, a method, an
 *   accessor, or a function that is assigned to a variable, a member or a property. It counts once,
 *   however often it runs. Anonymous callbacks do not count, nor does what only the start or the
 *   first request needs, which fetches the keys.
 * - **A file** is one of which any function runs, an anonymous one too: a reader has to open it.
 * - **A crossing** is a place in the code of one package from which a function of another is
 *   called, anonymous or not; two places in one function are two. Who called is the nearest frame
 *   of the packages' own code in the stack, so that a callback belongs to where it is written, and
 *   what lies between in Node or in a dependency does not count.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { HandlerJob } from './handler-under-test.ts'
import { runJob } from './processes.ts'
import { breachesOf, formatTrace, type Limits } from './trace-request/format-trace.ts'
import type { RequestTrace } from './trace-request/recorder.ts'
import { startUpstreams } from './trace-request/upstreams.ts'

const USAGE = `npm run trace:request -- [--json]
  [--max-functions N] [--max-files N] [--max-crossings N]

  --json   the same as JSON
  --max-…  end with status 1 where there are more`
const ROOT = new URL('../../packages/functions/src/lambda/broker.ts', import.meta.url)

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    'max-functions': { type: 'string' },
    'max-files': { type: 'string' },
    'max-crossings': { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (flags.help) console.log(USAGE)
else await run()

async function run(): Promise<void> {
  const limits: Limits = {
    functions: readLimit('max-functions'),
    files: readLimit('max-files'),
    crossings: readLimit('max-crossings'),
  }
  const trace = await traceRequest()
  console.log(flags.json ? JSON.stringify(trace, null, 2) : formatTrace(trace))
  const breaches = breachesOf(trace, limits)
  for (const breach of breaches) console.error(breach)
  if (breaches.length > 0) process.exitCode = 1
}

async function traceRequest(): Promise<RequestTrace> {
  const { environment, tokens, close } = await startUpstreams()
  try {
    const job: HandlerJob = { bundle: fileURLToPath(ROOT), tokens }
    return await runJob<RequestTrace>('trace-request-worker.ts', environment, job)
  } finally {
    await close()
  }
}

function readLimit(name: 'max-functions' | 'max-files' | 'max-crossings'): number {
  const text = flags[name]
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number.`)
  return Number(text)
}
