/** Counts events over time in bounded memory, and draws them in one line. */

/** More columns than any terminal that a sparkline is drawn for. */
const MAX_BUCKETS = 256
/** The narrowest bucket; each wider one has twice the width. */
const MIN_WIDTH_MS = 1_000
const BARS = '▁▂▃▄▅▆▇█'

export interface Histogram {
  add(timeMs: number): void
  /** Counts in `columns` equal parts of the period. */
  countsIn(fromMs: number, toMs: number, columns: number): readonly number[]
}

/** Doubles the width of its buckets as often as the period of the events needs it. */
export function createHistogram(): Histogram {
  let widthMs = MIN_WIDTH_MS
  let buckets = new Map<number, number>()
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

  const widen = () => {
    widthMs *= 2
    const wider = new Map<number, number>()
    for (const [at, count] of buckets) {
      const index = Math.floor(at / 2)
      wider.set(index, (wider.get(index) ?? 0) + count)
    }
    buckets = wider
    first = Math.floor(first / 2)
    last = Math.floor(last / 2)
  }

  return {
    add(timeMs) {
      const index = () => Math.floor(timeMs / widthMs)
      const extend = () => {
        first = Math.min(first, index())
        last = Math.max(last, index())
      }
      extend()
      while (last - first >= MAX_BUCKETS) widen()
      buckets.set(index(), (buckets.get(index()) ?? 0) + 1)
    },
    countsIn(fromMs, toMs, columns) {
      const counts = Array.from({ length: columns }, () => 0)
      const columnMs = Math.max(1, toMs - fromMs) / columns
      for (const [at, count] of buckets) {
        const column = Math.floor(((at + 0.5) * widthMs - fromMs) / columnMs)
        const inside = Math.min(columns - 1, Math.max(0, column))
        counts[inside] = (counts[inside] ?? 0) + count
      }
      return counts
    },
  }
}

/** A column without any event is a space; all others are relative to the largest. */
export function sparkline(counts: readonly number[]): string {
  const largest = Math.max(1, ...counts)
  return counts
    .map((count) =>
      count === 0 ? ' ' : (BARS[Math.ceil((count / largest) * BARS.length) - 1] ?? ''),
    )
    .join('')
}
