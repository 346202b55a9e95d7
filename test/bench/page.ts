/** Writes the page of results: the machine, the table and a chart. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { CODE } from '../../packages/functions/code-files.ts'
import type { Figures } from './measure.ts'
import { type Column, ROWS, ratioOf, ratiosOf } from './report.ts'

const FOLDER = import.meta.dirname
const BUNDLE = path.resolve(FOLDER, '../../dist/broker')
/** Figures of which lower is better; the others are requests per second. */
const CHARTED: readonly (keyof Figures)[] = [
  ...(['importMs', 'firstMs', 'coldMs', 'cpuMicros1', 'cpuMicros32', 'maxRssMb'] as const),
]
const COLORS = [
  '#c2c2c2',
  '#2f6f9f',
  '#e0a030',
  '#a9cbe4',
  '#7fb2d6',
  '#6aa84f',
  '#93c47d',
  '#d3c1e0',
  '#b08fc7',
]
const [WIDTH, LEFT, BAR, GAP, LEGEND_COLUMNS] = [760, 190, 11, 14, 4]
/** The ratio at the right edge of the chart. */
const WIDEST = 2

export function writePage(columns: readonly Column[], method: string): void {
  writeFileSync(path.join(FOLDER, 'results.svg'), chart(columns))
  writeFileSync(path.join(FOLDER, 'README.md'), page(columns, method))
}

function page(columns: readonly Column[], method: string): string {
  const [processor] = cpus()
  const cells = (texts: readonly string[]) => `| ${texts.join(' | ')} |`
  const rows = columns.map((column) =>
    cells([
      column.name,
      ...ROWS.map(
        ({ key, digits }) =>
          `${column.figures[key].toFixed(digits)}${shownRatios(column, columns, key)}`,
      ),
    ]),
  )
  const machine = `${cpus().length} × ${processor?.model.trim()}`
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  return `# What the broker costs

Written by \`npm run bench -- --page\` on ${new Date().toISOString().slice(0, 10)}:
${method}.
The [history](history.md) lists the changes that improved the figures, with the profile that led to
each, and the figures [under load](history.md#under-load). Other pages show what happens in
[storms](storms.md), and [a stage beyond one machine](simulation.md).

The machine: ${machine}, ${memory}, ${type()} ${release()}.
Times differ between machines. The ratios are from one run and can be compared: the first is to the
hand-written handler, the second to the bare one.

- **hand-written**: [a handler](hand-written-handler.ts) as many teams write it, with jose and the
  STS client of the AWS SDK, and with none of the rules.
- **bare**: [the lower bound](bare-handler.ts), with only \`node:crypto\` and \`node:http\`, bundled
  as the broker is. The history has [the ratio to the former one](history.md#the-bare-handler).
- The others are the built broker. Tokens are passed through, unless the name says "minted".
- **dpop**: the token is bound to a key of P-256, with a DPoP proof. Compare it with "2 tenants".
- **saml**: the token is a SAML response, with metadata by http. Compare it with "2, minted".
- **reused**: the grant has \`reuse\`, and the session of each of 128 users is kept. Compare with
  "2 tenants", and **reused, minted** with "2, minted".
- **opaque**: an issuer is asked about each token (RFC 7662), and the web identity token is minted.
  **opaque, remembered**: about each of 128 tokens once. Compare both with "2, minted".
- Of the 100 or 1,000 rules, the last one passes. The index of rules excludes the others without
  evaluating them, except for **plain** rules, which the index does not support (\`startsWith\`).

${cells(['', ...ROWS.map(({ label }) => label)])}
${cells(['---', ...ROWS.map(() => '---:')])}
${rows.join('\n')}
${slope(columns)}
![The ratios as bars](results.svg)

## Sizes

Every start of the broker loads \`${CODE}\`, for which [the build has a
budget](../../.github/decisions/lazily-loaded-bundles.md), with one of its code caches. The others
are loaded with the first request that needs them, or at the start where a setting requires them.

${cells(['file', 'kB', 'gzip, kB'])}
${cells(['---', '---:', '---:'])}
${sizes().map(cells).join('\n')}
`
}

/** The largest first, after the code itself. */
function sizes(): readonly (readonly string[])[] {
  const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1)
  return globSync('*.{cjs,mjs,cache}', { cwd: BUNDLE })
    .map((file) => ({ file, content: readFileSync(path.join(BUNDLE, file)) }))
    .sort((one, other) => rank(other) - rank(one))
    .map(({ file, content }) => [
      `\`${file}\``,
      kilobytes(content.length),
      kilobytes(gzipSync(content).length),
    ])
}

function rank({ file, content }: { file: string; content: Buffer }): number {
  return file === CODE ? Number.POSITIVE_INFINITY : content.length
}

function slope(columns: readonly Column[]): string {
  const [few, many] = ['100 plain', '1,000 plain'].map(
    (wanted) => columns.find(({ name }) => name === wanted)?.figures,
  )
  if (!few || !many) return ''
  const eachMicros = (many.cpuMicros32 - few.cpuMicros32) / (1_000 - 100)
  const cost = `${eachMicros.toFixed(2)} µs of CPU per request`
  return `\nFrom 100 to 1,000 plain rules, each rule costs ${cost}, with 32 in flight.\n`
}

function shownRatios(column: Column, columns: readonly Column[], key: keyof Figures): string {
  const ratios = ratiosOf(column, columns, key)
  return ratios.length === 0 ? '' : ` (${ratios.map((ratio) => `${ratio} ×`).join(', ')})`
}

function chart(columns: readonly Column[]): string {
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
    const rect = `<rect x="${left}" y="${y}" width="10" height="10" fill="${COLORS[index]}"/>`
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
        const bar = `<rect ${place} fill="${COLORS[index]}"/>`
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
