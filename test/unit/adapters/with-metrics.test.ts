/** Which metrics each audit record has, within CloudWatch's limits. */
import { type AuditRecord, BrokerError, REFUSAL_CODES } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { withMetrics } from '../../../packages/functions/src/adapters/audit/with-metrics.ts'
import { problemResponse } from '../../../packages/functions/src/endpoints/problem.ts'
import { countsIn, readEmbeddedMetrics } from '../../fixtures/embedded-metrics.ts'
import { NO_DEADLINE } from './calls.ts'

describe('counts', () => {
  it.each(REFUSAL_CODES)(
    'counts %s as an error if its status at the native endpoint is 5xx',
    async (code) => {
      const isFault = problemResponse(new BrokerError(code, ''), 'r').status >= 500
      const outcome = code === 'internal' || code === 'config_invalid' ? 'error' : 'refused'
      expect(countsIn(await lineOf({ code, outcome }))).toEqual({
        Refused: 1,
        [`Refused{Code=${code}}`]: 1,
        ...(isFault ? { Errors: 1 } : {}),
        ...(code === 'throttled' ? { Throttled: 1 } : {}),
      })
    },
  )

  it('counts new guests and conflicts of identity pools', async () => {
    expect(countsIn(await lineOf({ outcome: 'identified', newGuest: true }))).toEqual({
      NewGuests: 1,
    })
    const conflict = { code: 'access_denied', outcome: 'refused', identityConflict: true } as const
    expect(countsIn(await lineOf(conflict))).toMatchObject({ IdentityConflicts: 1 })
  })

  it('counts what is beyond a limit for callers, and not as throttled by AWS', async () => {
    const record = { code: 'throttled', outcome: 'refused', limit: 'subject' } as const
    expect(countsIn(await lineOf(record))).toEqual({
      ...{ Refused: 1, 'Refused{Code=throttled}': 1, LimitReached: 1 },
    })
  })

  it('counts an error without a code', async () => {
    expect(countsIn(await lineOf({ outcome: 'error' }))).toEqual({ Errors: 1 })
  })

  it.each([
    {
      when: 'STS refused',
      record: { code: 'sts_rejected', durationsMs: { obtain: 1, assume: 9 } },
      expected: ['StsErrors'],
    },
    {
      when: 'STS throttled',
      record: { code: 'throttled', durationsMs: { obtain: 1, assume: 9 } },
      expected: ['StsErrors'],
    },
    {
      when: 'the signer did not respond',
      record: { code: 'upstream_unavailable', durationsMs: { obtain: 1 } },
      expected: ['SigningErrors'],
    },
    {
      when: 'the signer throttled',
      record: { code: 'throttled', durationsMs: { obtain: 1 } },
      expected: ['SigningErrors'],
    },
    {
      when: 'the grant does not release its token',
      record: { code: 'access_denied', durationsMs: { obtain: 1 } },
      expected: [],
    },
    {
      when: 'the issuer did not respond',
      record: { code: 'issuer_unavailable', durationsMs: { verify: 1 } },
      expected: [],
    },
    {
      when: 'the table did not respond',
      record: { code: 'upstream_unavailable', durationsMs: { verify: 1, resolve: 1 } },
      expected: [],
    },
  ] as const)('counts $expected if $when', async ({ record, expected }) => {
    const names = Object.keys(countsIn(await lineOf(record)))
    const upstreams = names.filter((name) => name === 'StsErrors' || name === 'SigningErrors')
    expect(upstreams).toEqual(expected)
  })

  it('counts key fetches once, in the next line with metrics', async () => {
    let fetches = 2
    const { lines, audit } = collect(() => fetches)
    await audit.write(RECORD, NO_DEADLINE)
    await audit.write(RECORD, NO_DEADLINE)
    fetches = 5
    await audit.write({ ...RECORD, endpoint: 'explain' }, NO_DEADLINE)
    await audit.write(RECORD, NO_DEADLINE)
    expect(JSON.parse(String(lines[2]))).toEqual({ ...RECORD, endpoint: 'explain' })
    lines.splice(2, 1)
    expect(lines.map((line) => countsIn(line).KeyFetches)).toEqual([2, undefined, 3])
  })
})

describe('a line', () => {
  it('has the latencies and the token size of issued credentials, with their units', async () => {
    const durationsMs = {
      ...{ verify: 1.1, resolve: 0.2, match: 0.1 },
      ...{ render: 0.3, obtain: 2, assume: 30.4 },
    }
    const line = await lineOf({
      outcome: 'issued',
      ...{ sessionTokenUtilization: 12, sessionTokenSize: 1187 },
      durationsMs,
    })
    const embedded = readEmbeddedMetrics(line)
    expect([...embedded].map(([name, { value, unit }]) => [name, value, unit])).toEqual([
      ['Issued', 1, 'Count'],
      ['SessionTokenUtilization', 12, 'Percent'],
      ['SessionTokenSize', 1187, 'Bytes'],
      ['Latency', 34.1, 'Milliseconds'],
      ['VerifyLatency', 1.1, 'Milliseconds'],
      ['ResolveLatency', 0.2, 'Milliseconds'],
      ['ObtainLatency', 2, 'Milliseconds'],
      ['AssumeLatency', 30.4, 'Milliseconds'],
    ])
    for (const { namespace } of embedded.values()) expect(namespace).toBe('Broker/test')
    expect(JSON.parse(line)).toMatchObject({
      requestId: 'r',
      outcome: 'issued',
      durationsMs,
      time: RECORD.time,
    })
    expect(JSON.parse(line)._aws.Timestamp).toBe(Date.parse(RECORD.time))
  })

  it('fits into one log event with the longest record and all metrics', async () => {
    const tags = Array.from({ length: 50 }, (_, index) => [
      `${index}`.padEnd(128, 'k'),
      'ä'.repeat(256),
    ])
    const line = await lineOf({
      code: 'policy_too_large',
      reason: 'r'.repeat(1_000),
      // A token has at most 20,000 characters, and its claims have fewer.
      subject: 'ä'.repeat(20_000),
      issuer: 'i'.repeat(20_000),
      roleArn: 'a'.repeat(2_048),
      sessionTags: Object.fromEntries(tags),
      sessionTokenUtilization: 100,
      sessionTokenSize: 4096,
      userAgent: 'u'.repeat(256),
      durationsMs: { verify: 1, resolve: 1, match: 1, render: 1, obtain: 1, assume: 1 },
    })
    expect(readEmbeddedMetrics(line).size).toBeLessThanOrEqual(100)
    expect(Buffer.byteLength(line)).toBeLessThan(MAX_EVENT_BYTES)
  })
})

/** CloudWatch's limit on a log event. */
const MAX_EVENT_BYTES = 256 * 1024
const RECORD = {
  time: '2026-01-01T00:00:00.123Z',
  requestId: 'r',
  endpoint: 'native',
  outcome: 'refused',
  durationsMs: { verify: 1.1, resolve: 0.2 },
} as unknown as AuditRecord

function collect(countKeyFetches: () => number) {
  const lines: string[] = []
  const audit = { write: async (record: AuditRecord) => void lines.push(JSON.stringify(record)) }
  return { lines, audit: withMetrics(audit, { namespace: 'Broker/test', countKeyFetches }) }
}

async function lineOf(more: Partial<AuditRecord>): Promise<string> {
  const { lines, audit } = collect(() => 0)
  await audit.write({ ...RECORD, ...more }, NO_DEADLINE)
  expect(lines).toHaveLength(1)
  return String(lines[0])
}
