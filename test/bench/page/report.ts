/** Medians, ratios and the table that the benchmark prints, with one column per variant. */
import type { Figures } from '../workers/measure.ts'

export const ROWS: readonly {
  readonly key: keyof Figures
  readonly label: string
  readonly digits: number
}[] = [
  { key: 'importMs', label: 'import, ms', digits: 1 },
  { key: 'firstMs', label: 'first invocation, ms', digits: 1 },
  { key: 'coldMs', label: 'both, ms', digits: 1 },
  { key: 'cpuMicros1', label: 'CPU per request, 1 in flight, µs', digits: 0 },
  { key: 'cpuMicros32', label: 'CPU per request, 32 in flight, µs', digits: 0 },
  { key: 'perSecond1', label: 'requests/s, 1 in flight', digits: 0 },
  { key: 'perSecond32', label: 'requests/s, 32 in flight', digits: 0 },
  { key: 'maxRssMb', label: 'max RSS, MB', digits: 0 },
]

/** @returns the median of each member; all runs have the same ones */
export function medianOf<Row extends { readonly [Key in keyof Row]: number }>(
  runs: readonly Row[],
): Row {
  const [first] = runs
  if (!first) throw new Error('There is no median of no runs.')
  const median = (key: keyof Row): number => {
    const sorted = runs.map((run) => run[key]).sort((a, b) => a - b)
    const [low = 0, high = 0] = [
      sorted[Math.floor((sorted.length - 1) / 2)],
      sorted[Math.ceil((sorted.length - 1) / 2)],
    ]
    return (low + high) / 2
  }
  const medians: Partial<Record<keyof Row, number>> = {}
  for (const key in first) medians[key] = median(key)
  return { ...first, ...medians }
}

export interface Column {
  readonly name: string
  readonly figures: Figures
}

export function ratioOf({ figures }: Column, base: Column, key: keyof Figures): number {
  return figures[key] / base.figures[key]
}

/** The ratios to the handlers of reference: the hand-written one, and the bare one as the limit. */
export function ratiosOf(
  column: Column,
  columns: readonly Column[],
  key: keyof Figures,
): readonly string[] {
  const bases = columns.filter(({ name }, index) => index === 0 || name === 'bare')
  const others = column === bases[0] ? [] : bases.filter((base) => base !== column)
  return others.map((base) => ratioOf(column, base, key).toFixed(2))
}

export function printTable(columns: readonly Column[]): void {
  const line = (label: string, cells: readonly string[]) =>
    console.log(label.padEnd(36) + cells.map((cell) => cell.padStart(22)).join(''))
  line(
    '',
    columns.map(({ name }) => name),
  )
  for (const { key, label, digits } of ROWS) {
    const cells = columns.map((column) => {
      const ratios = ratiosOf(column, columns, key).map((ratio) => `${ratio}×`.padStart(7))
      return `${column.figures[key].toFixed(digits)}${ratios.join('')}`
    })
    line(label, cells)
  }
}
