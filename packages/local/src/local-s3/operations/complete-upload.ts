/** CompleteMultipartUpload: makes one object of the parts. */
import { createHash } from 'node:crypto'
import {
  MAX_XML_BYTES,
  type S3Call,
  type S3Response,
  wholeSeconds,
  xmlResponse,
} from '../s3-call.ts'
import { malformedXml, s3Refusal } from '../s3-refusal.ts'
import type { Bucket } from '../store/bucket.ts'
import type { Upload, UploadedPart } from '../store/uploads.ts'
import {
  CHECKSUM_ALGORITHMS,
  checksumElement,
  checksumHeader,
  compareChecksums,
  type ObjectChecksum,
  type RunningChecksum,
  startChecksum,
} from '../wire/checksums.ts'
import { checkWriteConditionSyntax, checkWriteConditions } from '../wire/preconditions.ts'
import {
  childText,
  demandChildren,
  type RequestElement,
  readRequestXml,
} from '../wire/read-request-xml.ts'
import { xmlDocument, xmlText } from '../wire/s3-xml.ts'
import { ENCRYPTED } from './put-object.ts'
import { writeNeeds } from './write-needs.ts'

const MAX_PARTS = 10_000
/** Of every part but the last. */
const MIN_PART_BYTES = 5 * 1024 * 1024
/** AWS allows 5 TiB. */
const MAX_OBJECT_BYTES = 16 * 1024 ** 3

/** @see Amazon S3 API Reference, "CompleteMultipartUpload" */
export async function completeMultipartUpload(call: S3Call): Promise<S3Response> {
  const { access, headers, key, parameters } = call
  checkWriteConditionSyntax(headers)
  const bucket = access.open(call.bucket, writeNeeds(key, headers, { creates: true }))
  const id = parameters.get('uploadId') ?? ''
  bucket.uploads.find(id, key)
  const { content } = await call.readBody(MAX_XML_BYTES)
  const wanted = readParts(content)
  // Nothing can change the parts from here on.
  const upload = bucket.uploads.detach(id, key)
  let isComplete = false
  try {
    const parts = chooseParts(upload, wanted)
    checkSize(parts, headers.get('x-amz-mp-object-size'))
    checkWriteConditions(headers, bucket.find(key), key)
    const response = await store(call, bucket, upload, parts)
    isComplete = true
    return response
  } finally {
    if (isComplete) bucket.uploads.discard(upload)
    else bucket.uploads.attach(upload)
  }
}

async function store(
  { headers, key, nowMs }: S3Call,
  bucket: Bucket,
  upload: Upload,
  parts: readonly UploadedPart[],
): Promise<S3Response> {
  const size = sizeOf(parts)
  const full =
    upload.checksum?.type === 'FULL_OBJECT' ? startChecksum(upload.checksum.algorithm) : undefined
  const blob = await bucket.writeContent(join(bucket, parts, full), size)
  const checksum = full === undefined ? compositeOf(upload, parts) : fullChecksum(upload, full)
  const etag = `${digestOfParts(parts)}-${parts.length}`
  const { metadata, tags } = upload
  const object = {
    ...{ blob, size, etag, metadata, tags, headers: upload.headers },
    modifiedAtMs: wholeSeconds(nowMs),
    partSizes: parts.map((part) => part.size),
    ...(checksum ? { checksum } : {}),
  }
  bucket.commit(key, object, (existing) => {
    if (checksum) compareSent(headers, checksum)
    checkWriteConditions(headers, existing, key)
  })
  return xmlResponse(
    xmlDocument(
      'CompleteMultipartUploadResult',
      xmlText('Location', `/${bucket.name}/${key}`),
      xmlText('Bucket', bucket.name),
      xmlText('Key', key),
      xmlText('ETag', `"${etag}"`),
      checksum ? xmlText(checksumElement(checksum.algorithm), checksum.value) : '',
      xmlText('ChecksumType', checksum?.type),
    ),
    ENCRYPTED,
  )
}

/** The content of one part after the other, which the checksum of the whole object covers. */
async function* join(
  bucket: Bucket,
  parts: readonly UploadedPart[],
  full: RunningChecksum | undefined,
): AsyncGenerator<Uint8Array> {
  for (const { blob, size } of parts)
    for await (const chunk of bucket.readContent(blob, { start: 0, end: size })) {
      full?.update(chunk)
      yield chunk
    }
}

function digestOfParts(parts: readonly UploadedPart[]): string {
  const digests = parts.map(({ etag }) => Buffer.from(etag, 'hex'))
  return createHash('md5').update(Buffer.concat(digests)).digest('hex')
}

