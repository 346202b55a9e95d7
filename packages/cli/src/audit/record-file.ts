/** One file of audit records with an index of it: the newest are known first, and it may grow. */
import { type FileHandle, open } from 'node:fs/promises'
import { UsageError } from '../cli-error.ts'
import { unreadable } from '../file-error.ts'
import { isGzip } from './gzip.ts'
import { MAX_LINE_CHARACTERS, parseRecordLine } from './read-record.ts'
import { createRecordColumns, type RecordColumns } from './record-columns.ts'

const CHUNK_BYTES = 512 * 1024
const NEW_LINE = 0x0a

/** How far a file is read. */
export interface IndexState {
  readonly records: number
  readonly indexedBytes: number
  readonly totalBytes: number
  /** Lines that are no audit records. */
  readonly skipped: number
  /** Whether older records are not in the index because there are too many. */
  readonly isFull: boolean
  /** Whether nothing of the file is left to read. */
  readonly isComplete: boolean
}

/** The records that a store has at one moment, the newest first; older ones may be found since. */
export interface RecordView {
  size(): number
  at(age: number): readonly [columns: RecordColumns, row: number]
  /** All records are before it, and what is appended is not. */
  readonly end: number
}

/** Indexed records, of a file or of a log group. */
export interface RecordStore {
  readonly name: string
  /** Another number means that positions are those of another file: it was replaced. */
  generation(): number
  /** Finds what was appended. @throws {UsageError} it cannot be read */
  refresh(): Promise<void>
  state(): IndexState
  view(): RecordView
  line(position: number, length: number): Promise<string>
  close(): Promise<void>
}

/** @param maxRecords how many are indexed at most, the newest ones */
export function openRecordFile(file: string, maxRecords: number): RecordStore {
  let handle: FileHandle | undefined
  let [inode, generation] = [-1, 0]
  let index = createIndex()
  let reading: Promise<void> | undefined

  const restart = async (opened: FileHandle, size: number) => {
    if (isGzip(await readChunk(opened, 0, 2)))
      throw new UsageError(
        `${file} is compressed, so that no place of it can be read alone; expand it with gunzip`,
      )
    generation += 1
    index = createIndex()
    index.end = await lastLineEnd(opened, size)
    index.begin = index.end
    index.size = size
  }
  const refreshOnce = async () => {
    // A file that is replaced, as by log rotation, has another inode.
    const found = await open(file).catch((error) => {
      throw new UsageError(unreadable(file, error))
    })
    const { ino, size } = await found.stat()
    const isOther = ino !== inode || size < index.end
    if (isOther || index.newer.size() > maxRecords) {
      await handle?.close()
      ;[handle, inode] = [found, ino]
      await restart(found, size)
    } else await found.close()
    if (handle === undefined) return
    index.size = size
    await readForward(handle, index)
    if (!isOther) return
    // The first look shows something, and does not wait for the rest.
    if (index.begin > 0) await readBackward(handle, index)
    void readAllBackward(handle, index)
  }
  const readAllBackward = async (opened: FileHandle, own: FileIndex) => {
    // Without the file, or with another one, nothing is left to do.
    while (own === index && own.begin > 0 && own.older.size() < maxRecords)
      await readBackward(opened, own).catch(() => {
        own.begin = 0
      })
  }

  return {
    name: file,
    generation: () => generation,
    refresh() {
      reading ??= refreshOnce().finally(() => {
        reading = undefined
      })
      return reading
    },
    state: () => ({
      records: index.older.size() + index.newer.size(),
      indexedBytes: index.end - index.begin,
      totalBytes: index.size,
      skipped: index.skipped,
      isFull: index.older.size() >= maxRecords && index.begin > 0,
      isComplete: index.begin === 0 || index.older.size() >= maxRecords,
    }),
    view() {
      const { older, newer } = index
      const count = newer.size()
      return {
        end: index.end,
        size: () => older.size() + count,
        at: (age) => (age < count ? [newer, count - 1 - age] : [older, age - count]),
      }
    },
    async line(position, length) {
      if (handle === undefined) throw new UsageError(`${file}: the file is not open; list it again`)
      const buffer = Buffer.alloc(Math.min(length, MAX_LINE_CHARACTERS))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
      return buffer.toString('utf8', 0, bytesRead)
    },
    async close() {
      index = createIndex()
      await handle?.close()
      handle = undefined
    },
  }
}

