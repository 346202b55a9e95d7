/** Where the content of objects and of parts is: blobs that are written once, and read. */
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ByteRange } from '../wire/byte-range.ts'
import type { StorageLimit } from './storage-limit.ts'

export interface Blobs {
  /**
   * Complete, and on disk where there is one, when it resolves.
   *
   * @returns the blob's name
   * @throws {AwsRefusal} `InsufficientStorage`
   */
  write(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, size: number): Promise<string>
  /** A stream opened before a blob is removed can still be read to its end. */
  read(name: string, range: ByteRange): Readable
  remove(name: string, size: number): void
}

export function newBlobName(): string {
  return randomBytes(16).toString('hex')
}

export function createBlobsInMemory(limit: StorageLimit): Blobs {
  const blobs = new Map<string, Buffer>()
  return {
    async write(content, size) {
      limit.add(size)
      try {
        const chunks: Uint8Array[] = []
        for await (const chunk of content) chunks.push(chunk)
        const name = newBlobName()
        blobs.set(name, Buffer.concat(chunks))
        return name
      } catch (error) {
        limit.remove(size)
        throw error
      }
    },
    read(name, { start, end }) {
      const bytes = blobs.get(name)
      if (bytes === undefined) throw new Error('The content of an object is missing.')
      return Readable.from([bytes.subarray(start, end)])
    },
    remove(name, size) {
      if (blobs.delete(name)) limit.remove(size)
    },
  }
}
