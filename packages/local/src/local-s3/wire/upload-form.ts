/**
 * Reads the form of an upload by POST.
 * @see RFC 7578
 * @see Amazon S3 API Reference, "POST Object"
 */
import { s3Refusal } from '../s3-refusal.ts'

export interface UploadForm {
  /** By name in lower case: those before the file. What comes after it is ignored, as in S3. */
  readonly fields: ReadonlyMap<string, string>
  readonly file: Buffer
  /** The last part of the path that the browser sent; empty if it sent none. */
  readonly fileName: string
}

/** Of all fields before the file. */
export const MAX_FIELDS_BYTES = 20_000
const MAX_FIELDS = 100
const LINE_END = Buffer.from('\r\n')
const HEADERS_END = Buffer.from('\r\n\r\n')

/** @throws {AwsRefusal} `MalformedPOSTRequest`, `MaxPostPreDataLengthExceededError` */
export function readUploadForm(body: Buffer, contentType: string | undefined): UploadForm {
  const delimiter = Buffer.from(`--${boundaryOf(contentType)}`)
  const closing = Buffer.concat([LINE_END, delimiter])
  const fields = new Map<string, string>()
  if (!body.subarray(0, delimiter.length).equals(delimiter)) throw malformed()
  let at = delimiter.length
  let bytes = 0
  for (;;) {
    if (!body.subarray(at, at + 2).equals(LINE_END)) throw malformed()
    const headersEnd = body.indexOf(HEADERS_END, at)
    if (headersEnd === -1 || headersEnd - at > MAX_FIELDS_BYTES) throw malformed()
    const start = headersEnd + HEADERS_END.length
    const end = body.indexOf(closing, start)
    if (end === -1) throw malformed()
    const { name, fileName } = readDisposition(body.toString('utf8', at + 2, headersEnd))
    if (name === 'file') return { fields, file: body.subarray(start, end), fileName }
    bytes += end - at
    if (bytes > MAX_FIELDS_BYTES) {
      throw s3Refusal(
        'MaxPostPreDataLengthExceededError',
        'Your POST request fields preceding the upload file were too large.',
      )
    }
    // Of two values, the policy could be compared with one, and the other be used.
    if (fields.has(name) || fields.size >= MAX_FIELDS) throw malformed()
    fields.set(name, body.toString('utf8', start, end))
    at = end + closing.length
  }
}

function boundaryOf(contentType = ''): string {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(
      contentType,
    ) ?? []
  const boundary = quoted ?? plain
  if (boundary !== undefined) return boundary
  throw s3Refusal(
    'PreconditionFailed',
    'Bucket POST must be of the enclosure-type multipart/form-data',
    { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
  )
}

function readDisposition(headers: string): { readonly name: string; readonly fileName: string } {
  const line = headers.split('\r\n').find((one) => /^content-disposition:/i.test(one)) ?? ''
  const parameters = new Map(
    [...line.matchAll(/;\s*(name|filename)="((?:[^"\\]|\\.)*)"/gi)].map(
      ([, parameter = '', value = '']) => [parameter.toLowerCase(), value] as const,
    ),
  )
  const name = parameters.get('name')
  if (!name) throw malformed()
  const path = parameters.get('filename') ?? ''
  return { name: name.toLowerCase(), fileName: path.replace(/^.*[/\\]/s, '') }
}

function malformed() {
  return s3Refusal(
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
  )
}
