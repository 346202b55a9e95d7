/** Lambda's execution environments: one request at a time, and limits for new ones. */
import { createRateLimit } from './rate-limit.ts'
import { createSimulatedCache, type SimulatedCache } from './simulated-cache.ts'
import type { StageModel } from './stage-model.ts'

export interface Environment {
  readonly caches: {
    readonly trusts: SimulatedCache
    readonly documents: SimulatedCache
    readonly keys: SimulatedCache
    readonly sessions: SimulatedCache | undefined
  }
  idleSince: number
}

export interface Environments {
  /**
   * The environment that was idle for the shortest time, or a new one.
   * @returns undefined where the limits allow neither
   */
  acquire(at: number): { readonly environment: Environment; readonly isNew: boolean } | undefined
  release(environment: Environment, at: number): void
  busy(): number
  /** Busy and idle ones. */
  existing(): number
}

export function createEnvironments(model: StageModel): Environments {
  const mayStart = createRateLimit(model.scaling)
  // The longest idle one is first. `ended` of them at the start of the list no longer exist.
  let idle: Environment[] = []
  let ended = 0
  let busy = 0

  const endIdle = (at: number) => {
    while (ended < idle.length && at - (idle[ended]?.idleSince ?? at) > model.idleMs) ended++
    if (ended > 1_000) {
      idle = idle.slice(ended)
      ended = 0
    }
  }

  const newEnvironment = (): Environment => {
    const { table, keys, sessions } = model.caches
    return {
      caches: {
        trusts: createSimulatedCache(table),
        documents: createSimulatedCache(table),
        keys: createSimulatedCache(keys),
        sessions: sessions && createSimulatedCache(sessions),
      },
      idleSince: 0,
    }
  }

  return {
    busy: () => busy,
    existing: () => busy + idle.length - ended,
    acquire(at) {
      endIdle(at)
      // The quota is for requests at the same time. An idle environment does not count.
      if (busy >= model.concurrency) return undefined
      const environment = idle.length > ended ? idle.pop() : undefined
      if (!environment && !mayStart(at)) return undefined
      busy++
      return { environment: environment ?? newEnvironment(), isNew: !environment }
    },
    release(environment, at) {
      busy--
      environment.idleSince = at
      idle.push(environment)
    },
  }
}
