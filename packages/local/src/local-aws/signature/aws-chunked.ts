/** Decodes the content encoding `aws-chunked`, whose chunks and trailers may be signed. */
import { hash } from 'node:crypto'
import { AwsRefusal } from '../aws-refusal.ts'
import type { SeedSignature } from './authenticate.ts'
import { isSameText, signLines } from './canonical-request.ts'
import { SIGNATURE_REFUSALS } from './service-refusals.ts'

export interface ChunkedForm {
  /** Undefined: the chunks are not signed. */
  readonly seed: SeedSignature | undefined
  readonly accessKeyId: string
  /** Of the header `x-amz-trailer`, in lower case. */
  readonly trailerNames: readonly string[]
}

export interface DecodedBody {
  readonly content: Buffer
  readonly trailers: ReadonlyMap<string, string>
}

const EMPTY_HASH = hash('sha256', '')
/** Every chunk but the last two, of which one is empty, must have as many bytes. */
const SMALLEST_CHUNK_BYTES = 8192
const TRAILER_SIGNATURE = 'x-amz-trailer-signature'

/**
 * @throws {AwsRefusal} `IncompleteBody`, `InvalidChunkSizeError`, `MalformedTrailerError`,
 *   `SignatureDoesNotMatch`
 * @see S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload
 *   in Multiple Chunks (Chunked Upload)", and "… Including Trailing Headers"
 */
export function decodeAwsChunked(encoded: Buffer, form: ChunkedForm): DecodedBody {
  const chunks: Buffer[] = []
  let previous = form.seed?.claimed.signature ?? ''
  let at = 0
  for (;;) {
    const { size, signature, dataAt } = readChunkHeader(encoded, at)
    const data = encoded.subarray(dataAt, dataAt + size)
    if (data.length < size) throw incompleteBody()
    if (form.seed) {
      const lines = [previous, EMPTY_HASH, hash('sha256', data)]
      checkSignature(form, form.seed, 'AWS4-HMAC-SHA256-PAYLOAD', lines, signature)
      previous = signature
    }
    at = dataAt + size
    if (size === 0) break
    if ((chunks.at(-1)?.length ?? SMALLEST_CHUNK_BYTES) < SMALLEST_CHUNK_BYTES)
      throw chunkTooSmall()
    chunks.push(data)
    if (encoded.toString('latin1', at, at + 2) !== '\r\n') throw incompleteBody()
    at += 2
  }
  const trailers = readTrailers(encoded.toString('utf8', at), form, previous)
  return { content: Buffer.concat(chunks), trailers }
}

const CHUNK_HEADER = /^([\da-fA-F]{1,8})(?:;chunk-signature=([\da-f]{64}))?$/
const MAX_HEADER_BYTES = 128

function readChunkHeader(encoded: Buffer, at: number) {
  const line = encoded.toString('latin1', at, at + MAX_HEADER_BYTES)
  const end = line.indexOf('\r\n')
  const [, size, signature = ''] = CHUNK_HEADER.exec(line.slice(0, Math.max(end, 0))) ?? []
  if (size === undefined) throw incompleteBody()
  return { size: Number.parseInt(size, 16), signature, dataAt: at + end + 2 }
}

/** Exactly the trailers that the request announced, and a signature of them. */
function readTrailers(
  text: string,
  form: ChunkedForm,
  previous: string,
): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter(Boolean)
  const entries = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    if (colon < 1) throw malformedTrailer()
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
  })
  const trailers = new Map(entries.filter(([name]) => name !== TRAILER_SIGNATURE))
  const announced = new Set(form.trailerNames)
  const expectedCount = announced.size + (form.seed && announced.size > 0 ? 1 : 0)
  if (entries.length !== expectedCount || ![...announced].every((name) => trailers.has(name)))
    throw malformedTrailer()
  if (form.seed && announced.size > 0) {
    const signed = [...trailers].map(([name, value]) => `${name}:${value}\n`).join('')
    const signature = new Map(entries).get(TRAILER_SIGNATURE) ?? ''
    const linesToSign = [previous, hash('sha256', signed)]
    checkSignature(form, form.seed, 'AWS4-HMAC-SHA256-TRAILER', linesToSign, signature)
  }
  return trailers
}

function checkSignature(
  { accessKeyId }: ChunkedForm,
  { key, claimed }: SeedSignature,
  algorithm: string,
  lines: readonly string[],
  signature: string,
): void {
  const { dateTime, scope } = claimed
  if (!isSameText(signLines(key, { algorithm, dateTime, scope }, lines), signature))
    throw SIGNATURE_REFUSALS.s3.mismatch(accessKeyId)
}

export function incompleteBody(): AwsRefusal {
  return new AwsRefusal(
    400,
    'IncompleteBody',
    'The request body terminated unexpectedly: it is shorter than its headers say',
  )
}

function chunkTooSmall(): AwsRefusal {
  return new AwsRefusal(
    403,
    'InvalidChunkSizeError',
    `Only the last chunk is allowed to have a size less than ${SMALLEST_CHUNK_BYTES} bytes`,
  )
}

function malformedTrailer(): AwsRefusal {
  return new AwsRefusal(
    400,
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our ' +
      'published schema.',
  )
}
