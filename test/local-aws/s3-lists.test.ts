/** Lists of the local S3: pages, delimiters, the order of keys, and the conditions on listing. */
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { PolicyStatement } from '@token-broker/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUCKET, type LocalS3Environment, startS3Environment } from './s3-environment.ts'

let environment: LocalS3Environment
let owner: S3Client

/** In the order of their UTF-8 bytes, which is not that of UTF-16 code units. */
const KEYS = [
  ...['a', 'a b+c', 'a/1', 'a/2', 'a/b/3', 'a//4', 'a/../5', 'b', 'b/6'],
  ...['ö', '\u{fffd}', '\u{10000}'],
].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))

beforeAll(async () => {
  environment = await startS3Environment()
  owner = environment.owner
  for (const Key of KEYS.toReversed())
    await owner.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }))
})
afterAll(() => environment.close())

async function list(input: Partial<ListObjectsV2CommandInput> = {}, client = owner) {
  return client.send(new ListObjectsV2Command({ Bucket: BUCKET, ...input }))
}
const keysOf = ({ Contents = [] }: Pick<ListObjectsV2CommandOutput, 'Contents'>) =>
  Contents.map(({ Key }) => Key)
const prefixesOf = ({ CommonPrefixes = [] }: Pick<ListObjectsV2CommandOutput, 'CommonPrefixes'>) =>
  CommonPrefixes.map(({ Prefix }) => Prefix)

describe('ListObjectsV2', () => {
  it('returns keys in the order of their UTF-8 bytes', async () => {
    const found = await list()
    expect(keysOf(found)).toEqual(KEYS)
    expect(found).toMatchObject({ KeyCount: KEYS.length, IsTruncated: false, MaxKeys: 1000 })
    expect(found.Contents?.[0]).toMatchObject({
      ...{ Key: 'a', Size: 1, StorageClass: 'STANDARD' },
      ETag: '"0cc175b9c0f1b6a831c399e269772661"',
    })
    expect(found.Contents?.[0]?.Owner).toBeUndefined()
    expect((await list({ FetchOwner: true })).Contents?.[0]?.Owner).toBeDefined()
  })

  it('groups keys by a delimiter', async () => {
    const found = await list({ Delimiter: '/' })
    expect(prefixesOf(found)).toEqual(['a/', 'b/'])
    expect(keysOf(found)).toEqual(KEYS.filter((key) => !key.includes('/')))
    expect(found.KeyCount).toBe(8)
    const below = await list({ Prefix: 'a/', Delimiter: '/' })
    expect(keysOf(below)).toEqual(['a/1', 'a/2'])
    expect(prefixesOf(below)).toEqual(['a/../', 'a//', 'a/b/'])
    expect(prefixesOf(await list({ Prefix: 'a', Delimiter: '/b' }))).toEqual(['a/b'])
  })

  it.each([1, 2, 3, 5])('returns pages of %i, each key and prefix once', async (MaxKeys) => {
    for (const Delimiter of [undefined, '/']) {
      const found: (string | undefined)[] = []
      let token: string | undefined
      do {
        const page = await list({ MaxKeys, Delimiter, ContinuationToken: token })
        expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys)
        expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined)
        found.push(...keysOf(page), ...prefixesOf(page))
        token = page.NextContinuationToken
      } while (token !== undefined)
      const whole = await list({ Delimiter })
      expect(found.sort()).toEqual([...keysOf(whole), ...prefixesOf(whole)].sort())
    }
  })

  it('starts after a key, whether there is such a key or not', async () => {
    expect(keysOf(await list({ StartAfter: 'a/2', Prefix: 'a/' }))).toEqual(['a/b/3'])
    expect(keysOf(await list({ StartAfter: 'a/a', Prefix: 'a/' }))).toEqual(['a/b/3'])
    expect(keysOf(await list({ StartAfter: '\u{10000}' }))).toEqual([])
  })

  it('accepts a page size of 0, and none that is not a number', async () => {
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false })
    for (const MaxKeys of [-1, Number.NaN])
      await expect(list({ MaxKeys })).rejects.toMatchObject({ name: 'InvalidArgument' })
    await expect(list({ ContinuationToken: 'not a token' })).rejects.toMatchObject({
      name: 'InvalidArgument',
    })
  })

  it('encodes keys like S3 where the client asks for it', async () => {
    const found = await list({ EncodingType: 'url', Prefix: 'a b', Delimiter: ' ' })
    expect(found).toMatchObject({ EncodingType: 'url', Prefix: 'a+b', Delimiter: '+' })
    expect(keysOf(found)).toEqual(['a+b%2Bc'])
    expect(keysOf(await list({ EncodingType: 'url', Prefix: 'a/..' }))).toEqual(['a/../5'])
  })
})

describe('ListObjects', () => {
  it('continues after its marker', async () => {
    const first = await owner.send(
      new ListObjectsCommand({ Bucket: BUCKET, Delimiter: '/', MaxKeys: 3 }),
    )
    expect([keysOf(first), prefixesOf(first), first.NextMarker]).toEqual([
      ...[['a', 'a b+c'], ['a/'], 'a/'],
    ])
    const second = await owner.send(
      new ListObjectsCommand({ Bucket: BUCKET, Delimiter: '/', Marker: first.NextMarker }),
    )
    expect(keysOf(second)).toEqual(['b', 'ö', '\u{fffd}', '\u{10000}'])
    const plain = await owner.send(new ListObjectsCommand({ Bucket: BUCKET, MaxKeys: 2 }))
    expect([plain.NextMarker, plain.IsTruncated]).toEqual([undefined, true])
  })
})

it('lists the unfinished uploads', async () => {
  for (const Key of ['up/2', 'up/1', 'up/deep/3'])
    await owner.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }))
  const found = await owner.send(
    new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: 'up/', Delimiter: '/' }),
  )
  expect(found.Uploads?.map(({ Key }) => Key)).toEqual(['up/1', 'up/2'])
  expect(prefixesOf(found)).toEqual(['up/deep/'])
})

describe('a condition on', () => {
  const allowList = (Condition: PolicyStatement['Condition']) =>
    environment.connect(
      environment.openSession([
        {
          ...{ Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}` },
          ...(Condition === undefined ? {} : { Condition }),
        },
      ]),
    )

  it.each<[string, PolicyStatement['Condition'], object[], object[]]>([
    [
      's3:prefix',
      { StringLike: { 's3:prefix': 'a/*' } },
      [{ Prefix: 'a/' }, { Prefix: 'a/b' }],
      [{}, { Prefix: '' }, { Prefix: 'a' }, { Prefix: 'b/' }],
    ],
    [
      's3:delimiter',
      { StringEquals: { 's3:delimiter': '/' } },
      [{ Delimiter: '/' }],
      [{}, { Delimiter: 'a' }],
    ],
    [
      's3:max-keys',
      { NumericLessThanEquals: { 's3:max-keys': '10' } },
      [{ MaxKeys: 10 }, { MaxKeys: 1 }],
      [{}, { MaxKeys: 11 }],
    ],
  ])('%s decides by the parameters of the request', async (_, condition, allowed, denied) => {
    const session = allowList(condition)
    for (const input of allowed) await list(input, session)
    for (const input of denied)
      await expect(list(input, session)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})
