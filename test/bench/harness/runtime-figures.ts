/** Cold starts and warm requests in Lambda's runtime interface client. */
import path from 'node:path'
import { skipsRuntime, startLambda } from '../../runtime/runtime-api.ts'
import { prepareVariants } from '../handlers/variants.ts'
import { medianOf } from '../page/report.ts'
import type { EndpointStubs } from '../workers/endpoint-stubs.ts'
import type { Stub } from '../workers/stub-server.ts'
import { BUNDLE, brokerEnvironment } from '../workloads/broker-environment.ts'
import { acmeDocument } from '../workloads/endpoint-documents.ts'
import { native } from '../workloads/endpoint-events.ts'
import type { Extent } from './compare-jobs.ts'

export interface RuntimeFigures {
  /** From the start of the process until it asks for the first invocation. */
  readonly initMs: number
  readonly firstMs: number
  readonly coldMs: number
  /** From the delivery of the event to the response, with one request in flight, as in Lambda. */
  readonly warmP50Ms: number
  readonly warmP99Ms: number
}

export interface RuntimeRow {
  readonly name: string
  readonly figures: RuntimeFigures
}

interface RuntimeHandler {
  /** The directory of the bundle. */
  readonly bundle: string
  readonly environment: Readonly<Record<string, string>>
  readonly grant: string
}

/** Requests after the first, before the warm ones. */
const WARM_UP = 200

/** @returns the medians; the first row is that of the hand-written handler */
export async function measureRuntime(
  stub: Stub,
  stubs: EndpointStubs,
  directory: string,
  { runs, requests }: Extent,
): Promise<readonly RuntimeRow[]> {
  if (skipsRuntime()) throw new Error('Run npm run install:runtime first.')
  const handlers = await prepareHandlers(stub, stubs, directory)
  const found = new Map<string, RuntimeFigures[]>(Object.keys(handlers).map((name) => [name, []]))
  for (let turn = 1; turn <= runs; turn++) {
    const ordered = Object.entries(handlers)
    for (const [name, handler] of turn % 2 ? ordered : ordered.toReversed())
      found.get(name)?.push(await measureHandler(handler, stub.tokens, requests))
    process.stderr.write(`runtime client: turn ${turn} of ${runs}\n`)
  }
  return [...found].map(([name, figures]) => ({ name, figures: medianOf(figures) }))
}

async function prepareHandlers(
  stub: Stub,
  stubs: EndpointStubs,
  directory: string,
): Promise<Readonly<Record<string, RuntimeHandler>>> {
  const [byHand] = await prepareVariants(directory, stub, [])
  if (!byHand) throw new Error('There is no hand-written handler.')
  const bundle = path.dirname(BUNDLE)
  const file = path.join(directory, 'runtime.jsonl')
  const own = brokerEnvironment(stub, file, [acmeDocument(stub.origin)])
  const { BROKER_SIGNING_KEY: _, BROKER_TENANTS_FILE: __, ...common } = own
  const deployed = { ...common, ...stubs.kms, ...stubs.tenants }
  return {
    'hand-written': {
      bundle: path.dirname(byHand.bundle),
      ...{ environment: byHand.environment, grant: '' },
    },
    'tenants in a file': { bundle, environment: own, grant: 'passed' },
    'tenants in the table': { bundle, environment: deployed, grant: 'passed' },
    'tenants in the table, minted with KMS': { bundle, environment: deployed, grant: 'minted' },
  }
}

async function measureHandler(
  { bundle, environment, grant }: RuntimeHandler,
  tokens: readonly string[],
  requests: number,
): Promise<RuntimeFigures> {
  const started = performance.now()
  const lambda = await startLambda({ bundle, environment })
  let sent = 0
  const invoke = async () => {
    const event = native(tokens[sent++ % tokens.length] ?? '', grant)
    const before = performance.now()
    const { payload, error } = await lambda.invoke(event)
    const ms = performance.now() - before
    lambda.takeLines()
    const status = Object.entries(payload ?? {}).find(([name]) => name === 'statusCode')?.[1]
    if (status !== 200) throw new Error(JSON.stringify(error ?? payload))
    return ms
  }
  try {
    await lambda.ready()
    const initMs = performance.now() - started
    const firstMs = await invoke()
    for (let count = 0; count < WARM_UP; count++) await invoke()
    const warm: number[] = []
    for (let count = 0; count < requests; count++) warm.push(await invoke())
    warm.sort((a, b) => a - b)
    const at = (part: number) => warm[Math.floor(warm.length * part)] ?? Number.NaN
    const coldMs = initMs + firstMs
    return { initMs, firstMs, coldMs, warmP50Ms: at(0.5), warmP99Ms: at(0.99) }
  } finally {
    await lambda.close()
  }
}
