/** Who calls when: the same for the same seed, in a simulation and in its check. */
import { createRandom, exponential } from './random.ts'
import type { Arrival, StageModel } from './stage-model.ts'
import { createZipf } from './zipf.ts'

export function createArrivals(
  model: Pick<
    StageModel,
    'seed' | 'perSecond' | 'arrivals' | 'tenants' | 'zipfExponent' | 'subjects'
  >,
): () => Arrival {
  if (model.arrivals) {
    const left = model.arrivals.toReversed()
    return () => left.pop() ?? { at: Number.POSITIVE_INFINITY, tenant: 0, subject: 0 }
  }
  const [when, who] = [createRandom(model.seed * 8 + 1), createRandom(model.seed * 8 + 2)]
  const popularity = createZipf(model.tenants, model.zipfExponent)
  let at = 0
  return () => {
    at += exponential(when, 1000 / model.perSecond)
    return { at, tenant: popularity.sample(who), subject: Math.floor(who() * model.subjects) }
  }
}
