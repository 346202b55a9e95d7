/** The popularity of tenants by Zipf’s law: the weight of rank n is n ** -exponent. */
import type { Random } from './random.ts'

export interface Zipf {
  /** @returns an index from 0, the most popular one */
  sample(random: Random): number
  probabilityOf(index: number): number
}

/** @param exponent 0: all are equally popular */
export function createZipf(items: number, exponent: number): Zipf {
  const cumulative = new Float64Array(items)
  let total = 0
  for (let index = 0; index < items; index++) {
    total += (index + 1) ** -exponent
    cumulative[index] = total
  }
  return {
    probabilityOf: (index) => (index + 1) ** -exponent / total,
    sample(random) {
      const wanted = random() * total
      let [low, high] = [0, items - 1]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((cumulative[middle] ?? 0) > wanted) high = middle
        else low = middle + 1
      }
      return low
    },
  }
}
