/** PostObject: an upload by a form, whose policy somebody with credentials signed. */

import { checkKeyLength } from '../s3-address.ts'
import type { S3Call, S3Response } from '../s3-call.ts'
import { invalidArgument, notImplemented } from '../s3-refusal.ts'
import { readTaggingDocument } from '../wire/object-tags.ts'
import { checkPostPolicy } from '../wire/post-policy.ts'
import { xmlElement, xmlText } from '../wire/s3-xml.ts'
import type { UploadForm } from '../wire/upload-form.ts'
import { storeBody } from './put-object.ts'

/** Fields that are headers of PutObject. */
const HEADER_FIELDS =
  /^(?:cache-control|content-(?:type|disposition|encoding|language)|expires|x-amz-(?:meta-.*|storage-class|server-side-encryption|checksum-.*))$/

/** Fields of the signature. */
const SIGNATURE_FIELDS = /^x-amz-(?:algorithm|credential|date|signature|security-token)$/

/** The key that the form asks for: `${filename}` is the name of the file. */
export function keyOfForm({ fields, fileName }: UploadForm): string {
  const key = (fields.get('key') ?? '').replaceAll('${filename}', () => fileName)
  checkKeyLength(key)
  if (key !== '') return key
  throw invalidArgument(
    'key',
    '',
    "Bucket POST must contain a field named 'key'. If it is specified, please check the order of " +
      'the fields.',
  )
}

/**
 * @param call with the key of {@link keyOfForm}, and with the session that signed the policy
 * @see Amazon S3 API Reference, "POST Object"
 */
export async function postObject(
  call: S3Call,
  form: UploadForm,
  policy: Readonly<Record<string, unknown>>,
): Promise<S3Response> {
  const { file, fields } = form
  const { bucket, key } = call
  checkPostPolicy(policy, new Map([...fields, ['key', key], ['bucket', bucket]]), file.length)
  const { etag } = await storeBody({
    ...call,
    headers: headersOf(fields),
    readBody: async () => ({ content: file, trailers: new Map() }),
  })
  const path = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
  const headers = { etag: `"${etag}"`, location: path }
  const redirect = redirectOf(fields, { bucket, key, etag: `"${etag}"` })
  if (redirect) return { status: 303, headers: { ...headers, location: redirect } }
  const status = fields.get('success_action_status')
  if (status === '200') return { status: 200, headers }
  if (status !== '201') return { status: 204, headers }
  const document = xmlElement(
    'PostResponse',
    xmlText('Location', path),
    xmlText('Bucket', bucket),
    xmlText('Key', key),
    xmlText('ETag', `"${etag}"`),
  )
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${document}`
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body }
}

function headersOf(fields: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const unsupported = [...fields.keys()].find(
    (name) =>
      name.startsWith('x-amz-') && !HEADER_FIELDS.test(name) && !SIGNATURE_FIELDS.test(name),
  )
  if (unsupported !== undefined) throw notImplemented(`The field ${unsupported.slice(0, 80)}`)
  const headers = new Map([...fields].filter(([name]) => HEADER_FIELDS.test(name)))
  const acl = fields.get('acl')
  if (acl !== undefined) headers.set('x-amz-acl', acl)
  const tagging = fields.get('tagging')
  if (tagging !== undefined) {
    const tags = readTaggingDocument(Buffer.from(tagging, 'utf8'))
    headers.set('x-amz-tagging', tags.map((tag) => tag.map(encodeURIComponent).join('=')).join('&'))
  }
  return headers
}

/** Where the browser goes after the upload; the signed policy allows the address. */
function redirectOf(
  fields: ReadonlyMap<string, string>,
  result: Readonly<Record<string, string>>,
): string | undefined {
  const target = fields.get('success_action_redirect') ?? fields.get('redirect') ?? ''
  if (!URL.canParse(target)) return undefined
  const url = new URL(target)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, value)
  return url.href
}
