/** Shows what a traced request ran through, and where that is more than is allowed. */
import type { Crossing, RequestTrace } from './recorder.ts'

export interface Limits {
  readonly functions: number
  readonly files: number
  readonly crossings: number
}

/** The counts, then the functions, files and crossings that they count. */
export function formatTrace(trace: RequestTrace): string {
  const { functions, files, crossings } = trace
  const called = new Set(
    crossings.filter(({ isAnonymous }) => !isAnonymous).map(({ callee }) => callee),
  )
  const silent = files.filter((file) => !functions.some((label) => label.startsWith(`${file}:`)))
  const named = `${functions.length} named functions in ${files.length} files`
  return [
    `${named}, with ${crossings.length} crossings between packages`,
    '',
    'Functions in the order of their first call, -> for those that another package calls:',
    ...functions.map((label) => `${called.has(label) ? '->' : '  '} ${label}`),
    '',
    `Files of which only anonymous functions run: ${silent.length}`,
    ...silent.map((file) => `   ${file}`),
    '',
    'Crossings, by the place that calls:',
    ...crossings.map((crossing) => `   ${formatCrossing(crossing)}`),
  ].join('\n')
}

/** @returns a sentence for each limit that is exceeded */
export function breachesOf(trace: RequestTrace, limits: Limits): readonly string[] {
  const kinds = ['functions', 'files', 'crossings'] as const
  return kinds
    .filter((kind) => trace[kind].length > limits[kind])
    .map(
      (kind) =>
        `A warm native request has ${trace[kind].length} ${kind}, ` +
        `more than the ${limits[kind]} that --max-${kind} allows.`,
    )
}

function formatCrossing({ caller, line, callee, isAnonymous }: Crossing): string {
  return `${caller} (line ${line}) -> ${isAnonymous ? 'a callback in ' : ''}${callee}`
}
