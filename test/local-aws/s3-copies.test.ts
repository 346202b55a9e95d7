/** Copies, tags, checksums and the deletion of many objects at the local S3. */
import { createHash } from 'node:crypto'
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  type Tag,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  allowObjects,
  BUCKET,
  type LocalS3Environment,
  startS3Environment,
} from './s3-environment.ts'

let environment: LocalS3Environment

beforeAll(async () => {
  environment = await startS3Environment()
})
afterAll(() => environment.close())

const at = (Key: string) => ({ Bucket: BUCKET, Key })
const put = (key: string, more: Partial<PutObjectCommandInput> = {}) =>
  environment.owner.send(new PutObjectCommand({ ...at(key), Body: key, ...more }))
const head = (key: string, more = {}) =>
  environment.owner.send(new HeadObjectCommand({ ...at(key), ...more }))
const tagsOf = async (key: string) =>
  (await environment.owner.send(new GetObjectTaggingCommand(at(key)))).TagSet

describe('a copy', () => {
  const copy = (from: string, to: string, more: Partial<CopyObjectCommandInput> = {}) =>
    environment.owner.send(
      new CopyObjectCommand({ ...at(to), CopySource: encodeURI(`${BUCKET}/${from}`), ...more }),
    )

  beforeAll(async () => {
    await put('from', {
      ...{ ContentType: 'text/plain', Metadata: { a: '1' }, Tagging: 'team=red' },
      ChecksumAlgorithm: 'SHA1',
    })
  })

  it('has the content, metadata, tags and checksum of its source', async () => {
    const { CopyObjectResult } = await copy('from', 'to')
    const { ETag } = await head('from')
    expect(CopyObjectResult).toMatchObject({
      ...{ ETag, ChecksumSHA1: createHash('sha1').update('from').digest('base64') },
    })
    expect(await head('to')).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } })
    expect(await tagsOf('to')).toEqual([{ Key: 'team', Value: 'red' }])
  })

  it('has other metadata and tags where the request replaces them', async () => {
    await copy('from', 'replaced', {
      ...{ MetadataDirective: 'REPLACE', ContentType: 'text/csv', Metadata: { b: '2' } },
      ...{ TaggingDirective: 'REPLACE', Tagging: 'team=blue' },
    })
    expect(await head('replaced')).toMatchObject({
      ...{ ContentType: 'text/csv', Metadata: { b: '2' } },
    })
    expect(await tagsOf('replaced')).toEqual([{ Key: 'team', Value: 'blue' }])
  })

  it('of an object onto itself must change something', async () => {
    await put('self')
    await expect(copy('self', 'self')).rejects.toMatchObject({ name: 'InvalidRequest' })
    await copy('self', 'self', { MetadataDirective: 'REPLACE', Metadata: { changed: 'yes' } })
    const { Body, Metadata } = await environment.owner.send(new GetObjectCommand(at('self')))
    expect([await Body?.transformToString(), Metadata]).toEqual(['self', { changed: 'yes' }])
  })

  it('of a key with any characters finds that key', async () => {
    for (const key of ['a b', 'ü/?#', '100%', 'a//b', '../x', '+']) {
      await put(key)
      await copy('x', 'target', { CopySource: `/${BUCKET}/${encodeURIComponent(key)}` })
      const { Body } = await environment.owner.send(new GetObjectCommand(at('target')))
      expect(await Body?.transformToString()).toBe(key)
    }
  })

  it.each<[string, Partial<CopyObjectCommandInput>, string]>([
    ['an ETag that differs', { CopySourceIfMatch: '"x"' }, 'PreconditionFailed'],
    ['a time before', { CopySourceIfUnmodifiedSince: new Date(0) }, 'PreconditionFailed'],
    ['a target that exists', { IfNoneMatch: '*' }, 'PreconditionFailed'],
    ['a target with another ETag', { IfMatch: '"x"' }, 'PreconditionFailed'],
    ['a version', { CopySource: `${BUCKET}/from?versionId=1` }, 'NotImplemented'],
    ['a source without a key', { CopySource: BUCKET }, 'InvalidArgument'],
    ['a source that is absent', { CopySource: `${BUCKET}/absent` }, 'NoSuchKey'],
    ['a bucket that is absent', { CopySource: 'absent/x' }, 'NoSuchBucket'],
  ])('is refused for %s', async (_, more, name) => {
    await put('target')
    await expect(copy('from', 'target', more)).rejects.toMatchObject({ name })
  })

  it('is allowed only for the source that a policy names', async () => {
    await put('public/a')
    const session = environment.connect(
      environment.openSession([
        allowObjects('', 's3:GetObject'),
        {
          ...allowObjects('own/', 's3:PutObject'),
          Condition: { StringLike: { 's3:x-amz-copy-source': `${BUCKET}/public/*` } },
        },
      ]),
    )
    const send = (source: string) =>
      session.send(new CopyObjectCommand({ ...at('own/copy'), CopySource: `/${BUCKET}/${source}` }))
    await send('public/a')
    await put('private')
    await expect(send('private')).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(send('public/../private')).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    })
    const plain = session.send(new PutObjectCommand({ ...at('own/copy'), Body: 'x' }))
    await expect(plain).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

