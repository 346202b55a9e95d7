/** An index of audit records in memory: where each one is, and digests of what filters ask. */
import { OUTCOMES, type WrittenRecord } from './read-record.ts'

/** Rows of one block: a longer index gets another block, and nothing is copied. */
const BLOCK_ROWS = 65_536

/** What a filter compares exactly. Records whose digests match are read, and compared again. */
export interface WantedValues {
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
  readonly outcome?: string | undefined
  readonly code?: string | undefined
  readonly tenant?: string | undefined
  readonly subject?: string | undefined
  readonly requestId?: string | undefined
}

export interface RecordColumns {
  size(): number
  push(position: number, length: number, record: WrittenRecord): void
  position(row: number): number
  length(row: number): number
  timeMs(row: number): number
  /** Whether the row may be wanted; a digest may be that of another value too. */
  mayMatch(row: number, wanted: Digests): boolean
}

interface Block {
  readonly positions: Float64Array
  readonly times: Float64Array
  readonly lengths: Uint32Array
  readonly outcomes: Uint8Array
  readonly codes: Uint32Array
  readonly tenants: Uint32Array
  readonly subjects: Uint32Array
  readonly requestIds: Uint32Array
}

/** Digests of what is wanted; undefined members match every record. */
export interface Digests {
  readonly sinceMs: number
  readonly untilMs: number
  readonly outcome: number | undefined
  readonly code: number | undefined
  readonly tenant: number | undefined
  readonly subject: number | undefined
  readonly requestId: number | undefined
}

export function digestsOf(wanted: WantedValues): Digests {
  const digest = (text: string | undefined) => (text === undefined ? undefined : digestOf(text))
  return {
    sinceMs: wanted.sinceMs ?? Number.NEGATIVE_INFINITY,
    untilMs: wanted.untilMs ?? Number.POSITIVE_INFINITY,
    outcome: wanted.outcome === undefined ? undefined : outcomeNumber(wanted.outcome),
    code: digest(wanted.code),
    tenant: digest(wanted.tenant),
    subject: digest(wanted.subject),
    requestId: digest(wanted.requestId),
  }
}

export function createRecordColumns(): RecordColumns {
  const blocks: Block[] = []
  let size = 0
  const at = (row: number): readonly [Block, number] => {
    const block = blocks[Math.floor(row / BLOCK_ROWS)]
    if (block === undefined || row >= size) throw new RangeError('There is no such record.')
    return [block, row % BLOCK_ROWS]
  }
  return {
    size: () => size,
    push(position, length, record) {
      if (size === blocks.length * BLOCK_ROWS) blocks.push(createBlock())
      size += 1
      const [block, index] = at(size - 1)
      block.positions[index] = position
      block.lengths[index] = length
      block.times[index] = record.timeMs
      block.outcomes[index] = outcomeNumber(record.outcome)
      block.codes[index] = digestOf(record.code)
      block.tenants[index] = digestOf(record.tenant ?? record.wantedTenant)
      block.subjects[index] = digestOf(record.subject)
      block.requestIds[index] = digestOf(record.requestId)
    },
    position: (row) => read(at(row), 'positions'),
    length: (row) => read(at(row), 'lengths'),
    timeMs: (row) => read(at(row), 'times'),
    mayMatch(row, wanted) {
      const [block, index] = at(row)
      const time = block.times[index] ?? 0
      return (
        time >= wanted.sinceMs &&
        time < wanted.untilMs &&
        (wanted.outcome === undefined || block.outcomes[index] === wanted.outcome) &&
        (wanted.code === undefined || block.codes[index] === wanted.code) &&
        (wanted.tenant === undefined || block.tenants[index] === wanted.tenant) &&
        (wanted.subject === undefined || block.subjects[index] === wanted.subject) &&
        (wanted.requestId === undefined || block.requestIds[index] === wanted.requestId)
      )
    },
  }
}

function read([block, index]: readonly [Block, number], column: keyof Block): number {
  return block[column][index] ?? 0
}

function createBlock(): Block {
  return {
    positions: new Float64Array(BLOCK_ROWS),
    times: new Float64Array(BLOCK_ROWS),
    lengths: new Uint32Array(BLOCK_ROWS),
    outcomes: new Uint8Array(BLOCK_ROWS),
    codes: new Uint32Array(BLOCK_ROWS),
    tenants: new Uint32Array(BLOCK_ROWS),
    subjects: new Uint32Array(BLOCK_ROWS),
    requestIds: new Uint32Array(BLOCK_ROWS),
  }
}

const OUTCOME_NUMBERS = new Map<string, number>(OUTCOMES.map((name, at) => [name, at + 1]))

function outcomeNumber(outcome: string): number {
  return OUTCOME_NUMBERS.get(outcome) ?? 0
}

/** FNV-1a, of 32 bits. What is no text has the digest 0. */
function digestOf(value: unknown): number {
  if (typeof value !== 'string') return 0
  let hash = 0x811c9dc5
  for (let at = 0; at < value.length; at++)
    hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
