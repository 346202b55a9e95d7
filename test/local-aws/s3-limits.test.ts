/** How much the local S3 stores and receives at one time. */
import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { createBodyLimit } from '../../packages/local/src/local-s3/body-limit.ts'
import { createBlobsInMemory } from '../../packages/local/src/local-s3/store/blobs.ts'
import { openBucket } from '../../packages/local/src/local-s3/store/bucket.ts'
import { createStorageLimit } from '../../packages/local/src/local-s3/store/storage-limit.ts'

const RECORDS = { save: () => undefined, remove: () => undefined }
const OBJECT = { etag: '', modifiedAtMs: 0, headers: {}, metadata: {}, tags: [] }

function openSmallBucket(maxBytes: number) {
  const limit = createStorageLimit(maxBytes, 'delete objects')
  return openBucket('small', 0, { blobs: createBlobsInMemory(limit), records: RECORDS, limit })
}

it('a full store refuses objects, and has room again after a deletion', async () => {
  const bucket = openSmallBucket(3000)
  const store = async (key: string, size: number) => {
    const blob = await bucket.writeContent([Buffer.alloc(size)], size)
    bucket.commit(key, { ...OBJECT, blob, size })
  }
  await store('a', 1000)
  await expect(store('b', 2000)).rejects.toMatchObject({
    ...{ status: 507, code: 'InsufficientStorage' },
    message: expect.stringMatching(/^The local S3 stores at most 3000 bytes, .* delete objects\.$/),
  })
  // The content fits, and what is remembered about the object does not.
  await expect(store('b', 1400)).rejects.toMatchObject({ code: 'InsufficientStorage' })
  for (let round = 0; round < 20; round++) await store('a', 500 + round)
  bucket.remove('a')
  for (let round = 0; round < 20; round++) {
    await expect(store('b', 2999)).rejects.toMatchObject({ code: 'InsufficientStorage' })
    await store('b', 100)
  }
  await store('c', 1000)
})

it('a failed write keeps the room that it needed', async () => {
  const bucket = openSmallBucket(3000)
  for (let round = 0; round < 20; round++) {
    const content = (async function* () {
      yield Buffer.alloc(10)
      throw new Error('the source failed')
    })()
    await expect(bucket.writeContent(content, 2000)).rejects.toThrow('the source failed')
    const blob = await bucket.writeContent([Buffer.alloc(2000)], 2000)
    const refuse = () => {
      throw new Error('a condition failed')
    }
    expect(() => bucket.commit('a', { ...OBJECT, blob, size: 2000 }, refuse)).toThrow(
      'a condition failed',
    )
  }
})

it('a write that ends after its bucket was removed stores nothing', async () => {
  const bucket = openSmallBucket(3000)
  const blob = await bucket.writeContent([Buffer.alloc(1)], 1)
  bucket.close()
  expect(() => bucket.commit('a', { ...OBJECT, blob, size: 1 })).toThrow(
    'The specified bucket does not exist',
  )
})

it('bodies are received up to a total, and up to the limit of each', async () => {
  const limit = createBodyLimit(1000)
  const body = (headers: IncomingMessage['headers'], maxBytes = 1000) => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const incoming = { headers } as IncomingMessage
    return { done: limit.reading(incoming, maxBytes, () => promise), resolve }
  }
  const first = body({ 'content-length': '600' })
  await expect(body({ 'content-length': '600' }).done).rejects.toMatchObject({
    ...{ status: 503, code: 'SlowDown' },
  })
  first.resolve('received')
  expect(await first.done).toBe('received')
  const second = body({ 'content-length': '600' })
  second.resolve('received, too')
  expect(await second.done).toBe('received, too')
  await expect(body({ 'content-length': '600' }, 500).done).rejects.toMatchObject({
    code: 'EntityTooLarge',
  })
  await expect(body({ 'transfer-encoding': 'chunked' }).done).rejects.toMatchObject({
    code: 'MissingContentLength',
  })
})
