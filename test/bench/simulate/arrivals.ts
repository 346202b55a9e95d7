/** Who calls when: the same for the same seed, in a simulation and in its check. */
import { createRandom, exponential } from './random.ts'
import type { StageModel } from './stage-model.ts'
import { createZipf } from './zipf.ts'

export interface Arrival {
  /** In milliseconds from the start. */
  readonly at: number
  readonly tenant: number
  readonly subject: number
}

export function createArrivals(
  model: Pick<StageModel, 'seed' | 'perSecond' | 'tenants' | 'zipfExponent' | 'subjects'>,
): () => Arrival {
  const [when, who] = [createRandom(model.seed * 8 + 1), createRandom(model.seed * 8 + 2)]
  const popularity = createZipf(model.tenants, model.zipfExponent)
  let at = 0
  return () => {
    at += exponential(when, 1000 / model.perSecond)
    return { at, tenant: popularity.sample(who), subject: Math.floor(who() * model.subjects) }
  }
}
