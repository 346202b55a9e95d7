/** BROKER_LIMITS: what is read, and what is refused with what to write instead. */
import { expect, it } from 'vitest'
import { readLimits } from '../../../packages/functions/src/configuration/limits-configuration.ts'

const read = (limits: unknown) =>
  readLimits({ BROKER_LIMITS: typeof limits === 'string' ? limits : JSON.stringify(limits) })

it('reads each limit with its rate, and the burst or the number of the rate', () => {
  expect(
    read({
      clientAddress: { requestsPerSecond: 20, burst: 100 },
      refused: { requestsPerMinute: 30 },
      tenant: { requestsPerHour: 1 },
      subject: { requestsPerSecond: 1_000_000 },
    }),
  ).toEqual({
    clientAddress: { requests: 20, seconds: 1, burst: 100 },
    refused: { requests: 30, seconds: 60, burst: 30 },
    tenant: { requests: 1, seconds: 3600, burst: 1 },
    subject: { requests: 1_000_000, seconds: 1, burst: 1_000_000 },
  })
})

it.each([undefined, '', '{}'])('has no limits where %j is set', (text) => {
  expect(readLimits({ BROKER_LIMITS: text })).toBeUndefined()
})

const OUT_OF_RANGE = 'write an integer from 1 to 1000000, or remove the limit.'

it.each([
  ['20', 'is not a JSON object; set it to limits such as {"clientAddress": '],
  ['{', 'is not a JSON object'],
  ['[]', 'is not a JSON object'],
  [{ address: { requestsPerSecond: 1 } }, 'use tenant, subject, clientAddress, refused.'],
  [{ tenant: 5 }, 'has a limit tenant that is not valid; write numbers for the fields'],
  [{ tenant: { rate: 5 } }, 'has a limit tenant that is not valid; write numbers for the fields'],
  [{ tenant: { requestsPerSecond: '5' } }, 'has a limit tenant that is not valid'],
  [{ tenant: { burst: 5 } }, 'tenant: the limit has no rate; write one of requestsPerSecond, '],
  [{ tenant: { requestsPerSecond: 5, requestsPerHour: 5 } }, 'the limit has 2 rates; write one'],
  [
    { tenant: { requestsPerSecond: 0 } },
    `wrong limit tenant.requestsPerSecond: the value 0 is out of range; ${OUT_OF_RANGE}`,
  ],
  [
    { subject: { requestsPerSecond: 5, burst: 0 } },
    `wrong limit subject.burst: the value 0 is out of range; ${OUT_OF_RANGE}`,
  ],
  [{ tenant: { requestsPerSecond: -1 } }, 'the value -1 is out of range'],
  [{ tenant: { requestsPerMinute: 1.5 } }, 'the value 1.5 is out of range'],
  [{ tenant: { requestsPerHour: 1_000_001 } }, 'the value 1000001 is out of range'],
  [
    { refused: { requestsPerHour: 2, burst: 49 } },
    'wrong limit refused.burst: it would take 25 h until a burst of 49 requests is admitted ' +
      'again; write at most 48, which takes a day.',
  ],
])('refuses %j', (limits, message) => {
  expect(() => read(limits)).toThrow(message)
  expect(() => read(limits)).toThrow('Environment variable BROKER_LIMITS ')
})
