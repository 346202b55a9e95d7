/** ListParts and ListMultipartUploads. */
import { isoTime, type S3Call, type S3Response, xmlResponse } from '../s3-call.ts'
import { invalidArgument } from '../s3-refusal.ts'
import { compareUtf8 } from '../store/sorted-keys.ts'
import type { Upload } from '../store/uploads.ts'
import { checksumElement } from '../wire/checksums.ts'
import { commonPrefixElements, listPage, readKeyEncoding, readPageSize } from '../wire/listing.ts'
import { type Xml, xmlDocument, xmlElement, xmlText } from '../wire/s3-xml.ts'
import { OWNER } from './buckets.ts'

const INITIATOR = OWNER.replaceAll('Owner>', 'Initiator>')

/** @see Amazon S3 API Reference, "ListParts" */
export function listParts({ access, bucket, key, parameters }: S3Call): S3Response {
  const size = readPageSize(parameters, 'max-parts')
  const marker = parameters.get('part-number-marker') || '0'
  if (!/^\d{1,10}$/.test(marker)) {
    throw invalidArgument(
      'part-number-marker',
      marker,
      'Argument part-number-marker must be an integer between 0 and 2147483647',
    )
  }
  const { uploads } = access.open(bucket, [{ action: 's3:ListMultipartUploadParts', key }])
  const upload = uploads.find(parameters.get('uploadId') ?? '', key)
  const rest = [...upload.parts]
    .filter(([number]) => number > Number(marker))
    .sort(([left], [right]) => left - right)
  const shown = rest.slice(0, size)
  const isTruncated = rest.length > shown.length && shown.length > 0
  return xmlResponse(
    xmlDocument(
      'ListPartsResult',
      xmlText('Bucket', bucket),
      xmlText('Key', key),
      xmlText('UploadId', upload.id),
      ...[INITIATOR, OWNER, xmlText('StorageClass', 'STANDARD')],
      xmlText('PartNumberMarker', Number(marker)),
      xmlText('NextPartNumberMarker', isTruncated ? shown.at(-1)?.[0] : undefined),
      xmlText('MaxParts', size),
      xmlText('IsTruncated', isTruncated),
      xmlText('ChecksumAlgorithm', upload.checksum?.algorithm),
      xmlText('ChecksumType', upload.checksum?.type),
      ...shown.map(([number, part]) =>
        xmlElement(
          'Part',
          xmlText('PartNumber', number),
          xmlText('LastModified', isoTime(part.modifiedAtMs)),
          xmlText('ETag', `"${part.etag}"`),
          xmlText('Size', part.size),
          part.checksum
            ? xmlText(checksumElement(part.checksum.algorithm), part.checksum.value)
            : '',
        ),
      ),
    ),
  )
}

/**
 * The uploads of one key are always on one page.
 * @see Amazon S3 API Reference, "ListMultipartUploads"
 */
export function listMultipartUploads({ access, bucket, parameters }: S3Call): S3Response {
  const size = readPageSize(parameters, 'max-uploads')
  const encode = readKeyEncoding(parameters)
  const marker = parameters.get('key-marker') ?? ''
  const { uploads } = access.open(bucket, [{ action: 's3:ListBucketMultipartUploads' }])
  const byKey = Map.groupBy(uploads.all(), (upload) => upload.key)
  const keys = [...byKey.keys()].sort(compareUtf8)
  const prefix = parameters.get('prefix') ?? ''
  const delimiter = parameters.get('delimiter') ?? ''
  const page = listPage((start) => keys.filter((key) => compareUtf8(key, start) >= 0), {
    ...{ prefix, delimiter, size },
    after: marker,
  })
  const shown = page.keys.flatMap((key) => byKey.get(key) ?? [])
  return xmlResponse(
    xmlDocument(
      'ListMultipartUploadsResult',
      xmlText('Bucket', bucket),
      xmlText('KeyMarker', encode(marker)),
      xmlText('UploadIdMarker', parameters.get('upload-id-marker') ?? ''),
      xmlText('NextKeyMarker', page.last && encode(page.last)),
      xmlText('NextUploadIdMarker', page.last && shown.at(-1)?.id),
      xmlText('Prefix', encode(prefix)),
      delimiter === '' ? '' : xmlText('Delimiter', encode(delimiter)),
      xmlText('EncodingType', parameters.get('encoding-type') || undefined),
      xmlText('MaxUploads', size),
      xmlText('IsTruncated', page.last !== undefined),
      ...shown.map((upload) => uploadElement(upload, encode)),
      ...commonPrefixElements(page.commonPrefixes, encode),
    ),
  )
}

function uploadElement(upload: Upload, encode: (key: string) => string): Xml {
  return xmlElement(
    'Upload',
    xmlText('Key', encode(upload.key)),
    xmlText('UploadId', upload.id),
    ...[INITIATOR, OWNER, xmlText('StorageClass', 'STANDARD')],
    xmlText('Initiated', isoTime(upload.startedAtMs)),
    xmlText('ChecksumAlgorithm', upload.checksum?.algorithm),
    xmlText('ChecksumType', upload.checksum?.type),
  )
}
