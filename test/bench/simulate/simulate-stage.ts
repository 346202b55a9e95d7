/** Simulates a stage: API Gateway, environments of Lambda with their caches, KMS and STS. */

import { createArrivals } from './arrivals.ts'
import { createEnvironments, type Environment } from './environments.ts'
import { createEventQueue } from './event-queue.ts'
import { createRandom, sampleMs } from './random.ts'
import { createRateLimit } from './rate-limit.ts'
import { type Arrival, newCounts, type StageCounts, type StageModel } from './stage-model.ts'

interface Request {
  readonly arrivedAt: number
  readonly tenant: number
  readonly subject: number
  environment: Environment | undefined
  startedAt: number
  isReused: boolean
  /** What it does next; an upstream that throttles is called again. */
  next: 'kms' | 'sts' | 'end' | 'fail'
  attempt: number
}

export interface StageResult {
  /** From the start, when no environment exists, for as long as the counted part. */
  readonly start: StageCounts
  /** After the warm-up. */
  readonly steady: StageCounts
}

export function simulateStage(model: StageModel): StageResult {
  const { durations, limits, subjects, warmUpMs, countedMs } = model
  // Apart from the arrivals, so that another duration does not change who calls when.
  const luck = createRandom(model.seed * 8)
  const events = createEventQueue<Request>()
  const environments = createEnvironments(model)
  const waiting: Request[] = []
  const [gateway, kms, sts] = [limits.gateway, limits.kms, limits.sts].map(createRateLimit)
  const [start, steady, other] = [newCounts(), newCounts(), newCounts()]
  const endMs = warmUpMs + countedMs
  const countsAt = (at: number) => {
    if (at >= warmUpMs) return at < endMs ? steady : other
    return at < countedMs ? start : other
  }

  /** Begins a request in an environment: its look-ups, then the first upstream. */
  const begin = (request: Request, environment: Environment, at: number, coldMs: number) => {
    const counts = countsAt(request.arrivedAt)
    const { caches } = environment
    const issuer = request.tenant % model.issuers
    let ms = coldMs + sampleMs(durations.work, luck)
    const read = (cache: 'trusts' | 'documents' | 'keys', key: number) => {
      const found = caches[cache].lookUp(key, at)
      if (found === 'miss')
        ms += sampleMs(cache === 'keys' ? durations.keyFetch : durations.tableRead, luck)
      const isKeys = cache === 'keys'
      if (isKeys) counts.keyLookups++
      else counts.tableLookups++
      if (found !== 'miss') counts[isKeys ? 'keyHits' : 'tableHits']++
      if (found !== 'hit') counts[isKeys ? 'keyFetches' : 'tableReads']++
    }
    read('trusts', issuer)
    read('keys', issuer)
    read('documents', request.tenant)
    const session = caches.sessions?.lookUp(request.tenant * subjects + request.subject, at)
    request.environment = environment
    request.startedAt = at
    request.isReused = session === 'hit'
    if (request.isReused) {
      ms += sampleMs(durations.reusedWork, luck) - sampleMs(durations.work, luck)
      request.next = 'end'
    } else request.next = luck() < model.minted ? 'kms' : 'sts'
    events.push(at + Math.max(0, ms), request)
  }

  const end = (request: Request, at: number) => {
    const counts = countsAt(request.arrivedAt)
    const environment = request.environment as Environment
    counts.latencies.push(at - request.arrivedAt)
    counts.busyMs += at - request.startedAt
    if (request.next === 'fail') counts.upstreamThrottled++
    else counts.issued++
    if (request.isReused) counts.reused++
    environments.release(environment, at)
    const following = waiting.shift()
    const free = following && environments.acquire(at)
    if (following && free) begin(following, free.environment, at, coldMsOf(free.isNew))
  }

  const coldMsOf = (isNew: boolean) => (isNew ? sampleMs(durations.cold, luck) : 0)

  /** Calls an upstream. A call that is throttled costs as much time as one that is not. */
  const call = (request: Request, at: number) => {
    const counts = countsAt(request.arrivedAt)
    const isKms = request.next === 'kms'
    if (isKms) counts.kmsCalls++
    else counts.stsCalls++
    const isServed = (isKms ? kms : sts)?.(at) ?? true
    let ms = sampleMs(isKms ? durations.kms : durations.sts, luck)
    if (isServed) {
      request.next = isKms ? 'sts' : 'end'
      request.attempt = 1
    } else if (request.attempt === model.attempts) request.next = 'fail'
    else ms += sampleMs(durations.pause, luck) * 2 ** (request.attempt++ - 1)
    events.push(at + ms, request)
  }

  const arrive = ({ at, tenant, subject }: Arrival) => {
    const counts = countsAt(at)
    counts.requests++
    const request: Request = {
      ...{ arrivedAt: at, tenant, subject },
      ...{ environment: undefined, startedAt: at, isReused: false, next: 'sts', attempt: 1 },
    }
    if (!gateway?.(at)) {
      counts.gatewayThrottled++
      return
    }
    const found = environments.acquire(at)
    if (found) {
      if (found.isNew) counts.coldStarts++
      begin(request, found.environment, at, coldMsOf(found.isNew))
    } else if (model.whenFull === 'wait') waiting.push(request)
    else counts.lambdaThrottled++
    counts.peakBusy = Math.max(counts.peakBusy, environments.busy())
    counts.peakEnvironments = Math.max(counts.peakEnvironments, environments.existing())
  }

  const nextArrival = createArrivals(model)
  let arrival: Arrival | undefined = nextArrival()
  for (;;) {
    const at = Math.min(arrival?.at ?? Number.POSITIVE_INFINITY, events.nextAt())
    if (at === Number.POSITIVE_INFINITY) return { start, steady }
    if (arrival && at === arrival.at) {
      arrive(arrival)
      arrival = nextArrival()
      if (arrival.at >= endMs) arrival = undefined
      continue
    }
    const request = events.pop() as Request
    if (request.next === 'end' || request.next === 'fail') end(request, at)
    else call(request, at)
  }
}
