/** The permissions that a write of an object needs, with the condition keys of its headers. */
import type { Need, NeedContext } from '../s3-access.ts'
import type { ObjectTags } from '../wire/object-tags.ts'

export interface WriteOptions {
  /** Whether it creates the object; a part of an upload does not. */
  readonly creates: boolean
  /** Tags that the request gives to the object. */
  readonly tags?: ObjectTags
  /** Of a copy: `BUCKET/KEY`. */
  readonly copySource?: string
}

/** Headers that are condition keys of the same name. */
const HEADER_KEYS = [
  ...['x-amz-acl', 'x-amz-metadata-directive', 'x-amz-server-side-encryption'],
  'x-amz-storage-class',
]
/** Those that only the request that creates an object has. */
const CONDITION_KEYS = ['if-match', 'if-none-match']

/** @param headers by name in lower case */
export function writeNeeds(
  key: string,
  headers: ReadonlyMap<string, string>,
  { creates, tags, copySource }: WriteOptions,
): readonly Need[] {
  const names = creates ? [...HEADER_KEYS, ...CONDITION_KEYS] : HEADER_KEYS
  const sent = headerContext(headers, names)
  const requested = tags && tags.length > 0 ? requestTagContext(tags) : {}
  const put: Need = {
    action: 's3:PutObject',
    key,
    context: {
      ...{ ...sent, ...requested, 's3:objectcreationoperation': [String(creates)] },
      ...(copySource === undefined ? {} : { 's3:x-amz-copy-source': [copySource] }),
    },
  }
  const tagging: Need = { action: 's3:PutObjectTagging', key, context: requested }
  const ofAcl = headerContext(headers, ['x-amz-acl', 'x-amz-storage-class'])
  const acl: Need = { action: 's3:PutObjectAcl', key, context: ofAcl }
  return [
    put,
    ...(tags && tags.length > 0 ? [tagging] : []),
    ...(headers.has('x-amz-acl') ? [acl] : []),
    ...(creates ? comparisonNeeds(key, headers) : []),
  ]
}

/** To compare an ETag is to read: the response says whether the object has the caller's content. */
export function comparisonNeeds(
  key: string,
  headers: ReadonlyMap<string, string>,
): readonly Need[] {
  const etag = headers.get('if-match') ?? '*'
  return etag === '*' ? [] : [{ action: 's3:GetObject', key }]
}

export function headerContext(
  headers: ReadonlyMap<string, string>,
  names: readonly string[],
): NeedContext {
  const sent = names.flatMap((name) => {
    const value = headers.get(name)
    return value === undefined ? [] : [[`s3:${name}`, [value]] as const]
  })
  return Object.fromEntries(sent)
}

export function requestTagContext(tags: ObjectTags): NeedContext {
  return {
    's3:requestobjecttagkeys': tags.map(([key]) => key),
    ...Object.fromEntries(
      tags.map(([key, value]) => [`s3:requestobjecttag/${key.toLowerCase()}`, [value]]),
    ),
  }
}
