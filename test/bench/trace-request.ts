/**
 * `npm run trace:request`: counts the functions, files and package crossings of one warm native
 * request, so that the request path stays short enough to read.
 *
 * The request is a `POST /v1/credentials` that the Lambda handler receives from API Gateway. The
 * response contains credentials. The tenant is in a compiled file; the subject token is signed with
 * ES256 by an issuer whose keys an earlier request fetched; one rule has a condition; the policy
 * contains one attribute; the web identity token is minted with a local key; and a stub replaces
 * STS. The sources run unbundled. Only a call at the start of each function is added.
 *
 * - **Functions** are those in `packages/*\/src` that have a name there: declarations, methods,
 *   accessors, and functions assigned to a variable, a member or a property. Each counts once.
 *   Anonymous callbacks do not count, nor does what only the start or the first request runs.
 * - **Files** are those of which any function runs, also an anonymous one, because a reader has to
 *   open them.
 * - **Crossings** are the places in the code of one package that call a function of another, named
 *   or anonymous. Two places in one function count twice. The caller is the nearest stack frame in
 *   `packages/*\/src`: a callback belongs to the place where it is written, and the frames of Node
 *   and of dependencies in between do not count.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runJob } from './harness/processes.ts'
import { exceededLimits, formatTrace, type Limits } from './trace-request/format-trace.ts'
import type { RequestTrace } from './trace-request/recorder.ts'
import { startUpstreams } from './trace-request/upstreams.ts'
import type { HandlerJob } from './workers/handler-under-test.ts'

const USAGE = `npm run trace:request -- [--json]
  [--max-functions N] [--max-files N] [--max-crossings N]

  --json   print the result as JSON
  --max-…  exit with status 1 if the count is higher`
const HANDLER = new URL('../../packages/functions/src/lambda/broker.ts', import.meta.url)

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
  const exceeded = exceededLimits(trace, limits)
  for (const message of exceeded) console.error(message)
  if (exceeded.length > 0) process.exitCode = 1
}

async function traceRequest(): Promise<RequestTrace> {
  const { environment, tokens, close } = await startUpstreams()
  try {
    const job: HandlerJob = { bundle: fileURLToPath(HANDLER), tokens }
    return await runJob<RequestTrace>('trace-request-worker.ts', environment, job)
  } finally {
    await close()
  }
}

function readLimit(name: 'max-functions' | 'max-files' | 'max-crossings'): number {
  const text = flags[name]
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (!/^\d+$/.test(text))
    throw new Error(`--${name} must be a whole number, such as 80; found "${text}".`)
  return Number(text)
}
