/** Detects with V8's precise coverage when a block of code runs for the first time. */
import { type Profiler, Session } from 'node:inspector'

type Report = readonly Profiler.ScriptCoverage[]
type Span = readonly [start: number, end: number]

export interface Coverage {
  /** Returns the coverage since the last call. */
  take(): Promise<Report>
  /** Whether blocks ran for the first time. With `remember`, they are known afterwards. */
  isNew(report: Report, remember: boolean): boolean
  /** Number of known blocks. */
  count(): number
}

/** Our code, and the parsers that hostile input reaches. */
const PARSERS = 'yaml|zod|@smithy|@aws-sdk|@eslint-community|jose|fast-xml-parser'
const COVERED = new RegExp(`/packages/|/node_modules/(${PARSERS})/`)

export async function startCoverage(): Promise<Coverage> {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  /** By function: its parts that no input has reached. */
  const unreached = new Map<string, readonly Span[]>()
  let count = 0
  return {
    take: () =>
      new Promise((resolve, reject) => {
        session.post('Profiler.takePreciseCoverage', (error, { result }) =>
          error ? reject(error) : resolve(result),
        )
      }),
    isNew(report, remember) {
      let fresh = 0
      for (const { url, scriptId, functions } of report.filter(({ url }) => COVERED.test(url))) {
        for (const { ranges, functionName } of functions) {
          const [whole] = ranges
          if (!whole || whole.count === 0) continue
          const key = `${scriptId} ${url} ${functionName} ${whole.startOffset}`
          const missed = ranges
            .filter((range) => range.count === 0)
            .map(({ startOffset, endOffset }): Span => [startOffset, endOffset])
          const before = unreached.get(key)
          const still = before === undefined ? missed : overlap(before, missed)
          if (before !== undefined && length(still) === length(before)) continue
          fresh++
          if (remember) unreached.set(key, still)
        }
      }
      if (remember) count += fresh
      return fresh > 0
    },
    count: () => count,
  }
}

function overlap(a: readonly Span[], b: readonly Span[]): Span[] {
  return a
    .flatMap(([start, end]) =>
      b.map(([from, to]): Span => [Math.max(start, from), Math.min(end, to)]),
    )
    .filter(([start, end]) => start < end)
}

function length(spans: readonly Span[]): number {
  return spans.reduce((sum, [start, end]) => sum + end - start, 0)
}
