/** The model of a stage for what is assumed and what was measured. */
import type { Assumed } from './assumptions.ts'
import type { Measured } from './measured.ts'
import type { Duration } from './random.ts'
import type { StageModel } from './stage-model.ts'

/** A cache of the broker refreshes in the background after this part of the fresh time. */
const REFRESH_AFTER = 0.75
const UNLIMITED = { perSecond: 1e12, burst: 1e12 }

/**
 * @param enforced whether quotas refuse; otherwise, the demand is what is counted
 */
export function modelOf(assumed: Assumed, measured: Measured, enforced: boolean): StageModel {
  const latency = (p50Ms: number, p99Ms: number): Duration => ({ kind: 'latency', p50Ms, p99Ms })
  const constant = (ms: number): Duration => ({ kind: 'constant', ms })
  // A function with less memory has a part of a processor; with more, one thread is not faster.
  const slower = Math.max(1, assumed.fullCpu / assumed.memory)
  const mixed = (name: 'cpuMicros1' | 'coldMs') =>
    assumed.minted * measured.minted[name] + (1 - assumed.minted) * measured.passedThrough[name]
  const workMs = (mixed('cpuMicros1') / 1000) * slower
  const table = {
    entries: assumed.entries,
    freshMs: assumed.tableFresh * 1000,
    refreshAfter: REFRESH_AFTER,
  }
  return {
    seed: assumed.seed,
    perSecond: assumed.rate,
    tenants: assumed.tenants,
    zipfExponent: assumed.zipf,
    issuers: Math.min(assumed.issuers, assumed.tenants),
    subjects: assumed.subjects,
    minted: assumed.minted,
    concurrency: enforced ? assumed.concurrency : UNLIMITED.burst,
    scaling: enforced ? { perSecond: assumed.scaling / 10, burst: assumed.scaling } : UNLIMITED,
    whenFull: 'refuse',
    idleMs: assumed.idle * 1000,
    caches: {
      table,
      keys: { entries: assumed.entries, freshMs: assumed.keysFresh * 1000, refreshAfter: 1 },
      sessions:
        assumed.reuse === 0
          ? undefined
          : { entries: assumed.reuseEntries, freshMs: assumed.reuse * 1000, refreshAfter: 1 },
    },
    durations: {
      // The init phase has a whole processor. The first invocation does not, but it is short.
      cold: latency(assumed.platform + mixed('coldMs'), assumed.platformP99 + mixed('coldMs')),
      work: constant(workMs),
      reusedWork: constant(workMs * assumed.reuseCpu),
      tableRead: latency(assumed.table, assumed.tableP99),
      keyFetch: latency(assumed.keys, assumed.keysP99),
      kms: latency(assumed.kms, assumed.kmsP99),
      sts: latency(assumed.sts, assumed.stsP99),
      pause: { kind: 'exponential', meanMs: assumed.pause },
    },
    attempts: 3,
    limits: enforced
      ? {
          gateway: { perSecond: assumed.gateway, burst: assumed.gatewayBurst },
          kms: { perSecond: assumed.kmsQuota, burst: assumed.kmsQuota },
          sts: {
            perSecond: assumed.stsQuota * assumed.accounts,
            burst: assumed.stsQuota * assumed.accounts,
          },
        }
      : {},
    warmUpMs: assumed.warmUp * 1000,
    countedMs: assumed.seconds * 1000,
  }
}
