/**
 * Limits for callers. What counts requests is loaded with the first request to which a limit
 * applies, so that a deployment without limits pays for none.
 */
import {
  type Admission,
  BrokerError,
  type ExceededLimit,
  LimitReached,
  type StageLimits,
} from '@token-broker/core'
import type { Limiter } from './create-limiter.ts'

/**
 * How one request is counted, in the order of the methods. A limit that is reached before anything
 * is verified is returned: throwing it would take a tenth of the response's time.
 */
interface CountedRequest extends Admission {
  /** Before anything of the request is read. */
  start(): LimitReached | undefined
  /**
   * Before anything of it is verified.
   * @param fields what the endpoint read
   */
  recognize(fields: object): LimitReached | undefined
  /** @param outcome of the request */
  finish(outcome: unknown): void
}

export interface CallerLimits {
  count(clientIp: string): Promise<CountedRequest>
}

/**
 * @param stage undefined: only documents of tenants have limits
 * @param ageClock in milliseconds
 */
export function createCallerLimits(
  stage: StageLimits | undefined,
  ageClock: () => number,
): CallerLimits {
  let limiter: Limiter | undefined
  const load = async () => {
    if (limiter) return limiter
    const { createLimiter } = await import('./create-limiter.ts')
    limiter ??= createLimiter(stage ?? {}, ageClock)
    return limiter
  }
  // In the initialization phase of a function; a failure is reported by the first request.
  if (stage) load().catch(() => undefined)
  return {
    async count(clientIp) {
      if (stage) await load()
      let visit = limiter?.visit(clientIp)
      let presented: object | undefined
      return {
        start: () => refusalOf(visit?.countAddress()),
        recognize(fields) {
          presented = fields
          return refusalOf(visit?.recognize(fields))
        },
        async admit(caller) {
          if (!stage && !caller.tenant.limits) return
          const loaded = await load()
          visit ??= loaded.visit(clientIp)
          const refusal = refusalOf(visit.admit(caller, presented))
          if (refusal) throw refusal
        },
        finish: (outcome) =>
          visit?.finish(outcome instanceof BrokerError ? outcome.code : undefined),
      }
    },
  }
}

/** The bundle that counts cannot create it: it would have a class of its own. */
function refusalOf(exceeded: ExceededLimit | undefined): LimitReached | undefined {
  if (exceeded === undefined) return undefined
  // The stack of calls would take a fifth of the response's time, and says nothing.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const refusal = new LimitReached(exceeded)
  Error.stackTraceLimit = stackTraceLimit
  return refusal
}
