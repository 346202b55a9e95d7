/** The headers of a request to S3, and refusals of those that would change what it means. */
import { notImplemented, s3Refusal } from './s3-refusal.ts'

/** Every other header that starts with `x-amz-` is refused by its name, and never ignored. */
const SUPPORTED =
  /^x-amz-(?:date|security-token|content-sha256|decoded-content-length|trailer|user-agent|acl|tagging|tagging-directive|metadata-directive|storage-class|server-side-encryption|copy-source|copy-source-range|copy-source-if-(?:none-)?match|copy-source-if-(?:un)?modified-since|checksum-(?:mode|type|algorithm|crc32|crc32c|crc64nvme|sha1|sha256)|sdk-checksum-algorithm|mp-object-size|expected-bucket-owner|source-expected-bucket-owner|object-ownership|meta-.+)$/

/** The parameters of a presigned URL that belong to its signature. */
const SIGNATURE_PARAMETERS = [
  ...['algorithm', 'credential', 'date', 'expires', 'security-token', 'signature'],
  ...['signedheaders', 'content-sha256'],
].map((name) => `x-amz-${name}`)

/** Headers of which this server uses one value. */
const USED_ONCE =
  /^(?:x-amz-.*|authorization|host|range|if-.*|content-.*|cache-control|expires|origin)$/

/**
 * @param rawHeaders names and values in turn
 * @param parameters of the query: as in S3, those of a presigned URL that begin with `x-amz-` count
 * as headers
 * @returns values by name in lower case
 * @throws {AwsRefusal} `NotImplemented` with the name of the header; `InvalidRequest`
 */
export function readHeaders(
  rawHeaders: readonly string[],
  parameters: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    if (headers.has(name) && USED_ONCE.test(name)) throw repeated(name)
    headers.set(name, (rawHeaders[index + 1] ?? '').trim())
  }
  for (const [parameter, value] of parameters) {
    const name = parameter.toLowerCase()
    if (!name.startsWith('x-amz-') || SIGNATURE_PARAMETERS.includes(name)) continue
    if (headers.has(name) && headers.get(name) !== value) throw repeated(name)
    headers.set(name, value)
  }
  const unsupported = [...headers.keys()].find(
    (name) => name.startsWith('x-amz-') && !SUPPORTED.test(name),
  )
  if (unsupported !== undefined) throw notImplemented(`The header ${unsupported.slice(0, 80)}`)
  return headers
}

function repeated(name: string) {
  return s3Refusal('InvalidRequest', `The header ${name} has several values; send one.`)
}
