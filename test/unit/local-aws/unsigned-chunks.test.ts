/** Bodies of requests to S3: their hash, their limit, and chunks that are not signed. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { readBody } from '../../../packages/local/src/local-aws/signature/read-body.ts'
import { check, signed } from './sdk-signed.ts'

const MAX = 20_000
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

it('accepts the body with the signed hash, and no other', async () => {
  expect((await read('content', sha256('content'))).content.toString()).toBe('content')
  await expect(read('another', sha256('content'))).rejects.toMatchObject({
    code: 'XAmzContentSHA256Mismatch',
    details: { S3ComputedContentSHA256: sha256('another') },
  })
  expect((await read('any', 'UNSIGNED-PAYLOAD')).content.toString()).toBe('any')
})

it('refuses a body that is longer than the limit, before all of it is read', async () => {
  expect((await read('a'.repeat(MAX), 'UNSIGNED-PAYLOAD')).content).toHaveLength(MAX)
  let isReadToTheEnd = false
  async function* endless() {
    for (let n = 0; n < 1000; n++) yield Buffer.alloc(1000)
    isReadToTheEnd = true
  }
  await expect(read(endless(), 'UNSIGNED-PAYLOAD')).rejects.toMatchObject({
    code: 'EntityTooLarge',
  })
  expect(isReadToTheEnd).toBe(false)
})

it('decodes chunks that are not signed, with a trailer', async () => {
  const { content, trailers } = await readChunks([9000, 9000, 1])
  expect(content).toHaveLength(18_001)
  expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'AAAAAA==']])
  expect((await readChunks([])).content).toHaveLength(0)
})

it.each([
  ['chunks that are longer than the limit', [MAX + 1], (text: string) => text, 'EntityTooLarge'],
  ['a small chunk before the last', [8191, 1], (text: string) => text, 'InvalidChunkSizeError'],
  ['no trailer', [1], (text: string) => text.replace(/x-amz.*/, ''), 'MalformedTrailerError'],
  [
    'another trailer',
    [1],
    (text: string) => text.replace('crc32', 'crc64'),
    'MalformedTrailerError',
  ],
  [
    'a trailer twice',
    [1],
    (text: string) => text.replace(/(x-amz.*)/, '$1\r\n$1'),
    'MalformedTrailerError',
  ],
  [
    'a trailer without a name',
    [1],
    (text: string) => text.replace('x-amz-checksum-crc32', ''),
    'MalformedTrailerError',
  ],
  [
    'a size that is not a number',
    [1],
    (text: string) => text.replace(/^1/, '+1'),
    'IncompleteBody',
  ],
  ['a size in another base', [1], (text: string) => text.replace(/^1/, '0x1'), 'IncompleteBody'],
  ['an enormous size', [1], (text: string) => text.replace(/^1/, 'ffffffff'), 'IncompleteBody'],
  [
    'no line break after a chunk',
    [1],
    (text: string) => text.replace('a\r\n', 'a'),
    'IncompleteBody',
  ],
  ['no end', [9000], (text: string) => text.slice(0, 9000), 'IncompleteBody'],
  ['nothing at all', [1], () => '', 'IncompleteBody'],
])('refuses %s', async (_name, sizes, change, code) => {
  await expect(readChunks(sizes, change)).rejects.toMatchObject({ code })
})

function readChunks(sizes: readonly number[], change = (text: string) => text) {
  const chunks = sizes.map((size) => `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n`)
  const body = change(`${chunks.join('')}0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n`)
  const length = sizes.reduce((sum, size) => sum + size, 0)
  return read(body, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', {
    'x-amz-decoded-content-length': String(length),
    'x-amz-trailer': 'x-amz-checksum-crc32',
  })
}

async function read(
  body: string | AsyncIterable<Buffer>,
  payload: string,
  more: Readonly<Record<string, string>> = {},
) {
  const headers = { 'x-amz-content-sha256': payload, ...more }
  const authenticated = check(await signed({ method: 'PUT', headers }))
  const stream = Readable.from(typeof body === 'string' ? [Buffer.from(body)] : body)
  return readBody(Object.assign(stream, { headers }), authenticated, MAX)
}
