/** The documented tables of what clients make of each refusal, and a client's behaviour in the same form. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { REFUSAL_CODES } from '@token-broker/core'
import { type RefusingBroker, startRefusingBroker } from '../fixtures/refusing-broker.ts'

const PAGE = readFileSync(
  path.join(import.meta.dirname, '../../packages/functions/docs/what-clients-do-with-refusals.md'),
  'utf8',
)

/** What a client tells its caller: the error's class, and the code of the wire where it passes one on. */
export interface Told {
  readonly raised: string
  readonly code?: string | undefined
}

/** Cells by code. */
export type Column = Readonly<Record<string, string>>

/** A door's table: columns by client. */
export function readTable(door: string): ReadonlyMap<string, Column> {
  const [, section = ''] = PAGE.split(`## ${door}\n`)
  const [body = ''] = section.split('\n#')
  const [heads = [], , ...rows] = body
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map(cellsOf)
  return new Map(
    heads
      .slice(1)
      .map((head, index) => [
        head,
        Object.fromEntries(rows.map(([code, ...row]) => [code, row[index] ?? ''])),
      ]),
  )
}

/** Asks one broker for each code, all at once; cells tell the error and how many requests the broker got. */
export function observeClient(
  ask: (brokers: readonly RefusingBroker[]) => Promise<readonly Told[]>,
): Promise<Column> {
  return fillColumn(async (brokers) => {
    const told = await ask(brokers)
    return brokers.map((broker, index) => describeError(told[index], broker.requests()))
  })
}

/** A column of one cell for each code. */
export async function fillColumn(
  cells: (brokers: readonly RefusingBroker[]) => Promise<readonly string[]>,
): Promise<Column> {
  const brokers = await Promise.all(REFUSAL_CODES.map(startRefusingBroker))
  try {
    const filled = await cells(brokers)
    return Object.fromEntries(brokers.map(({ code }, index) => [code, filled[index] ?? '']))
  } finally {
    await Promise.all(brokers.map(({ close }) => close()))
  }
}

function describeError(told: Told | undefined, requests: number): string {
  const { raised, code } = told ?? { raised: 'nothing' }
  return `${raised}${code === undefined || code === raised ? '' : ` (${code})`} ×${requests}`
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''))
}
