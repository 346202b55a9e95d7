/** The local S3 with `--data DIR`: what is there after a restart, and after a crash. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BUCKET, type LocalS3Environment, startS3Environment } from './s3-environment.ts'

let dataDir: string
let environment: LocalS3Environment

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'local-s3-'))
  environment = await startS3Environment({ dataDir })
})
afterEach(async () => {
  await environment.close()
  rmSync(dataDir, { recursive: true })
})

const at = (Key: string) => ({ Bucket: BUCKET, Key })
const put = (key: string, Body = key) =>
  environment.owner.send(new PutObjectCommand({ ...at(key), Body }))
const read = async (key: string) => {
  const found = await environment.owner.send(new GetObjectCommand(at(key)))
  return { ...found, text: await found.Body?.transformToString() }
}
const restart = async () => {
  await environment.close()
  environment = await startS3Environment({ dataDir })
}
const folder = (part: string) => join(dataDir, 's3', BUCKET, part)

it('keeps objects with all that belongs to them', async () => {
  const { ETag } = await environment.owner.send(
    new PutObjectCommand({
      ...{ ...at('a/../b'), Body: 'content', ContentType: 'text/plain' },
      ...{ Metadata: { a: 'b' }, Tagging: 'team=red', ChecksumAlgorithm: 'SHA256' },
    }),
  )
  await put('deleted')
  await environment.owner.send(new DeleteObjectCommand(at('deleted')))
  await environment.owner.send(new CreateBucketCommand({ Bucket: 'another' }))
  await environment.owner.send(new CreateBucketCommand({ Bucket: 'removed' }))
  await environment.owner.send(new DeleteBucketCommand({ Bucket: 'removed' }))
  const before = await read('a/../b')
  await restart()
  const after = await read('a/../b')
  expect(after).toMatchObject({
    ...{ ETag, text: 'content', ContentType: 'text/plain', Metadata: { a: 'b' } },
    ...{ LastModified: before.LastModified, ChecksumSHA256: before.ChecksumSHA256 },
  })
  const { TagSet } = await environment.owner.send(new GetObjectTaggingCommand(at('a/../b')))
  expect(TagSet).toEqual([{ Key: 'team', Value: 'red' }])
  const { Contents } = await environment.owner.send(new ListObjectsV2Command({ Bucket: BUCKET }))
  expect(Contents?.map(({ Key }) => Key)).toEqual(['a/../b'])
  await environment.owner.send(new HeadBucketCommand({ Bucket: 'another' }))
  await expect(
    environment.owner.send(new HeadBucketCommand({ Bucket: 'removed' })),
  ).rejects.toMatchObject({ name: 'NotFound' })
})

it('names files by digests, so that no key leaves the folder, and keeps them private', async () => {
  const keys = ['../../outside', '/etc/passwd', '..', 'a/b/c', 'k'.repeat(1024)]
  for (const key of keys) await put(key)
  expect(existsSync(join(dataDir, 'outside'))).toBe(false)
  const records = readdirSync(folder('objects'))
  expect(records).toHaveLength(keys.length)
  expect(records.every((name) => /^[\da-f]{64}\.json$/.test(name))).toBe(true)
  expect(readdirSync(join(dataDir, 's3'))).toEqual([BUCKET])
  for (const part of ['objects', 'blobs']) {
    expect(statSync(folder(part)).mode & 0o077).toBe(0)
    for (const name of readdirSync(folder(part)))
      expect(statSync(join(folder(part), name)).mode & 0o077).toBe(0)
  }
})

it('has no files of replaced and deleted objects', async () => {
  for (const body of ['1', '2', '3']) await put('replaced', body)
  await put('deleted')
  await environment.owner.send(new DeleteObjectCommand(at('deleted')))
  expect(readdirSync(folder('objects'))).toHaveLength(1)
  expect(readdirSync(folder('blobs'))).toHaveLength(1)
})

it('has the object before or after a write that a crash ended', async () => {
  await put('kept', 'before')
  // A blob without a record, a record that was not renamed, and a bucket without its file.
  writeFileSync(join(folder('blobs'), '0'.repeat(32)), 'after')
  writeFileSync(join(folder('objects'), `${'0'.repeat(64)}.json.new`), '{"key":"kept"')
  const { UploadId } = await environment.owner.send(
    new CreateMultipartUploadCommand(at('unfinished')),
  )
  await environment.owner.send(
    new UploadPartCommand({ ...at('unfinished'), UploadId, PartNumber: 1, Body: 'part' }),
  )
  await environment.owner.send(new CreateBucketCommand({ Bucket: 'half-created' }))
  rmSync(join(dataDir, 's3', 'half-created', 'bucket.json'))
  await restart()
  expect((await read('kept')).text).toBe('before')
  expect(readdirSync(folder('blobs'))).toHaveLength(1)
  expect(readdirSync(folder('objects'))).toHaveLength(1)
  await environment.owner.send(new CreateBucketCommand({ Bucket: 'half-created' }))
})

it('refuses to start with a file that is not complete, and names it', async () => {
  await put('damaged')
  const [record = ''] = readdirSync(folder('objects'))
  const path = join(folder('objects'), record)
  const text = readFileSync(path, 'utf8')
  for (const damaged of [text.slice(0, -10), text.replace('"damaged"', '"other"'), '{}']) {
    writeFileSync(path, damaged)
    await expect(startS3Environment({ dataDir })).rejects.toThrow(
      `${path} is not complete; restore it, or remove the folder of its bucket`,
    )
  }
  writeFileSync(path, text)
  const [blob = ''] = readdirSync(folder('blobs'))
  writeFileSync(join(folder('blobs'), blob), 'short')
  await expect(startS3Environment({ dataDir })).rejects.toThrow(blob)
})
