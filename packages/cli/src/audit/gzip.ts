/** Files that are compressed with gzip, as CloudWatch Logs exports them to a bucket. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { UsageError } from '../cli-error.ts'

/** @see RFC 1952 §2.3.1 */
const MAGIC = Buffer.from([0x1f, 0x8b])

export type Chunks = AsyncIterable<Buffer | string>

export function isGzip(bytes: Buffer | string | undefined): boolean {
  return Buffer.isBuffer(bytes) && bytes.subarray(0, MAGIC.length).equals(MAGIC)
}

/**
 * The content of compressed chunks; others stay as they are.
 * @param name of the file, for errors
 * @throws {UsageError} the compressed content is damaged or does not end
 */
export async function* expandGzip(chunks: Chunks, name: string): Chunks {
  const iterator = chunks[Symbol.asyncIterator]()
  const first = await iterator.next()
  const all = async function* () {
    if (first.done) return
    yield first.value
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  if (first.done || !isGzip(first.value)) return yield* all()
  const expanded = createGunzip()
  const done = pipeline(Readable.from(all()), expanded)
  // It is reported where the content is read.
  done.catch(() => undefined)
  try {
    yield* expanded
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${name} is not complete as gzip; get the file again`)
  }
}