function fullChecksum({ checksum }: Upload, running: RunningChecksum): ObjectChecksum | undefined {
  return checksum && { ...checksum, value: running.digest() }
}

/** The checksum of the parts' checksums, if every part has one. */
function compositeOf(
  { checksum }: Upload,
  parts: readonly UploadedPart[],
): ObjectChecksum | undefined {
  if (checksum === undefined) return undefined
  const running = startChecksum(checksum.algorithm)
  for (const part of parts) {
    if (part.checksum === undefined) {
      throw s3Refusal(
        'InvalidRequest',
        `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The ` +
          'complete request must include the checksum for each part.',
      )
    }
    running.update(Buffer.from(part.checksum.value, 'base64'))
  }
  return { ...checksum, value: `${running.digest()}-${parts.length}` }
}

/** A checksum of the whole object that the client computed, too. */
function compareSent(headers: ReadonlyMap<string, string>, checksum: ObjectChecksum): void {
  const sent = headers.get(checksumHeader(checksum.algorithm))
  if (sent === undefined) return
  const [value = '', count] = sent.split('-')
  const [computed = '', parts] = checksum.value.split('-')
  compareChecksums(checksum.algorithm, value, computed)
  // Clients send a composite checksum with the number of parts, or without.
  if (count !== undefined && count !== parts) throw invalidPart()
}

interface WantedPart {
  readonly number: number
  readonly etag: string
  readonly checksums: readonly (readonly [name: string, value: string])[]
}

const CHECKSUM_ELEMENTS = CHECKSUM_ALGORITHMS.map(checksumElement)

/** @throws {AwsRefusal} `MalformedXML` */
function readParts(content: Buffer): readonly WantedPart[] {
  const root = readRequestXml(content, 'CompleteMultipartUpload')
  demandChildren(root, ['Part'])
  if (root.children.length === 0 || root.children.length > MAX_PARTS) throw malformedXml()
  return root.children.map(readWantedPart)
}

function readWantedPart(part: RequestElement): WantedPart {
  demandChildren(part, ['PartNumber', 'ETag', ...CHECKSUM_ELEMENTS])
  const number = childText(part, 'PartNumber')?.trim() ?? ''
  const etag = childText(part, 'ETag')?.trim()
  if (!/^\d{1,5}$/.test(number) || etag === undefined) throw malformedXml()
  return {
    number: Number(number),
    etag: etag.replace(/^"(.*)"$/, '$1'),
    checksums: CHECKSUM_ELEMENTS.flatMap((name) => {
      const value = childText(part, name)?.trim()
      return value === undefined ? [] : [[name, value] as const]
    }),
  }
}

/** @throws {AwsRefusal} `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall` */
function chooseParts(upload: Upload, wanted: readonly WantedPart[]): readonly UploadedPart[] {
  let before = 0
  const parts = wanted.map(({ number, etag, checksums }) => {
    if (number <= before) {
      throw s3Refusal(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      )
    }
    before = number
    const part = upload.parts.get(number)
    if (part === undefined || part.etag !== etag) throw invalidPart()
    for (const [name, value] of checksums) {
      const known = part.checksum
      if (known === undefined || checksumElement(known.algorithm) !== name || known.value !== value)
        throw invalidPart()
    }
    return part
  })
  const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES)
  if (small === undefined) return parts
  throw s3Refusal(
    'EntityTooSmall',
    'Your proposed upload is smaller than the minimum allowed size',
    { ProposedSize: String(small.size), MinSizeAllowed: String(MIN_PART_BYTES) },
  )
}

function invalidPart() {
  return s3Refusal(
    'InvalidPart',
    'One or more of the specified parts could not be found. The part may not have been uploaded, ' +
      "or the specified entity tag may not match the part's entity tag.",
  )
}

/** @param sent `x-amz-mp-object-size`, in bytes */
function checkSize(parts: readonly UploadedPart[], sent: string | undefined): void {
  const size = sizeOf(parts)
  if (sent !== undefined && sent !== String(size)) {
    throw s3Refusal(
      'InvalidRequest',
      'The provided x-amz-mp-object-size header value does not match what was computed.',
    )
  }
  if (size > MAX_OBJECT_BYTES) {
    throw s3Refusal(
      'EntityTooLarge',
      'Your proposed upload exceeds the maximum allowed object size.',
      { MaxSizeAllowed: String(MAX_OBJECT_BYTES) },
    )
  }
}

function sizeOf(parts: readonly UploadedPart[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0)
}