interface FileIndex {
  /** From the newest to the oldest, as they are found from the end of the file. */
  readonly older: RecordColumns
  /** What was appended since, from the oldest to the newest. */
  readonly newer: RecordColumns
  /** What is between them is indexed; both are beginnings of lines. */
  begin: number
  end: number
  size: number
  skipped: number
  /** Whether a line that is too long for a record ends at `begin`, or goes on at `end`. */
  isLongBehind: boolean
  isLongAhead: boolean
}

function createIndex(): FileIndex {
  const columns = { older: createRecordColumns(), newer: createRecordColumns() }
  return {
    ...columns,
    begin: 0,
    end: 0,
    size: 0,
    skipped: 0,
    isLongBehind: false,
    isLongAhead: false,
  }
}

async function readChunk(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  const { bytesRead } = await handle.read(buffer, 0, length, from)
  return buffer.subarray(0, bytesRead)
}

/** The end of the last line that ends. */
async function lastLineEnd(handle: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - CHUNK_BYTES)
    const at = (await readChunk(handle, from, end - from)).lastIndexOf(NEW_LINE)
    if (at !== -1) return from + at + 1
    end = from
  }
  return 0
}

function addLine(index: FileIndex, columns: RecordColumns, line: Buffer, position: number): void {
  const record = parseRecordLine(line.toString('utf8'))
  if (record) columns.push(position, line.length, record)
  else if (line.length > 0) index.skipped += 1
}

/** Reads the chunk before `begin`, and its lines from the last to the first. */
async function readBackward(handle: FileHandle, index: FileIndex): Promise<void> {
  let start = Math.max(0, index.begin - CHUNK_BYTES)
  let chunk = await readChunk(handle, start, index.begin - start)
  // A line that is longer than a chunk is read as a whole, as far as it can be a record.
  if (chunk.lastIndexOf(NEW_LINE, -2) === -1 && start > 0 && !index.isLongBehind) {
    start = Math.max(0, index.begin - MAX_LINE_CHARACTERS - CHUNK_BYTES)
    chunk = await readChunk(handle, start, index.begin - start)
  }
  // Of a line that is too long, this is the beginning.
  const limit = index.isLongBehind ? chunk.lastIndexOf(NEW_LINE) + 1 : chunk.length
  let end = limit
  while (end > 0) {
    const lineStart = end >= 2 ? chunk.lastIndexOf(NEW_LINE, end - 2) + 1 : 0
    if (lineStart === 0 && start > 0) break
    const line = chunk.subarray(lineStart, withoutBreak(chunk, end))
    addLine(index, index.older, line, start + lineStart)
    end = lineStart
  }
  const isLong = start > 0 && (limit === 0 || end === limit)
  if (isLong && !index.isLongBehind) index.skipped += 1
  index.isLongBehind = isLong
  index.begin = isLong ? start : start + end
}

function withoutBreak(chunk: Buffer, end: number): number {
  return chunk[end - 1] === NEW_LINE ? end - 1 : end
}

/** Reads what was appended, up to the last line that ends, or that is a whole record. */
async function readForward(handle: FileHandle, index: FileIndex): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  for (let at = index.end; ; ) {
    const chunk = await readChunk(handle, at, CHUNK_BYTES)
    if (chunk.length === 0) break
    at += chunk.length
    rest = Buffer.concat([rest, chunk])
    let begin = 0
    for (let end = rest.indexOf(NEW_LINE); end !== -1; end = rest.indexOf(NEW_LINE, begin)) {
      if (index.isLongAhead) index.skipped += 1
      else addLine(index, index.newer, rest.subarray(begin, end), index.end + begin)
      index.isLongAhead = false
      begin = end + 1
    }
    index.end += begin
    rest = rest.subarray(begin)
    if (rest.length > MAX_LINE_CHARACTERS) {
      index.end += rest.length
      rest = Buffer.alloc(0)
      index.isLongAhead = true
    }
  }
  const last = parseRecordLine(rest.toString('utf8'))
  if (last === undefined || index.isLongAhead) return
  index.newer.push(index.end, rest.length, last)
  index.end += rest.length
}
