/** The parts of the file of compiled tenants that its writer and its reader share. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  bucketName,
  bucketOf,
  DIRECTORY_LINE_BYTES,
  directoryLine,
  readDirectoryLine,
  shardName,
  shardOf,
  TENANTS_FILE_VERSION,
} from '../../../packages/core/src/model/tenants-file-layout.ts'

it('has a version, which changes with the layout', () => {
  expect(TENANTS_FILE_VERSION).toBe(4)
})

describe('a line of the directory', () => {
  it('has a fixed width, so that each can be found by its number', () => {
    expect(directoryLine([0, 0])).toBe('000000000000 000000000000\n')
    expect(directoryLine([17, 250_000])).toBe('000000000017 000000250000\n')
    expect(directoryLine([999_999_999_999, 1])).toHaveLength(DIRECTORY_LINE_BYTES)
    expect(DIRECTORY_LINE_BYTES).toBe(26)
  })

  it('is read as what was written', () => {
    for (const place of [
      [0, 0],
      [17, 250_000],
      [999_999_999_999, 123_456_789_012],
    ] as const)
      expect(readDirectoryLine(directoryLine(place))).toEqual(place)
  })

  it.each([
    '',
    '\n',
    '000000000017 000000250000',
    '000000000017  000000250000\n',
    '000000000017-000000250000\n',
    '00000000017 000000250000\n',
    '000000000017 00000250000\n',
    '0000000000170 000000250000\n',
    '000000000017 0000002500000\n',
    '00000000001x 000000250000\n',
    '000000000017 00000025000x\n',
    ' 000000000017 000000250000\n',
    '000000000017 000000250000\n\n',
    '000000000017 000000250000\r\n',
  ])('%j was not written', (line) => {
    expect(readDirectoryLine(line)).toBeUndefined()
  })
})

describe('a bucket', () => {
  it('is found by the kind and the name', () => {
    expect(bucketName('tenant', 'acme')).toBe('tenant:acme')
    expect(bucketName('issuer', 'acme')).toBe('issuer:acme')
  })

  it('is the rest of the first 32 bits of the digest', () => {
    for (const name of ['tenant:acme', 'issuer:https://id.example', 'origin:é']) {
      const digest = createHash('sha256').update(name).digest()
      for (const buckets of [1, 2, 7, 4096])
        expect(bucketOf(name, buckets)).toBe(digest.readUInt32BE(0) % buckets)
    }
  })
})

it('a shard of a map is found by its key, and maps have shards of their own', () => {
  expect(shardName(3, 12)).toBe('3.12')
  for (const key of ['acme', 'é', ''])
    expect(shardOf({ id: 7, shards: 5 }, key)).toBe(`7.${bucketOf(key, 5)}`)
})
