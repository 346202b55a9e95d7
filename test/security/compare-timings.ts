/** Compares two series of timings with statistics that are robust against slow outliers. */

export interface TimingComparison {
  readonly samples: number
  readonly medianMicroseconds: number
  /** Median of the second series minus that of the first. */
  readonly differenceMicroseconds: number
  /** The 95 % confidence interval of the difference. */
  readonly interval: readonly [number, number]
  /**
   * Probability that a sample of the second series is slower than one of the first (Mann–Whitney);
   * 0.5 means no difference.
   */
  readonly superiority: number
}

const RESAMPLES = 200
/** Rounds before the measurement, until the code is compiled. */
const WARM_UP_ROUNDS = 200

/** Samples both in random order, so that neither the machine nor the order favours one. */
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

export function formatComparison({
  samples,
  medianMicroseconds,
  differenceMicroseconds,
  interval,
  superiority,
}: TimingComparison): string {
  const [low, high] = interval.map((value) => value.toFixed(1))
  const difference = `${differenceMicroseconds.toFixed(1)} µs (95 %: ${low} to ${high})`
  return [
    `${samples} samples each`,
    `median ${medianMicroseconds.toFixed(0)} µs`,
    `difference ${difference}`,
    `slower with probability ${superiority.toFixed(3)}`,
  ].join(', ')
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
