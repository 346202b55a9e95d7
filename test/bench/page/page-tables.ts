/** The tables of endpoints and of the runtime client, with ratios. */

import type { RuntimeFigures, RuntimeRow } from '../harness/runtime-figures.ts'
import type { Figures } from '../workers/measure.ts'
import { MINTED_BY_KMS, PLAIN, PLAIN_MINTED } from '../workloads/endpoint-rows.ts'
import { type Column, ratioOf } from './report.ts'

const ENDPOINT_COLUMNS = {
  cpuMicros1: 'CPU per request, 1 in flight, µs',
  cpuMicros32: 'CPU per request, 32 in flight, µs',
  firstMs: 'first invocation, ms',
} as const satisfies Readonly<Partial<Record<keyof Figures, string>>>

const RUNTIME_COLUMNS: Readonly<Record<keyof RuntimeFigures, string>> = {
  initMs: 'start, ms',
  firstMs: 'first invocation, ms',
  coldMs: 'both, ms',
  warmP50Ms: 'warm, p50, ms',
  warmP99Ms: 'warm, p99, ms',
}

/** Of the issue: minted with KMS costs at most this, compared with passed through. */
const KMS_TARGET = 1.25

export function cells(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`
}

export function endpointTable(columns: readonly Column[]): string {
  const bases = [PLAIN, PLAIN_MINTED].map((name) => columnOf(columns, name))
  const keys = keysOf(ENDPOINT_COLUMNS)
  return tableOf(
    keys.map((key) => ENDPOINT_COLUMNS[key]),
    columns.map((column) => [
      column.name,
      ...keys.map((key) => {
        const ratios = bases.map((base) => `${ratioOf(column, base, key).toFixed(2)} ×`)
        return `${column.figures[key].toFixed(key === 'firstMs' ? 1 : 0)} (${ratios.join(', ')})`
      }),
    ]),
  )
}

/** One sentence about the target for tokens that are minted with KMS. */
export function kmsRatio(columns: readonly Column[]): string {
  const [passed, minted] = [PLAIN, MINTED_BY_KMS].map((name) => columnOf(columns, name))
  if (!passed || !minted) return ''
  const [one, many] = (['cpuMicros1', 'cpuMicros32'] as const).map((key) =>
    ratioOf(minted, passed, key).toFixed(2),
  )
  return [
    `A token that is minted with KMS costs ${one} times the CPU of one that is passed through`,
    `with 1 request in flight, and ${many} times with 32. The target is at most ${KMS_TARGET}; the`,
    'history says [where the difference goes](history.md#minted-with-kms).',
  ].join('\n')
}

export function runtimeTable(rows: readonly RuntimeRow[]): string {
  const keys = keysOf(RUNTIME_COLUMNS)
  const [base] = rows
  return tableOf(
    keys.map((key) => RUNTIME_COLUMNS[key]),
    rows.map(({ name, figures }) => [
      name,
      ...keys.map((key) => {
        const shown = figures[key].toFixed(key.startsWith('warm') ? 2 : 0)
        const ratio = figures[key] / (base?.figures[key] ?? Number.NaN)
        return figures === base?.figures ? shown : `${shown} (${ratio.toFixed(2)} ×)`
      }),
    ]),
  )
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [
    cells(['', ...heads]),
    cells(['---', ...heads.map(() => '---:')]),
    ...rows.map((row) => cells(row)),
  ].join('\n')
}

function columnOf(columns: readonly Column[], name: string): Column {
  const found = columns.find((column) => column.name === name)
  if (!found) throw new Error(`"${name}" was not measured.`)
  return found
}

function keysOf<Key extends string>(labels: Readonly<Record<Key, string>>): readonly Key[] {
  const keys: Key[] = []
  for (const key in labels) keys.push(key)
  return keys
}
