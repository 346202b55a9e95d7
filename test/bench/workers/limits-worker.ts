/** Measures the CPU time of requests in a fresh process, and the latency of one tenant's. */
import { pathToFileURL } from 'node:url'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { serveOneJob } from './handler-under-test.ts'

/** Requests of which each has the same status. */
export interface Phase {
  readonly name: string
  readonly events: readonly APIGatewayProxyEventV2[]
  readonly status: number
  readonly count: number
}

/** A request that is sent at a steady rate. */
export interface Traffic {
  readonly events: readonly APIGatewayProxyEventV2[]
  readonly perSecond: number
}

export interface LimitsJob {
  readonly bundle: string
  /** Sent once before anything is measured. */
  readonly before: readonly APIGatewayProxyEventV2[]
  readonly phases: readonly Phase[]
  readonly load?: {
    readonly seconds: number
    readonly quiet: Traffic
    readonly noisy: Traffic | undefined
  }
}

export interface LimitsFigures {
  /** Microseconds of CPU per request, by the name of the phase. */
  readonly cpuMicros: Readonly<Record<string, number>>
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of the noisy traffic, by status. */
  readonly statuses: Readonly<Record<string, number>>
}

type Handler = (event: object, context: object) => Promise<APIGatewayProxyStructuredResultV2>

const CONTEXT = {
  awsRequestId: 'bench',
  functionName: 'bench',
  getRemainingTimeInMillis: () => 10_000,
}

serveOneJob(async ({ bundle, before, phases, load }: LimitsJob): Promise<LimitsFigures> => {
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler }
  for (const event of before) await handler(structuredClone(event), CONTEXT)
  const cpuMicros: Record<string, number> = {}
  for (const phase of phases) {
    await measurePhase(handler, { ...phase, count: 4 * phase.count }) // warms up the compiler
    cpuMicros[phase.name] = await measurePhase(handler, phase)
  }
  const loaded = load ? await measureLoad(handler, load) : { latencies: [], statuses: {} }
  const sorted = loaded.latencies.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { cpuMicros, p50Ms: at(0.5), p99Ms: at(0.99), statuses: loaded.statuses }
})

/** One request after the other, as an environment of Lambda gets them. */
async function measurePhase(handler: Handler, { name, events, status, count }: Phase) {
  const copies = Array.from({ length: count }, (_, index) =>
    structuredClone(events[index % events.length] ?? {}),
  )
  const started = process.cpuUsage()
  for (const event of copies) {
    const { statusCode, body } = await handler(event, CONTEXT)
    if (statusCode !== status)
      throw new Error(`${name}: expected status ${status}, but got ${statusCode}: ${body}`)
  }
  const { user, system } = process.cpuUsage(started)
  return (user + system) / count
}

async function measureLoad(
  handler: Handler,
  { seconds, quiet, noisy }: NonNullable<LimitsJob['load']>,
) {
  const latencies: number[] = []
  const statuses: Record<string, number> = {}
  const sendQuiet = async (event: object) => {
    const sent = performance.now()
    const { statusCode = 0 } = await handler(event, CONTEXT).catch(() => ({ statusCode: 0 }))
    // What is not served counts as late.
    latencies.push(statusCode === 200 ? performance.now() - sent : Number.POSITIVE_INFINITY)
  }
  const sendNoisy = async (event: object) => {
    // With too many, a request can end at its deadline.
    const { statusCode = 0 } = await handler(event, CONTEXT).catch(() => ({ statusCode: 0 }))
    statuses[statusCode] = (statuses[statusCode] ?? 0) + 1
  }
  const running = [
    sendSteadily(quiet, seconds, sendQuiet),
    ...(noisy ? [sendSteadily(noisy, seconds, sendNoisy)] : []),
  ]
  await Promise.all(running)
  return { latencies, statuses }
}

/** Does not wait for responses, so that slow ones do not make the traffic less. */
async function sendSteadily(
  { events, perSecond }: Traffic,
  seconds: number,
  send: (event: object) => Promise<void>,
) {
  const total = Math.round(perSecond * seconds)
  const started = performance.now()
  const pending: Promise<void>[] = []
  while (pending.length < total) {
    const due = Math.min(total, ((performance.now() - started) / 1000) * perSecond)
    while (pending.length < due)
      pending.push(send(structuredClone(events[pending.length % events.length] ?? {})))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(pending)
}
