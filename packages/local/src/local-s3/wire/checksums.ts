/**
 * Checksums of objects: CRC-32, CRC-32C, CRC-64/NVME, SHA-1 and SHA-256.
 * @see Amazon S3 User Guide, "Checking object integrity"
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { invalidArgument, s3Refusal } from '../s3-refusal.ts'
import { type Crc64, updateCrc32c, updateCrc64 } from './crc-tables.ts'

export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number]

/** `COMPOSITE`: the checksum of the parts' checksums, followed by `-` and their number. */
export const CHECKSUM_TYPES = ['FULL_OBJECT', 'COMPOSITE'] as const
export type ChecksumType = (typeof CHECKSUM_TYPES)[number]

export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm
  readonly type: ChecksumType
  /** In base64. */
  readonly value: string
}

export interface RunningChecksum {
  update(bytes: Uint8Array): void
  /** @returns base64 */
  digest(): string
}

type Headers = ReadonlyMap<string, string>

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase())
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') }
    }
    case 'CRC32':
      return startCrc((bytes, crc) => crc32(bytes, crc))
    case 'CRC32C':
      return startCrc(updateCrc32c)
    case 'CRC64NVME': {
      let crc: Crc64 = [0, 0]
      return {
        update(bytes) {
          crc = updateCrc64(bytes, crc)
        },
        digest: () => bigEndian(...crc),
      }
    }
  }
}

function startCrc(next: (bytes: Uint8Array, crc: number) => number): RunningChecksum {
  let crc = 0
  return {
    update(bytes) {
      crc = next(bytes, crc)
    },
    digest: () => bigEndian(crc),
  }
}

function bigEndian(...words: readonly number[]): string {
  const hex = words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  return Buffer.from(hex, 'hex').toString('base64')
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

/** As in the elements of XML documents: `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`
}

/** @throws {AwsRefusal} `InvalidRequest` */
export function readAlgorithm(name: string): ChecksumAlgorithm {
  const found = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase())
  if (found) return found
  throw s3Refusal(
    'InvalidRequest',
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: ` +
      `[${CHECKSUM_ALGORITHMS.join(', ')}]`,
  )
}

/**
 * Which checksum the request has for its body, in a header or in a trailer.
 *
 * @param trailers of a body in chunks
 * @throws {AwsRefusal} `InvalidRequest` where it has several
 */
export function requestedChecksum(
  headers: Headers,
  trailers: Headers,
): { readonly algorithm: ChecksumAlgorithm; readonly value: string | undefined } | undefined {
  const sent = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const name = checksumHeader(algorithm)
    return [headers.get(name), trailers.get(name)].flatMap((value) =>
      value === undefined ? [] : [{ algorithm, value }],
    )
  })
  if (sent.length > 1) {
    throw s3Refusal(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  }
  const named = headers.get('x-amz-sdk-checksum-algorithm')
  const algorithm = named === undefined ? undefined : readAlgorithm(named)
  if (sent[0] && algorithm !== undefined && algorithm !== sent[0].algorithm) {
    throw s3Refusal('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.')
  }
  return sent[0] ?? (algorithm && { algorithm, value: undefined })
}

/**
 * Compares `Content-MD5` and the checksum of the request with its body.
 *
 * @returns the checksum to keep with the object
 * @throws {AwsRefusal} `BadDigest`, `InvalidDigest`, `InvalidRequest`
 */
export function verifyBody(
  body: Uint8Array,
  headers: Headers,
  trailers: Headers,
): ObjectChecksum | undefined {
  const md5 = headers.get('content-md5')
  if (md5 !== undefined) verifyMd5(body, md5)
  const requested = requestedChecksum(headers, trailers)
  if (requested === undefined) return undefined
  const { algorithm } = requested
  const running = startChecksum(algorithm)
  running.update(body)
  const value = running.digest()
  if (requested.value !== undefined) compareChecksums(algorithm, requested.value, value)
  return { algorithm, type: 'FULL_OBJECT', value }
}

function verifyMd5(body: Uint8Array, md5: string): void {
  const expected = Buffer.from(md5, 'base64')
  if (expected.length !== 16)
    throw s3Refusal('InvalidDigest', 'The Content-MD5 you specified was invalid.')
  if (!timingSafeEqual(expected, createHash('md5').update(body).digest())) {
    throw s3Refusal('BadDigest', 'The Content-MD5 you specified did not match what we received.')
  }
}

/**
 * @param sent in base64
 * @throws {AwsRefusal} `InvalidRequest` for a value of another length, `BadDigest`
 */
export function compareChecksums(
  algorithm: ChecksumAlgorithm,
  sent: string,
  computed: string,
): void {
  const isBase64 = /^[A-Za-z\d+/]+={0,2}$/.test(sent)
  if (!isBase64 || Buffer.from(sent, 'base64').length !== Buffer.from(computed, 'base64').length) {
    throw s3Refusal('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`)
  }
  if (sent !== computed) {
    throw s3Refusal(
      'BadDigest',
      `The ${algorithm} you specified did not match the calculated checksum.`,
    )
  }
}

/** @throws {AwsRefusal} `InvalidArgument` */
export function readChecksumType(
  type: string | undefined,
  algorithm: ChecksumAlgorithm,
): ChecksumType {
  const isHash = algorithm === 'SHA1' || algorithm === 'SHA256'
  if (type === undefined) return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE'
  const found = CHECKSUM_TYPES.find((one) => one === type)
  const isPossible = found === 'COMPOSITE' ? algorithm !== 'CRC64NVME' : !isHash
  if (found && isPossible) return found
  throw invalidArgument(
    'x-amz-checksum-type',
    type,
    `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
  )
}
