/** Seeded random numbers and distributions, so that a simulation can be repeated exactly. */

/** @returns a number from 0 inclusive to 1 exclusive */
export type Random = () => number

/** How long something takes, in milliseconds. */
export type Duration =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** Log-normal, as latencies of networks and services roughly are. */
  | { readonly kind: 'latency'; readonly p50Ms: number; readonly p99Ms: number }
  /** One of these that were measured. */
  | { readonly kind: 'samples'; readonly ms: readonly number[] }

/** The standard normal distribution is below this in 99 of 100 cases. */
const Z_99 = 2.3263

/** The generator sfc32 of PractRand. Seeds that differ in one bit give independent sequences. */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1]
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 16; round++) next()
  return next
}

export function exponential(random: Random, mean: number): number {
  return -Math.log(1 - random()) * mean
}

export function sampleMs(duration: Duration, random: Random): number {
  switch (duration.kind) {
    case 'constant':
      return duration.ms
    case 'exponential':
      return exponential(random, duration.meanMs)
    case 'latency':
      return duration.p50Ms * (duration.p99Ms / duration.p50Ms) ** (normal(random) / Z_99)
    case 'samples':
      return duration.ms[Math.floor(random() * duration.ms.length)] ?? 0
  }
}

/** Box and Muller's transform. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
