/** The chart of the page: the ratios of each handler to the hand-written one, as bars. */
import type { Figures } from '../workers/measure.ts'
import { type Column, ROWS, ratioOf } from './report.ts'

/** Figures of which lower is better; the others are requests per second. */
const CHARTED: readonly (keyof Figures)[] = [
  ...(['importMs', 'firstMs', 'coldMs', 'cpuMicros1', 'cpuMicros32', 'maxRssMb'] as const),
]
const [WIDTH, LEFT, BAR, GAP, LEGEND_COLUMNS] = [760, 190, 11, 14, 4]
/** The ratio at the right edge of the chart. */
const WIDEST = 2

export function chart(columns: readonly Column[]): string {
  const [first, ...others] = columns
  if (!first) throw new Error('The chart needs the figures of at least one variant.')
  const group = others.length * BAR + GAP
  const legendRows = Math.ceil(others.length / LEGEND_COLUMNS)
  const above = 20 + legendRows * 18
  const height = above + CHARTED.length * group + 20
  const x = (ratio: number) => LEFT + (Math.min(ratio, WIDEST) / WIDEST) * (WIDTH - LEFT - 60)
  const text = (at: readonly [number, number], content: string, more = '') =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" ${more}>${content}</text>`
  const legend = others.map(({ name }, index) => {
    const [left, y] = [
      LEFT + (index % LEGEND_COLUMNS) * 130,
      8 + Math.floor(index / LEGEND_COLUMNS) * 18,
    ]
    const place = `x="${left}" y="${y}" width="10" height="10"`
    const rect = `<rect ${place} fill="${colorOf(index, others.length)}"/>`
    return `${rect}${text([left + 14, y + 9], name)}`
  })
  const bars = CHARTED.flatMap((key, row) => {
    const top = above + row * group
    const label = ROWS.find((known) => known.key === key)?.label ?? key
    return [
      text([LEFT - 8, top + (others.length * BAR) / 2 + 4], label, 'text-anchor="end"'),
      ...others.map((column, index) => {
        const [ratio, y] = [ratioOf(column, first, key), top + index * BAR]
        const width = (x(ratio) - LEFT).toFixed(1)
        const place = `x="${LEFT}" y="${y}" width="${width}" height="${BAR - 2}"`
        const bar = `<rect ${place} fill="${colorOf(index, others.length)}"/>`
        return `${bar}${text([x(ratio) + 4, y + 10], ratio.toFixed(2))}`
      }),
    ]
  })
  const ends = `x1="${x(1)}" x2="${x(1)}" y1="${above - 8}" y2="${height - 20}"`
  const line = `<line ${ends} stroke="#c03030" stroke-dasharray="3 3"/>`
  const middle = 'text-anchor="middle"'
  const baseline = text([x(1), height - 6], 'hand-written = 1, lower is better', middle)
  const box = `viewBox="0 0 ${WIDTH} ${height}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} font-family="sans-serif" font-size="11">
<title>Ratios of each handler to the hand-written one</title>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${[...legend, ...bars, line, baseline].join('\n')}
</svg>
`
}

/** Neighbours differ in hue and in lightness. */
function colorOf(index: number, count: number): string {
  return `hsl(${Math.round((index * 360) / count)} 45% ${index % 2 ? 40 : 65}%)`
}
