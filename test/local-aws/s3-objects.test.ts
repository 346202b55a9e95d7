/** Objects of the local S3, with the client of the AWS SDK: headers, ranges and conditions. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUCKET, type LocalS3Environment, startS3Environment } from './s3-environment.ts'
import { signHeaders } from './sign-s3-request.ts'

let environment: LocalS3Environment

beforeAll(async () => {
  environment = await startS3Environment()
})
afterAll(() => environment.close())

const at = (Key: string) => ({ Bucket: BUCKET, Key })
const put = (key: string, Body = key, more: Partial<PutObjectCommandInput> = {}) =>
  environment.owner.send(new PutObjectCommand({ ...at(key), Body, ...more }))
const get = (key: string, more = {}) =>
  environment.owner.send(new GetObjectCommand({ ...at(key), ...more }))
const head = (key: string, more = {}) =>
  environment.owner.send(new HeadObjectCommand({ ...at(key), ...more }))
const read = async (key: string, more = {}) => (await get(key, more)).Body?.transformToString()
const remove = (key: string, more = {}) =>
  environment.owner.send(new DeleteObjectCommand({ ...at(key), ...more }))

describe('an object', () => {
  it('is returned with its headers, metadata, ETag and time', async () => {
    const { ETag } = await put('a/b', 'hello', {
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment; filename="x"',
      ContentLanguage: 'de',
      ContentEncoding: 'identity',
      Metadata: { Colour: 'red' },
    })
    expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"')
    const found = await get('a/b')
    expect(await found.Body?.transformToString()).toBe('hello')
    expect(found).toMatchObject({
      ...{ ETag, ContentLength: 5, ContentType: 'text/plain', CacheControl: 'no-store' },
      ...{ ContentLanguage: 'de', ContentEncoding: 'identity', AcceptRanges: 'bytes' },
      ...{ ContentDisposition: 'attachment; filename="x"', Metadata: { colour: 'red' } },
    })
    expect(Math.abs(Date.now() - Number(found.LastModified))).toBeLessThan(3000)
    expect(await head('a/b')).toMatchObject({ ETag, ContentLength: 5, ContentType: 'text/plain' })
  })

  it('without a type is binary, and may be empty', async () => {
    await put('empty', '')
    expect(await head('empty')).toMatchObject({ ContentType: 'application/octet-stream' })
    expect(await read('empty')).toBe('')
    await expect(get('empty', { Range: 'bytes=0-' })).rejects.toMatchObject({
      name: 'InvalidRange',
    })
  })

  it('is replaced and deleted, and a deletion of nothing succeeds', async () => {
    await put('replaced', 'one', { Metadata: { a: '1' } })
    await put('replaced', 'two')
    expect(await get('replaced')).toMatchObject({ Metadata: {} })
    expect(await read('replaced')).toBe('two')
    await remove('replaced')
    await remove('replaced')
    await expect(get('replaced')).rejects.toMatchObject({ name: 'NoSuchKey' })
    await expect(head('replaced')).rejects.toMatchObject({ name: 'NotFound' })
  })

  it('is returned with the headers that a URL asks for', async () => {
    await put('overridden', 'x')
    const overrides = {
      ResponseContentType: 'text/csv',
      ResponseContentDisposition: 'attachment; filename=report.csv',
      ResponseCacheControl: 'max-age=1',
    }
    expect(await get('overridden', overrides)).toMatchObject({
      ...{ ContentType: 'text/csv', CacheControl: 'max-age=1' },
      ContentDisposition: 'attachment; filename=report.csv',
    })
    await expect(
      get('overridden', { ResponseContentType: 'text/html\r\nset-cookie: a=b' }),
    ).rejects.toMatchObject({ name: 'InvalidArgument' })
  })

  it('has at most 2 KB of user metadata', async () => {
    const metadata = (bytes: number) => ({ Metadata: { a: 'x'.repeat(bytes - 1) } })
    await put('metadata', 'x', metadata(2048))
    expect((await head('metadata')).Metadata?.a).toHaveLength(2047)
    await expect(put('metadata', 'x', metadata(2049))).rejects.toMatchObject({
      name: 'MetadataTooLarge',
    })
  })
})

describe('a range', () => {
  beforeAll(() => put('range', '0123456789'))

  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-99', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('%s returns %s', async (Range, content, ContentRange) => {
    const found = await get('range', { Range, ChecksumMode: 'ENABLED' })
    expect(found).toMatchObject({ ContentRange, ContentLength: content.length })
    expect(found.$metadata.httpStatusCode).toBe(206)
    expect(found.ChecksumCRC32).toBeUndefined()
    expect(await found.Body?.transformToString()).toBe(content)
  })

  it.each(['bytes=4-2', 'bytes=a-b', 'items=0-1', 'bytes=0-1,3-4'])(
    '%s is ignored, as S3 does',
    async (Range) => {
      const found = await get('range', { Range })
      expect(found.$metadata.httpStatusCode).toBe(200)
      expect(await found.Body?.transformToString()).toBe('0123456789')
    },
  )

  it.each(['bytes=10-', 'bytes=-0', 'bytes=99-100'])('%s cannot be satisfied', async (Range) => {
    await expect(get('range', { Range })).rejects.toMatchObject({
      ...{ name: 'InvalidRange', ActualObjectSize: '10', RangeRequested: Range },
      $metadata: { httpStatusCode: 416 },
    })
  })
})

it.each([
  ['the ETag', (etag: string) => etag, 206],
  ['another ETag', () => '"other"', 200],
  ['a weak ETag', (etag: string) => `W/${etag}`, 200],
  ['the time', (_: string, time: string) => time, 206],
  ['an earlier time', () => new Date(0).toUTCString(), 200],
])('a range with If-Range: %s', async (_, ifRange, status) => {
  await put('if-range', '0123456789')
  const { ETag = '', LastModified } = await head('if-range')
  const toSign = {
    ...{ method: 'GET', path: `/${BUCKET}/if-range` },
    headers: { range: 'bytes=0-1', 'if-range': ifRange(ETag, LastModified?.toUTCString() ?? '') },
  }
  const headers = signHeaders(environment.url, toSign, environment.ownerKeys)
  const found = await fetch(environment.url + toSign.path, { headers })
  expect([found.status, (await found.text()).length]).toEqual([status, status === 206 ? 2 : 10])
})

describe('a conditional read', () => {
  let etag: string
  const past = new Date('2020-01-01')
  const future = new Date(Date.now() + 86_400_000)

  beforeAll(async () => {
    etag = (await put('conditional', 'content')).ETag ?? ''
  })

  it.each([
    ['If-Match with the ETag', () => ({ IfMatch: etag })],
    ['If-Match with the ETag in a list', () => ({ IfMatch: `"other", ${etag}` })],
    ['If-None-Match with another', () => ({ IfNoneMatch: '"other"' })],
    ['If-Modified-Since before', () => ({ IfModifiedSince: past })],
    ['If-Unmodified-Since after', () => ({ IfUnmodifiedSince: future })],
    [
      'If-Match that is true and If-Unmodified-Since that is not',
      () => ({ IfMatch: etag, IfUnmodifiedSince: past }),
    ],
    [
      'If-None-Match that is true and If-Modified-Since that is not',
      () => ({ IfNoneMatch: '"other"', IfModifiedSince: future }),
    ],
  ])('succeeds: %s', async (_, condition) => {
    expect(await read('conditional', condition())).toBe('content')
  })

  it.each([
    ['If-Match with another ETag', () => ({ IfMatch: '"other"' })],
    ['If-Unmodified-Since before', () => ({ IfUnmodifiedSince: past })],
  ])('is refused with 412: %s', async (_, condition) => {
    await expect(get('conditional', condition())).rejects.toMatchObject({
      ...{ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } },
    })
  })

  it.each([
    ['If-None-Match with the ETag', () => ({ IfNoneMatch: etag })],
    ['If-Modified-Since after', () => ({ IfModifiedSince: future })],
    [
      'If-None-Match that is false and If-Modified-Since that is true',
      () => ({ IfNoneMatch: etag, IfModifiedSince: past }),
    ],
  ])('ends with 304: %s', async (_, condition) => {
    await expect(get('conditional', condition())).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    })
  })
})

describe('a conditional write', () => {
  it('creates an object once', async () => {
    await put('once', 'first', { IfNoneMatch: '*' })
    await expect(put('once', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
      ...{ name: 'PreconditionFailed', Condition: 'If-None-Match' },
    })
    expect(await read('once')).toBe('first')
  })

  it('replaces the object that its ETag names, and no other', async () => {
    const { ETag } = await put('versioned', '1')
    await put('versioned', '2', { IfMatch: ETag })
    await expect(put('versioned', '3', { IfMatch: ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    })
    await expect(put('absent', '1', { IfMatch: ETag })).rejects.toMatchObject({
      name: 'NoSuchKey',
    })
    expect(await read('versioned')).toBe('2')
  })

  it('lets one of many writers at the same time win', async () => {
    const writes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, writer) => put('race', String(writer), { IfNoneMatch: '*' })),
    )
    expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const winner = writes.findIndex(({ status }) => status === 'fulfilled')
    expect(await read('race')).toBe(String(winner))
  })

  it('deletes only the object that its ETag names', async () => {
    const { ETag } = await put('deleted', '1')
    await expect(remove('deleted', { IfMatch: '"other"' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    })
    await remove('deleted', { IfMatch: ETag })
    await expect(remove('deleted', { IfMatch: '*' })).rejects.toMatchObject({ name: 'NoSuchKey' })
  })

  it('with another value is refused by name', async () => {
    await expect(put('other', '1', { IfNoneMatch: '"x"' })).rejects.toMatchObject({
      ...{ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } },
    })
  })
})
