/** A request to one operation of S3, and its response. */
import type { Readable } from 'node:stream'
import type { S3Access } from './s3-access.ts'

export interface S3Call {
  /** Empty for ListBuckets. */
  readonly bucket: string
  /** Empty for operations of buckets. */
  readonly key: string
  readonly parameters: ReadonlyMap<string, string>
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** Of the signature. */
  readonly region: string
  /** Milliseconds since the epoch. */
  readonly nowMs: number
  readonly access: S3Access
  /**
   * Reads the body, which clients may not have sent yet: only after the request is allowed.
   *
   * @throws {AwsRefusal}
   */
  readBody(maxBytes: number): Promise<S3Body>
  /** One line, without what the request contains. */
  log(line: string): void
}

interface S3Body {
  readonly content: Buffer
  /** Headers after a body in chunks, such as a checksum. */
  readonly trailers: ReadonlyMap<string, string>
}

export interface S3Response {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** XML, or the content of an object. */
  readonly body?: string | Readable
}

export type S3Operation = (call: S3Call) => S3Response | Promise<S3Response>

/** Of one PUT, or one part. AWS allows 5 GiB; here it is in memory while it is received. */
export const MAX_UPLOAD_BYTES = 256 * 1024 * 1024
/** Of a request's XML document. */
export const MAX_XML_BYTES = 2 * 1024 * 1024

export function xmlResponse(
  body: string,
  headers: Readonly<Record<string, string>> = {},
): S3Response {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body }
}

/** As in XML documents: `2026-11-27T02:00:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** Whole seconds, because `Last-Modified` has no fractions. */
export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}
