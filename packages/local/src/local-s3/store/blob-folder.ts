/** Blobs as files of a folder. */
import { createReadStream, openSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Blobs, newBlobName } from './blobs.ts'
import type { StorageLimit } from './storage-limit.ts'
import { isBlobName } from './stored-object.ts'

/** @param folder exists */
export function createBlobsInFolder(folder: string, limit: StorageLimit): Blobs {
  const pathOf = (name: string) => {
    if (!isBlobName(name)) throw new Error('The name of a blob is not valid.')
    return join(folder, name)
  }
  return {
    async write(content, size) {
      limit.add(size)
      const name = newBlobName()
      try {
        const file = await open(pathOf(name), 'wx', 0o600)
        try {
          for await (const chunk of content) await file.writeFile(chunk)
          await file.sync()
        } finally {
          await file.close()
        }
        return name
      } catch (error) {
        limit.remove(size)
        rmSync(pathOf(name), { force: true })
        throw error
      }
    },
    read(name, { start, end }) {
      if (start === end) return Readable.from([])
      // Opened at once: the file may be removed before the stream is read.
      const fd = openSync(pathOf(name), 'r')
      return createReadStream('', { fd, start, end: end - 1 })
    },
    remove(name, size) {
      rmSync(pathOf(name), { force: true })
      limit.remove(size)
    },
  }
}

/** @returns in bytes; undefined if there is no such blob */
export function blobFileSize(folder: string, name: string): number | undefined {
  return statSync(join(folder, name), { throwIfNoEntry: false })?.size
}
