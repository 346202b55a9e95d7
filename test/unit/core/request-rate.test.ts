/** Limits as they are written: the first and the last number that is accepted. */
import { expect, it } from 'vitest'
import { readRateLimit, type WrittenLimit } from '../../../packages/core/src/model/request-rate.ts'

it.each<[WrittenLimit, object]>([
  [{ requestsPerSecond: 1 }, { requests: 1, seconds: 1, burst: 1 }],
  [
    { requestsPerMinute: 7, burst: 9 },
    { requests: 7, seconds: 60, burst: 9 },
  ],
  [
    { requestsPerHour: 7, burst: undefined },
    { requests: 7, seconds: 3600, burst: 7 },
  ],
  [{ requestsPerSecond: 1_000_000 }, { requests: 1_000_000, seconds: 1, burst: 1_000_000 }],
  [
    { requestsPerHour: 1, burst: 24 },
    { requests: 1, seconds: 3600, burst: 24 },
  ],
  [
    { requestsPerHour: 9, requestsPerSecond: undefined },
    { requests: 9, seconds: 3600, burst: 9 },
  ],
])('%j is a limit', (written, limit) => {
  expect(readRateLimit(written)).toStrictEqual(limit)
})

const RANGE = 'write an integer from 1 to 1000000, or remove the limit'
const ONE = 'write one of requestsPerSecond, requestsPerMinute, requestsPerHour, and optionally bur'

it.each<[WrittenLimit, string | undefined, string, string]>([
  [{}, undefined, 'the limit has no rate', ONE],
  [{ burst: 1 }, undefined, 'the limit has no rate', ONE],
  [{ requestsPerHour: 1, requestsPerMinute: 1 }, undefined, 'the limit has 2 rates', ONE],
  [{ requestsPerHour: 0 }, 'requestsPerHour', 'the value 0 is out of range', RANGE],
  [{ requestsPerHour: 1.5 }, 'requestsPerHour', 'the value 1.5 is out of range', RANGE],
  [{ requestsPerHour: 1_000_001 }, 'requestsPerHour', 'the value 1000001 is out of ran', RANGE],
  [{ requestsPerHour: 1, burst: -1 }, 'burst', 'the value -1 is out of range', RANGE],
  [
    { requestsPerMinute: 2, burst: 2881 },
    'burst',
    'it would take 24 h until a burst of 2881 requests is admitted again',
    'write at most 2880, which takes a day',
  ],
  [
    { requestsPerHour: 1, burst: 48 },
    'burst',
    'it would take 48 h until a burst of 48 requests is admitted again',
    'write at most 24, which takes a day',
  ],
])('%j is none', (written, field, message, hint) => {
  expect(readRateLimit(written)).toEqual({
    field,
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  })
})
