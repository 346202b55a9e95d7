/** Numbers that look random and are the same for the same seed, so that a round can be repeated. */

export interface RandomNumbers {
  /** From 0 to below 1. */
  next(): number
  /** From `low` to below `high`. */
  between(low: number, high: number): number
  /** With which the numbers continue from here. */
  seed(): number
}

/** Mulberry32: 32 bits of state, good enough for a game and nothing else. */
export function createRandomNumbers(initialSeed: number): RandomNumbers {
  let seed = initialSeed >>> 0
  const next = () => {
    seed = (seed + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { next, between: (low, high) => low + next() * (high - low), seed: () => seed }
}
