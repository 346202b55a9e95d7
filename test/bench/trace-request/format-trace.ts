/** Formats the trace of a request and the limits that it exceeds. */
import type { Crossing, RequestTrace } from './recorder.ts'

export interface Limits {
  readonly functions: number
  readonly files: number
  readonly crossings: number
}

/** The counts, followed by the functions, files and crossings. */
export function formatTrace(trace: RequestTrace): string {
  const { functions, files, crossings } = trace
  const called = new Set(
    crossings.filter(({ isAnonymous }) => !isAnonymous).map(({ callee }) => callee),
  )
  const unnamed = files.filter((file) => !functions.some((label) => label.startsWith(`${file}:`)))
  const named = `${functions.length} named functions in ${files.length} files`
  return [
    `${named}, with ${crossings.length} crossings between packages`,
    '',
    'Functions in the order of their first call (-> is called from another package):',
    ...functions.map((label) => `${called.has(label) ? '->' : '  '} ${label}`),
    '',
    `Files of which only anonymous functions run: ${unnamed.length}`,
    ...unnamed.map((file) => `   ${file}`),
    '',
    'Crossings (caller -> function):',
    ...crossings.map((crossing) => `   ${formatCrossing(crossing)}`),
  ].join('\n')
}

/** @returns a sentence for each limit that is exceeded */
export function exceededLimits(trace: RequestTrace, limits: Limits): readonly string[] {
  const kinds = ['functions', 'files', 'crossings'] as const
  return kinds
    .filter((kind) => trace[kind].length > limits[kind])
    .map(
      (kind) =>
        `Too many ${kind}: a warm native request has ${trace[kind].length}, ` +
        `and --max-${kind} is ${limits[kind]}.`,
    )
}

function formatCrossing({ caller, line, callee, isAnonymous }: Crossing): string {
  return `${caller} (line ${line}) -> ${isAnonymous ? 'a callback in ' : ''}${callee}`
}
