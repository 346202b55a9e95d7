/** Reads the body of an authenticated request to S3, and checks that it is the signed one. */
import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { AwsRefusal } from '../aws-refusal.ts'
import { type Authenticated, UNSIGNED_PAYLOAD } from './authenticate.ts'
import { type DecodedBody, decodeAwsChunked, incompleteBody } from './aws-chunked.ts'

/** For the headers of chunks and for trailers. */
const MAX_OVERHEAD_BYTES = 1024 * 1024

/**
 * Decodes `aws-chunked`, and verifies the hash of the content or the signature of each chunk.
 *
 * @param maxBytes of the content
 * @returns the content, and the headers after it, such as a checksum, with names in lower case
 * @throws {AwsRefusal} `EntityTooLarge`, `IncompleteBody`, `InvalidChunkSizeError`,
 *   `MalformedTrailerError`, `MissingContentLength`, `SignatureDoesNotMatch`,
 *   `XAmzContentSHA256Mismatch`
 */
export async function readBody(
  incoming: AsyncIterable<Buffer> & Pick<IncomingMessage, 'headers'>,
  { payload, session, seed }: Authenticated,
  maxBytes: number,
): Promise<DecodedBody> {
  if (!payload.startsWith('STREAMING-')) {
    const content = await readBytes(incoming, maxBytes, maxBytes)
    checkHash(content, payload)
    return { content, trailers: new Map() }
  }
  const { 'x-amz-decoded-content-length': length, 'x-amz-trailer': trailer } = incoming.headers
  const encoded = await readBytes(incoming, maxBytes + MAX_OVERHEAD_BYTES, maxBytes)
  const decoded = decodeAwsChunked(encoded, {
    seed: payload.startsWith('STREAMING-AWS4-HMAC-SHA256-') ? seed : undefined,
    accessKeyId: session.accessKeyId,
    trailerNames: payload.endsWith('-TRAILER') ? namesOf(trailer) : [],
  })
  if (decoded.content.length > maxBytes) throw tooLarge(maxBytes)
  if (typeof length !== 'string' || !/^\d{1,15}$/.test(length))
    throw new AwsRefusal(
      411,
      'MissingContentLength',
      'You must provide the x-amz-decoded-content-length HTTP header.',
    )
  if (decoded.content.length !== Number(length)) throw incompleteBody()
  return decoded
}

function checkHash(content: Buffer, payload: string): void {
  if (payload === UNSIGNED_PAYLOAD) return
  const computed = hash('sha256', content)
  if (computed === payload) return
  throw new AwsRefusal(
    400,
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    {
      details: { ClientComputedContentSHA256: payload, S3ComputedContentSHA256: computed },
    },
  )
}

function namesOf(trailer: string | readonly string[] | undefined): string[] {
  return [trailer ?? []]
    .flat()
    .flatMap((names) => names.split(','))
    .map((name) => name.trim().toLowerCase())
}

async function readBytes(
  incoming: AsyncIterable<Buffer>,
  most: number,
  maxBytes: number,
): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of incoming) {
    bytes += part.length
    if (bytes > most) throw tooLarge(maxBytes)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function tooLarge(maxBytes: number): AwsRefusal {
  return new AwsRefusal(
    400,
    'EntityTooLarge',
    'Your proposed upload exceeds the maximum allowed size',
    { details: { MaxSizeAllowed: String(maxBytes) } },
  )
}
