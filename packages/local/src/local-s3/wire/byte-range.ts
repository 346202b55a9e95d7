/**
 * The `Range` header, of which S3 supports one range.
 * @see RFC 9110 §14.2
 */
import { s3Refusal } from '../s3-refusal.ts'

/** Offsets in bytes; the end is not part of it. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

const SINGLE = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/

/**
 * @returns undefined: the header is absent, has several ranges or another syntax, so that the whole
 * object is returned
 * @throws {AwsRefusal} `InvalidRange`
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [whole, first, last, suffix] = SINGLE.exec(header ?? '') ?? []
  if (whole === undefined) return undefined
  if (first !== undefined && last !== undefined && Number(last) < Number(first)) return undefined
  const start = first === undefined ? Math.max(0, size - Number(suffix)) : Number(first)
  const end = last === undefined ? size : Math.min(size, Number(last) + 1)
  if (start < end) return { start, end }
  throw s3Refusal(
    'InvalidRange',
    'The requested range is not satisfiable',
    { RangeRequested: whole, ActualObjectSize: String(size) },
    { 'content-range': `bytes */${size}` },
  )
}

/**
 * The range of a source of `UploadPartCopy`, of which S3 accepts `bytes=FIRST-LAST` only.
 *
 * @throws {AwsRefusal} `InvalidArgument`, `InvalidRange`
 */
export function readCopyRange(header: string, size: number): ByteRange {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? []
  const [start, end] = [Number(first), Number(last) + 1]
  if (start < end && end <= size) return { start, end }
  throw s3Refusal(
    start < end ? 'InvalidRange' : 'InvalidArgument',
    'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last ' +
      'are the zero-based offsets of the first and last bytes to copy',
    { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
  )
}
