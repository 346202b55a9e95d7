/** Compares two series of timings by statistics that a few slow samples do not sway. */

export interface TimingComparison {
  readonly samples: number
  readonly medianMicroseconds: number
  /** Of the second series over the first: the difference of the medians, and the interval that holds it at 95 %. */
  readonly differenceMicroseconds: number
  readonly interval: readonly [number, number]
  /** Probability that a sample of the second is slower than one of the first; 0.5 tells nothing (Mann–Whitney). */
  readonly superiority: number
}

const RESAMPLES = 200
/** Before them, code may not be compiled yet. */
const WARM_UP_ROUNDS = 200

/** Takes samples of both in turns of random order, so that neither the machine nor the one before favours either. */
export async function compareTimings(
  rounds: number,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<TimingComparison> {
  const series: [number[], number[]] = [[], []]
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const index of Math.random() < 0.5 ? ([0, 1] as const) : ([1, 0] as const)) {
      const started = process.hrtime.bigint()
      await (index === 0 ? first() : second())
      if (round >= 0) series[index].push(Number(process.hrtime.bigint() - started) / 1000)
    }
  }
  const [a, b] = series
  const differences = Array.from(
    { length: RESAMPLES },
    () => median(resample(b)) - median(resample(a)),
  ).sort(ascending)
  return {
    samples: rounds,
    medianMicroseconds: median(a),
    differenceMicroseconds: median(b) - median(a),
    interval: [
      differences[Math.floor(RESAMPLES * 0.025)] ?? 0,
      differences[Math.floor(RESAMPLES * 0.975)] ?? 0,
    ],
    superiority: superiority(a, b),
  }
}

export function showComparison({
  samples,
  medianMicroseconds,
  differenceMicroseconds,
  interval,
  superiority,
}: TimingComparison): string {
  const [low, high] = interval.map((value) => value.toFixed(1))
  return `${samples} samples each, median ${medianMicroseconds.toFixed(0)} µs, difference ${differenceMicroseconds.toFixed(1)} µs (95 %: ${low} to ${high}), slower with probability ${superiority.toFixed(3)}`
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort(ascending)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

function resample(values: readonly number[]): number[] {
  return values.map(() => values[Math.floor(Math.random() * values.length)] ?? 0)
}

function superiority(a: readonly number[], b: readonly number[]): number {
  const all = [
    ...a.map((value) => ({ value, ofB: false })),
    ...b.map((value) => ({ value, ofB: true })),
  ]
  all.sort((x, y) => x.value - y.value)
  const rankSum = all.reduce((sum, { ofB }, rank) => (ofB ? sum + rank + 1 : sum), 0)
  return (rankSum - (b.length * (b.length + 1)) / 2) / (a.length * b.length)
}

function ascending(a: number, b: number): number {
  return a - b
}
