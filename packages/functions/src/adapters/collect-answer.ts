/** Reads the body of an answer into memory, as long as it is no longer than expected: one that never ends would fill it. */
import type { Readable } from 'node:stream'

/** @returns a collector that rejects, and closes the connection, after so many bytes */
export function collectAtMost(maxBytes: number) {
  return (stream: Readable): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let bytes = 0
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxBytes)
          stream.destroy(new Error(`the answer has more than ${maxBytes} bytes`))
        else chunks.push(chunk)
      })
      stream.once('end', () => resolve(Buffer.concat(chunks)))
      stream.once('error', reject)
    })
}
