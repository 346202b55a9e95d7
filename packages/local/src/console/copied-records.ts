/** A copy of the audit records that the broker writes to standard output, for the console. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'

/** Then the copy begins again: it is for looking at what happened just now. */
const MAX_BYTES = 20_000_000

type Write = typeof process.stdout.write

/**
 * Only records: each is one line with a JSON object. The file is for this user alone.
 * @param stream standard output, or a stream in its place
 * @returns ends the copy
 */
export function copyRecords(file: string, stream: { write: Write } = process.stdout): () => void {
  const descriptor = openSync(file, 'a', 0o600)
  const write = stream.write
  let bytes = 0
  const copy = (chunk: unknown) => {
    if (typeof chunk !== 'string' || !chunk.startsWith('{"')) return
    if (bytes > MAX_BYTES) {
      ftruncateSync(descriptor)
      bytes = 0
    }
    bytes += writeSync(descriptor, chunk)
  }
  const copying = (...args: Parameters<Write>) => {
    copy(args[0])
    return write.apply(stream, args)
  }
  stream.write = copying as Write
  return () => {
    if (stream.write === copying) stream.write = write
    closeSync(descriptor)
  }
}