describe('tags', () => {
  const setTags = (key: string, TagSet: Tag[]) =>
    environment.owner.send(new PutObjectTaggingCommand({ ...at(key), Tagging: { TagSet } }))

  it('are set, replaced and removed', async () => {
    await put('tags', { Tagging: 'a=1&b=two%20words' })
    expect(await tagsOf('tags')).toEqual([
      ...[
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: 'two words' },
      ],
    ])
    expect((await head('tags')).TagCount).toBe(2)
    await setTags('tags', [{ Key: 'c', Value: '+++' }])
    expect(await tagsOf('tags')).toEqual([{ Key: 'c', Value: '+++' }])
    await environment.owner.send(new DeleteObjectTaggingCommand(at('tags')))
    expect(await tagsOf('tags')).toEqual([])
    await expect(setTags('absent', [])).rejects.toMatchObject({ name: 'NoSuchKey' })
  })

  it.each<[string, Tag[]]>([
    ['more than ten', Array.from({ length: 11 }, (_, index) => ({ Key: `${index}`, Value: '' }))],
    ['a key of 129 characters', [{ Key: 'k'.repeat(129), Value: '' }]],
    ['a value of 257 characters', [{ Key: 'k', Value: 'v'.repeat(257) }]],
    [
      'a key twice',
      [
        { Key: 'k', Value: '1' },
        { Key: 'k', Value: '2' },
      ],
    ],
    [
      'keys that differ only in case',
      [
        { Key: 'k', Value: '1' },
        { Key: 'K', Value: '2' },
      ],
    ],
    ['a key of AWS', [{ Key: 'aws:k', Value: '1' }]],
    ['other characters', [{ Key: 'k', Value: '<' }]],
  ])('are refused: %s', async (_, tags) => {
    await put('limits')
    await expect(setTags('limits', tags)).rejects.toMatchObject({ name: 'InvalidTag' })
  })

  it('decide where a policy names those of the object or of the request', async () => {
    await put('red', { Tagging: 'Team=red' })
    await put('blue', { Tagging: 'Team=blue' })
    const session = environment.connect(
      environment.openSession([
        {
          ...allowObjects('', 's3:GetObject'),
          Condition: { StringEquals: { 's3:ExistingObjectTag/Team': 'red' } },
        },
        {
          ...allowObjects('', 's3:PutObject', 's3:PutObjectTagging'),
          Condition: {
            StringEquals: { 's3:RequestObjectTag/Team': 'red' },
            'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': 'Team' },
          },
        },
      ]),
    )
    await session.send(new GetObjectCommand(at('red')))
    const write = (Tagging: string) =>
      session.send(new PutObjectCommand({ ...at('new'), Body: 'x', Tagging }))
    const retag = (Key: string, Value: string) =>
      session.send(
        new PutObjectTaggingCommand({ ...at('red'), Tagging: { TagSet: [{ Key, Value }] } }),
      )
    await write('Team=red')
    await retag('Team', 'red')
    for (const denied of await Promise.allSettled([
      session.send(new GetObjectCommand(at('blue'))),
      ...[write('Team=blue'), write('Team=red&other=1'), write(''), retag('Team', 'blue')],
    ]))
      expect(denied).toMatchObject({ reason: { name: 'AccessDenied' } })
  })
})

