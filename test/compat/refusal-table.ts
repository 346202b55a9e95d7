/** The documented tables of clients' errors for each refusal, and the observed behaviour. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { REFUSAL_CODES } from '@token-broker/core'
import { type RefusingBroker, startRefusingBroker } from '../fixtures/refusing-broker.ts'

const PAGE = readFileSync(
  path.join(import.meta.dirname, '../../packages/functions/docs/what-clients-do-with-refusals.md'),
  'utf8',
)

/** The error that a client raises. */
export interface ReportedError {
  /** Name of the class. */
  readonly raised: string
  /** The code of the response, if the client reports it. */
  readonly code?: string | undefined
}

/** Cells by code. */
export type Column = Readonly<Record<string, string>>

/** The table of an endpoint: columns by client; the first shows the response itself. */
export function readTable(endpoint: string): ReadonlyMap<string, Column> {
  const [, section = ''] = PAGE.split(`## ${endpoint}\n`)
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

/**
 * Sends requests to one broker per code, concurrently. A cell contains the error and the number of
 * requests that the broker received.
 */
export function observeClient(
  request: (brokers: readonly RefusingBroker[]) => Promise<readonly ReportedError[]>,
): Promise<Column> {
  return fillColumn(async (brokers) => {
    const errors = await request(brokers)
    return brokers.map((broker, index) => describeError(errors[index], broker.requests()))
  })
}

/** Fills a column with one cell per code. */
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

function describeError(error: ReportedError | undefined, requests: number): string {
  const { raised, code } = error ?? { raised: 'nothing' }
  return `${raised}${code === undefined || code === raised ? '' : ` (${code})`} ×${requests}`
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''))
}
