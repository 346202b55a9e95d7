/** Reads lines from files and streams, also from files that are still written to. */
import { open, stat } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import { getSystemErrorMessage } from 'node:util'
import { UsageError } from '../cli-error.ts'
import { type Chunks, expandGzip, isGzip } from './gzip.ts'
import { MAX_LINE_CHARACTERS } from './read-record.ts'

/** How often a file is looked at that is followed. */
const POLL_MS = 250
const CHUNK_BYTES = 256 * 1024

/** Lines in portions, as they are read: a call for each line would take longer than the lines. */
export type Lines = AsyncIterable<readonly string[]>

/**
 * Of each file, or of standard input without files. They may be compressed with gzip.
 * @throws {UsageError} a file is unreadable
 */
export async function* readLines(files: readonly string[], stdin: NodeJS.ReadStream): Lines {
  for (const file of files.length === 0 ? ['-'] : files)
    yield* file === '-'
      ? linesOfChunks(expandGzip(stdin, 'standard input'))
      : linesOfChunks(expandGzip(chunksFrom(file, 0), file))
}

/** Never ends. A file that is replaced or truncated, as by log rotation, is read from its start. */
export async function* followFile(file: string): Lines {
  let [identity, offset] = [-1, 0]
  let splitter = createSplitter()
  for (;;) {
    const { ino, size } = await stat(file).catch(refuseUnreadable(file))
    if (ino !== identity || size < offset) {
      ;[identity, offset] = [ino, 0]
      splitter = createSplitter()
    }
    for await (const chunk of chunksFrom(file, offset)) {
      if (offset === 0 && isGzip(chunk))
        throw new UsageError(
          `--follow: expected a file that grows, found one that is compressed, ${file}; read it ` +
            'without --follow',
        )
      offset += chunk.length
      yield splitter.add(chunk)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

async function* chunksFrom(file: string, offset: number): AsyncIterable<Buffer> {
  const handle = await open(file).catch(refuseUnreadable(file))
  try {
    for (let at = offset; ; ) {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
      const { bytesRead } = await handle
        .read(buffer, 0, CHUNK_BYTES, at)
        .catch(refuseUnreadable(file))
      if (bytesRead === 0) return
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

async function* linesOfChunks(chunks: Chunks): Lines {
  const splitter = createSplitter()
  for await (const chunk of chunks) yield splitter.add(chunk)
  const last = splitter.end()
  if (last !== '') yield [last]
}

function createSplitter() {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return {
    add(chunk: Buffer | string): readonly string[] {
      const text = typeof chunk === 'string' ? chunk : decoder.write(chunk)
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      // A line without an end must not fill the memory. What is kept is too long for a record.
      if (rest.length > MAX_LINE_CHARACTERS) rest = rest.slice(0, MAX_LINE_CHARACTERS + 1)
      return lines
    },
    end: () => rest,
  }
}

function refuseUnreadable(file: string) {
  return ({ errno, code }: NodeJS.ErrnoException): never => {
    const reason = errno === undefined ? (code ?? 'unknown error') : getSystemErrorMessage(errno)
    throw new UsageError(`cannot read ${file}: ${reason}`)
  }
}