describe('a checksum', () => {
  // Of 123456789, for which the catalogues of checksums list these values.
  const EXPECTED = {
    ChecksumCRC32: 'y/Q5Jg==',
    ChecksumCRC32C: '4waSgw==',
    ChecksumSHA1: '98O8HYCOBHMq32eZZczDTKeuNEE=',
    ChecksumSHA256: 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
    ChecksumCRC64NVME: 'rosUhgp5mIg=',
  }

  it.each(Object.entries(EXPECTED))('%s is validated, kept and returned', async (name, value) => {
    const Body = '123456789'
    await put(name, { Body, [name]: value })
    expect(await head(name, { ChecksumMode: 'ENABLED' })).toMatchObject({ [name]: value })
    expect(await head(name)).not.toHaveProperty(name)
    const wrong = put(name, { Body: '12345678', [name]: value })
    await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' })
  })

  it('in Content-MD5 is validated', async () => {
    const md5 = (text: string) => createHash('md5').update(text).digest('base64')
    await put('md5', { Body: 'x', ContentMD5: md5('x') })
    for (const [ContentMD5, name] of [
      [md5('y'), 'BadDigest'],
      ['not base64', 'InvalidDigest'],
    ])
      await expect(put('md5', { Body: 'x', ContentMD5 })).rejects.toMatchObject({ name })
  })
})

describe('the deletion of many objects', () => {
  const deleteAll = (keys: readonly string[], client = environment.owner, more = {}) =>
    client.send(
      new DeleteObjectsCommand({
        ...{ Bucket: BUCKET, Delete: { Objects: keys.map((Key) => ({ Key })), ...more } },
      }),
    )

  it('reports each key, and deletes those that the session may delete', async () => {
    const keys = ['many/own/1', 'many/own/<&>"\'', 'many/other/1', 'many/own/absent']
    for (const key of keys.slice(0, 3)) await put(key)
    const session = environment.connect(
      environment.openSession([allowObjects('many/own/', 's3:DeleteObject')]),
    )
    const { Deleted = [], Errors = [] } = await deleteAll(keys, session)
    expect(Deleted.map(({ Key }) => Key)).toEqual([keys[0], keys[1], keys[3]])
    expect(Errors).toMatchObject([
      {
        ...{ Key: 'many/other/1', Code: 'AccessDenied' },
        Message: expect.stringContaining('s3:DeleteObject'),
      },
    ])
    const { Contents = [] } = await environment.owner.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'many/' }),
    )
    expect(Contents.map(({ Key }) => Key)).toEqual(['many/other/1'])
    expect(environment.lines.at(-1)).toMatch(/200 with AccessDenied for a key: session policy/)
  })

  it('reports only errors where the request asks for that', async () => {
    await put('quiet')
    expect((await deleteAll(['quiet'], environment.owner, { Quiet: true })).Deleted).toBeUndefined()
  })

  it('deletes at most 1,000 keys', async () => {
    const keys = Array.from({ length: 1001 }, (_, index) => `k${index}`)
    expect((await deleteAll(keys.slice(1))).Deleted).toHaveLength(1000)
    await expect(deleteAll(keys)).rejects.toMatchObject({ name: 'MalformedXML' })
  })

  it('refuses versions by name, and compares ETags', async () => {
    await put('etag')
    const Objects = [
      { Key: 'etag', ETag: '"x"' },
      { Key: 'etag', VersionId: '1' },
    ]
    const { Errors } = await environment.owner.send(
      new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }),
    )
    expect(Errors?.map(({ Code }) => Code)).toEqual(['PreconditionFailed', 'NotImplemented'])
    await head('etag')
  })
})
