/** The service times that the benchmark measured, read from its page of results or its JSON. */
import { readFileSync } from 'node:fs'
import { type Figures, figureNames } from './measured-columns.ts'

export interface Measured {
  /** Where and when. */
  readonly about: string
  readonly passedThrough: Figures
  readonly minted: Figures
}

const VARIANTS = { passedThrough: '2 tenants', minted: '2, minted' } as const

/** @param file the page of results, or what `npm run bench -- --json FILE` wrote */
export function readMeasured(file: string): Measured {
  const text = readFileSync(file, 'utf8')
  const isJson = text.startsWith('{')
  const of = isJson ? fromJson(JSON.parse(text)) : fromPage(text)
  const [, written, machine] =
    /Written by .+ on ([\d-]+):[\s\S]*?\nThe machine: ([^\n]+)/.exec(text) ?? []
  return {
    about: isJson ? `npm run bench -- --json ${file}` : `${written}, ${machine}`,
    passedThrough: of(VARIANTS.passedThrough),
    minted: of(VARIANTS.minted),
  }
}

function fromJson(runs: Readonly<Record<string, readonly Figures[]>>) {
  return (variant: string): Figures => {
    const found = runs[variant]
    if (!found?.length) throw missing(variant)
    return figures((name) => {
      const sorted = found.map((run) => run[name]).sort((a, b) => a - b)
      return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
    }, variant)
  }
}

function fromPage(page: string) {
  const cellsOf = (line: string) => line.split('|').map((cell) => cell.trim())
  const rows = page.split('\n').filter((line) => line.startsWith('|'))
  const head = cellsOf(rows.find((line) => line.includes('import, ms')) ?? '')
  return (variant: string): Figures => {
    const row = cellsOf(rows.find((line) => line.startsWith(`| ${variant} |`)) ?? '')
    return figures((_name, label) => Number.parseFloat(row[head.indexOf(label)] ?? ''), variant)
  }
}

function figures(read: (name: keyof Figures, label: string) => number, variant: string): Figures {
  const found = figureNames.map(([name, label]) => [name, read(name, label)] as const)
  if (found.some(([, value]) => Number.isNaN(value))) throw missing(variant)
  return Object.fromEntries(found) as unknown as Figures
}

function missing(variant: string): Error {
  return new Error(
    `The figures of the variant "${variant}" are missing: run npm run bench -- --page, or name ` +
      'the file that npm run bench -- --json FILE wrote with --measured FILE.',
  )
}
