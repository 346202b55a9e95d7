/** Multipart uploads to the local S3: order, sizes, checksums, copies of parts, and races. */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUCKET, type LocalS3Environment, startS3Environment } from './s3-environment.ts'

let environment: LocalS3Environment

const MIB = 1024 ** 2
const FIRST = Buffer.alloc(5 * MIB, 'a')
const SECOND = Buffer.from('the end')
const at = (Key: string) => ({ Bucket: BUCKET, Key })

beforeAll(async () => {
  environment = await startS3Environment()
})
afterAll(() => environment.close())

async function start(key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) {
  const command = new CreateMultipartUploadCommand({ ...at(key), ...more })
  return (await environment.owner.send(command)).UploadId ?? ''
}

async function upload(key: string, UploadId: string, PartNumber: number, Body: Buffer, more = {}) {
  const command = new UploadPartCommand({ ...at(key), UploadId, PartNumber, Body, ...more })
  const { ETag, ChecksumCRC32, ChecksumSHA256 } = await environment.owner.send(command)
  return { PartNumber, ETag, ChecksumCRC32, ChecksumSHA256 }
}

const complete = (key: string, UploadId: string, Parts: CompletedPart[], more = {}) =>
  environment.owner.send(
    new CompleteMultipartUploadCommand({
      ...at(key),
      UploadId,
      MultipartUpload: { Parts },
      ...more,
    }),
  )
const content = async (key: string, more = {}) => {
  const found = await environment.owner.send(new GetObjectCommand({ ...at(key), ...more }))
  return { ...found, bytes: Buffer.from((await found.Body?.transformToByteArray()) ?? []) }
}

