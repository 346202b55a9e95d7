/** Writes the page of results: the machine, the table and a chart. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { CODE } from '../../../packages/functions/code-files.ts'
import type { RuntimeRow } from '../harness/runtime-figures.ts'
import type { Figures } from '../workers/measure.ts'
import { chart } from './chart.ts'
import { cells, endpointTable, kmsRatio, runtimeTable } from './page-tables.ts'
import { type Column, ROWS, ratiosOf } from './report.ts'

const FOLDER = path.dirname(import.meta.dirname)
const BUNDLE = path.resolve(FOLDER, '../../dist/broker')
export interface Results {
  readonly handlers: readonly Column[]
  readonly endpoints: readonly Column[]
  readonly runtime: readonly RuntimeRow[]
  readonly method: string
  readonly endpointMethod: string
}

export function writePage(results: Results): void {
  writeFileSync(path.join(FOLDER, 'results.svg'), chart(results.handlers))
  writeFileSync(path.join(FOLDER, 'README.md'), page(results))
}

function page({ handlers: columns, endpoints, runtime, method, endpointMethod }: Results): string {
  const [processor] = cpus()
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

- **hand-written**: [a handler](handlers/hand-written-handler.ts) as many teams write it, with jose
  and the STS client of the AWS SDK, and with none of the rules.
- **bare**: [the lower bound](handlers/bare-handler.ts), with only \`node:crypto\` and
  \`node:http\`, bundled as the broker is. The history has [the ratio to the former
  one](history.md#the-bare-handler).
- The others are the built broker. Tokens are passed through, unless the name says "minted".
- **reused**: the grant has \`reuse\`, and the session of each of 128 users is kept. Compare with
  "2 tenants", and **reused, minted** with "2, minted".
- Of the 100 or 1,000 rules, the last one passes. The index of rules excludes the others without
  evaluating them, except for **plain** rules, which the index does not support (\`startsWith\`).

${cells(['', ...ROWS.map(({ label }) => label)])}
${cells(['---', ...ROWS.map(() => '---:')])}
${rows.join('\n')}
${slope(columns)}
![The ratios as bars](results.svg)

## Verifiers and endpoints

What one request costs, as ratios to the plain JWT at the native endpoint in the same run: the first
to one that is passed through, the second to one for which a token is minted. Tokens are minted with
a key of RSA in the broker's own process, which takes most of the difference; a deployment signs
with KMS. Each opaque token is a new one, unless the name says "remembered", so that the issuer is
asked about each. A test fails where an endpoint or a verifier has no row.
${endpointMethod}

${endpointTable(endpoints)}

${kmsRatio(endpoints)}

## In Lambda's runtime interface client

The same client that Lambda runs, with an event at a time: how long the process takes until it asks
for the first event, and how long an event takes from its delivery to the response. The ratios are
to the hand-written handler in the same client. KMS, with real keys, and the table are servers on
the same machine; their time is part of the figures.

${runtimeTable(runtime)}

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
