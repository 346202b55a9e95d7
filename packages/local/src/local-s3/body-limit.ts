/** How many bytes of request bodies are in memory at one time. */
import type { IncomingMessage } from 'node:http'
import { s3Refusal } from './s3-refusal.ts'

export interface BodyLimit {
  /**
   * Counts the body while it is read.
   *
   * @param maxBytes of this body
   * @throws {AwsRefusal} `MissingContentLength`, `EntityTooLarge`, `SlowDown`
   */
  reading<Result>(
    incoming: IncomingMessage,
    maxBytes: number,
    read: () => Promise<Result>,
  ): Promise<Result>
}

/** Of a body in chunks: their headers, signatures and trailers. */
const CHUNK_OVERHEAD = 1024 * 1024

export function createBodyLimit(maxTotalBytes: number): BodyLimit {
  let total = 0
  return {
    async reading(incoming, maxBytes, read) {
      const bytes = declaredBytes(incoming)
      const most = incoming.headers['x-amz-decoded-content-length'] ? CHUNK_OVERHEAD : 0
      if (bytes > maxBytes + most) {
        throw s3Refusal('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
          ProposedSize: String(bytes),
          MaxSizeAllowed: String(maxBytes),
        })
      }
      if (total + bytes > maxTotalBytes)
        throw s3Refusal('SlowDown', 'Please reduce your request rate.')
      total += bytes
      try {
        return await read()
      } finally {
        total -= bytes
      }
    },
  }
}

/** A request with neither header has no body (RFC 9112 §6.3). */
function declaredBytes({ headers }: IncomingMessage): number {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers
  const decoded = headers['x-amz-decoded-content-length']
  if (length !== undefined) return Number(length)
  if (encoding === undefined) return 0
  if (typeof decoded === 'string' && /^\d{1,15}$/.test(decoded)) return Number(decoded)
  throw s3Refusal('MissingContentLength', 'You must provide the Content-Length HTTP header.')
}