describe('a multipart upload', () => {
  it('makes one object of its parts, with the ETag of AWS', async () => {
    const id = await start('big', {
      ContentType: 'text/plain',
      Metadata: { a: 'b' },
      Tagging: 'c=d',
    })
    const parts = [await upload('big', id, 7, SECOND), await upload('big', id, 2, FIRST)]
    const { ETag } = await complete('big', id, parts.toReversed())
    const digests = [FIRST, SECOND].map((part) => createHash('md5').update(part).digest())
    const digest = createHash('md5').update(Buffer.concat(digests)).digest('hex')
    expect(ETag).toBe(`"${digest}-2"`)
    const found = await content('big')
    expect(found.bytes.equals(Buffer.concat([FIRST, SECOND]))).toBe(true)
    expect(found).toMatchObject({ ContentType: 'text/plain', Metadata: { a: 'b' }, TagCount: 1 })
    const second = await content('big', { PartNumber: 2 })
    expect([second.bytes.toString(), second.PartsCount]).toEqual(['the end', 2])
    await expect(content('big', { PartNumber: 3 })).rejects.toMatchObject({ name: 'InvalidRange' })
    await expect(complete('big', id, parts)).rejects.toMatchObject({ name: 'NoSuchUpload' })
  })

  it('keeps the last part of each number, and lists them', async () => {
    const id = await start('listed')
    await upload('listed', id, 1, SECOND)
    const parts = []
    for (const number of [1, 2, 3])
      parts.push(await upload('listed', id, number, Buffer.from(`part ${number}`)))
    const page = { ...at('listed'), UploadId: id, MaxParts: 2 }
    const first = await environment.owner.send(new ListPartsCommand(page))
    expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      ...[
        [1, 6],
        [2, 6],
      ],
    ])
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' })
    const second = await environment.owner.send(
      new ListPartsCommand({ ...page, PartNumberMarker: first.NextPartNumberMarker }),
    )
    expect(second.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3])
    expect(second.IsTruncated).toBe(false)
  })

  it.each([
    ['parts out of order', 'InvalidPartOrder', [2, 1]],
    ['a part twice', 'InvalidPartOrder', [1, 1]],
    ['a part that is missing', 'InvalidPart', [1, 3]],
    ['a small part before the last', 'EntityTooSmall', [2, 4]],
    ['no part', 'MalformedXML', []],
  ])('is refused for %s, and can still be completed', async (_, name, numbers) => {
    const id = await start('refused')
    const parts = new Map<number, CompletedPart>()
    for (const [number, body] of [
      [1, FIRST],
      [2, SECOND],
      [4, SECOND],
    ] as const)
      parts.set(number, await upload('refused', id, number, body))
    const wanted = numbers.map((PartNumber) => ({
      ETag: '"x"',
      ...parts.get(PartNumber),
      PartNumber,
    }))
    await expect(complete('refused', id, wanted)).rejects.toMatchObject({ name })
    await complete('refused', id, [...parts.values()].slice(0, 2))
  })

  it('is refused for the ETag of another part', async () => {
    const id = await start('other')
    const part = await upload('other', id, 1, SECOND)
    const parts = [{ ...part, ETag: '"0cc175b9c0f1b6a831c399e269772661"' }]
    await expect(complete('other', id, parts)).rejects.toMatchObject({ name: 'InvalidPart' })
  })

  it('is used only with the key that it was started for', async () => {
    const id = await start('mine')
    const part = await upload('mine', id, 1, SECOND)
    const theirs = { ...at('theirs'), UploadId: id }
    await expect(complete('theirs', id, [part])).rejects.toMatchObject({ name: 'NoSuchUpload' })
    await expect(upload('theirs', id, 1, SECOND)).rejects.toMatchObject({ name: 'NoSuchUpload' })
    for (const refused of await Promise.allSettled([
      environment.owner.send(new ListPartsCommand(theirs)),
      environment.owner.send(new AbortMultipartUploadCommand(theirs)),
    ]))
      expect(refused).toMatchObject({ reason: { name: 'NoSuchUpload' } })
  })

  it('leaves nothing when it is aborted', async () => {
    const id = await start('aborted')
    await upload('aborted', id, 1, FIRST)
    await environment.owner.send(
      new AbortMultipartUploadCommand({ ...at('aborted'), UploadId: id }),
    )
    const { Uploads = [] } = await environment.owner.send(
      new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: 'aborted' }),
    )
    expect(Uploads).toEqual([])
    await expect(upload('aborted', id, 2, FIRST)).rejects.toMatchObject({ name: 'NoSuchUpload' })
  })

  it('is completed once, however often at the same time, and creates an object once', async () => {
    const id = await start('raced')
    const part = await upload('raced', id, 1, FIRST)
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => complete('raced', id, [part])),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const again = await start('raced')
    const second = await upload('raced', again, 1, SECOND)
    await expect(complete('raced', again, [second], { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    })
    expect((await content('raced')).bytes).toHaveLength(FIRST.length)
  })

  it('has a checksum of the checksums of its parts, or of the whole object', async () => {
    const composite = await start('composite', { ChecksumAlgorithm: 'SHA256' })
    const sha256 = { ChecksumAlgorithm: 'SHA256' }
    const parts = [
      await upload('composite', composite, 1, FIRST, sha256),
      await upload('composite', composite, 2, SECOND, sha256),
    ]
    const hashes = [FIRST, SECOND].map((part) => createHash('sha256').update(part).digest())
    const hash = createHash('sha256').update(Buffer.concat(hashes)).digest('base64')
    const found = await complete('composite', composite, parts)
    expect(found).toMatchObject({ ChecksumSHA256: `${hash}-2`, ChecksumType: 'COMPOSITE' })

    const whole = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const
    const full = await start('full', whole)
    const fullParts = [
      await upload('full', full, 1, FIRST, { ChecksumAlgorithm: 'CRC32' }),
      await upload('full', full, 2, SECOND, { ChecksumAlgorithm: 'CRC32' }),
    ]
    const crc = Buffer.alloc(4)
    crc.writeUInt32BE(crc32(SECOND, crc32(FIRST)))
    await expect(
      complete('full', full, fullParts, { ...whole, ChecksumCRC32: 'AAAAAA==' }),
    ).rejects.toMatchObject({ name: 'BadDigest' })
    await complete('full', full, fullParts, { ...whole, ChecksumCRC32: crc.toString('base64') })
    const head = await environment.owner.send(
      new HeadObjectCommand({ ...at('full'), ChecksumMode: 'ENABLED' }),
    )
    expect(head).toMatchObject({
      ...{ ChecksumCRC32: crc.toString('base64'), ChecksumType: 'FULL_OBJECT' },
    })
  })

  it('refuses a part with a checksum of another algorithm', async () => {
    const id = await start('algorithm', { ChecksumAlgorithm: 'SHA256' })
    await expect(
      upload('algorithm', id, 1, SECOND, { ChecksumAlgorithm: 'CRC32' }),
    ).rejects.toMatchObject({ name: 'InvalidRequest' })
  })

  it('copies parts from other objects', async () => {
    await environment.owner.send(new PutObjectCommand({ ...at('source'), Body: '0123456789' }))
    const id = await start('copied')
    const copy = (more: object) =>
      environment.owner.send(
        new UploadPartCopyCommand({
          ...{ ...at('copied'), UploadId: id, PartNumber: 1, CopySource: `${BUCKET}/source` },
          ...more,
        }),
      )
    const { CopyPartResult } = await copy({ CopySourceRange: 'bytes=2-4' })
    await complete('copied', id, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }])
    expect((await content('copied')).bytes.toString()).toBe('234')
    const again = await start('copied')
    const failing = { UploadId: again }
    for (const [range, name] of [
      ['bytes=2-', 'InvalidArgument'],
      ['bytes=5-10', 'InvalidRange'],
    ])
      await expect(copy({ ...failing, CopySourceRange: range })).rejects.toMatchObject({ name })
    await expect(copy({ ...failing, CopySourceIfMatch: '"x"' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    })
  })
})
