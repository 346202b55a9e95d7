/** Every code is counted as what it is, and the line stays the audit record within CloudWatch's limits. */
import { type AuditRecord, BrokerError, REFUSAL_CODES } from '@token-broker/core'
import { expect, test } from 'vitest'
import { withMetrics } from '../../../packages/functions/src/adapters/audit/with-metrics.ts'
import { problemResponse } from '../../../packages/functions/src/endpoints/problem.ts'
import { countsIn, readEmbeddedMetrics } from '../../fixtures/embedded-metrics.ts'

const MAX_EVENT_BYTES = 256 * 1024
const RECORD = {
  time: '2026-01-01T00:00:00.123Z',
  requestId: 'r',
  endpoint: 'native',
  outcome: 'refused',
  durationsMs: { verify: 1.1, resolve: 0.2 },
} as unknown as AuditRecord

function collect(fetches: () => number = () => 0) {
  const lines: string[] = []
  const audit = { write: async (record: AuditRecord) => void lines.push(JSON.stringify(record)) }
  return {
    lines,
    audit: withMetrics(audit, { namespace: 'Broker/test', countKeyFetches: fetches }),
  }
}

async function lineOf(more: Partial<AuditRecord>): Promise<string> {
  const { lines, audit } = collect()
  await audit.write({ ...RECORD, ...more })
  expect(lines).toHaveLength(1)
  return String(lines[0])
}

test.each(REFUSAL_CODES)(
  '%s is an error exactly where the native door answers with a 5xx status',
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

test('an error that nobody gave a code is one', async () => {
  expect(countsIn(await lineOf({ outcome: 'error' }))).toEqual({ Errors: 1 })
})

test.each([
  ['STS refused', { code: 'sts_rejected', durationsMs: { obtain: 1, assume: 9 } }, ['StsErrors']],
  ['STS was too busy', { code: 'throttled', durationsMs: { obtain: 1, assume: 9 } }, ['StsErrors']],
  [
    'the signer did not answer',
    { code: 'upstream_unavailable', durationsMs: { obtain: 1 } },
    ['SigningErrors'],
  ],
  ['the signer was too busy', { code: 'throttled', durationsMs: { obtain: 1 } }, ['SigningErrors']],
  ['a token was not to be released', { code: 'access_denied', durationsMs: { obtain: 1 } }, []],
  ['the issuer did not answer', { code: 'issuer_unavailable', durationsMs: { verify: 1 } }, []],
  [
    'the table did not answer',
    { code: 'upstream_unavailable', durationsMs: { verify: 1, resolve: 1 } },
    [],
  ],
] as const)('%s', async (_, more, expected) => {
  const names = Object.keys(countsIn(await lineOf(more)))
  expect(names.filter((name) => name === 'StsErrors' || name === 'SigningErrors')).toEqual(expected)
})

test('what was issued has its latencies and the size of its policy, in their units', async () => {
  const durationsMs = {
    verify: 1.1,
    resolve: 0.2,
    match: 0.1,
    render: 0.3,
    obtain: 2,
    assume: 30.4,
  }
  const line = await lineOf({ outcome: 'issued', packedPolicySize: 12, durationsMs })
  const metrics = [...readEmbeddedMetrics(line)].map(([name, { value, unit }]) => [
    name,
    value,
    unit,
  ])
  expect(metrics).toEqual([
    ['Issued', 1, 'Count'],
    ['PackedPolicySize', 12, 'Percent'],
    ['Latency', 34.1, 'Milliseconds'],
    ['VerifyLatency', 1.1, 'Milliseconds'],
    ['ResolveLatency', 0.2, 'Milliseconds'],
    ['ObtainLatency', 2, 'Milliseconds'],
    ['AssumeLatency', 30.4, 'Milliseconds'],
  ])
  for (const { namespace } of readEmbeddedMetrics(line).values())
    expect(namespace).toBe('Broker/test')
  expect(JSON.parse(line)).toMatchObject({
    requestId: 'r',
    outcome: 'issued',
    durationsMs,
    time: RECORD.time,
  })
  expect(JSON.parse(line)._aws.Timestamp).toBe(Date.parse(RECORD.time))
})

test('key fetches are told once, by the next line that has metrics', async () => {
  let fetches = 2
  const { lines, audit } = collect(() => fetches)
  await audit.write(RECORD)
  await audit.write(RECORD)
  fetches = 5
  await audit.write({ ...RECORD, endpoint: 'explain' })
  await audit.write(RECORD)
  expect(JSON.parse(String(lines[2]))).toEqual({ ...RECORD, endpoint: 'explain' })
  lines.splice(2, 1)
  expect(lines.map((line) => countsIn(line).KeyFetches)).toEqual([2, undefined, 3])
})

test('the longest record with all metrics fits into one log event', async () => {
  const tags = Array.from({ length: 50 }, (_, index) => [
    `${index}`.padEnd(128, 'k'),
    'ä'.repeat(256),
  ])
  const line = await lineOf({
    code: 'policy_too_large',
    reason: 'r'.repeat(1_000),
    // A token has at most 20,000 characters, and its claims even fewer.
    subject: 'ä'.repeat(20_000),
    issuer: 'i'.repeat(20_000),
    roleArn: 'a'.repeat(2_048),
    sessionTags: Object.fromEntries(tags),
    packedPolicySize: 100,
    userAgent: 'u'.repeat(256),
    durationsMs: { verify: 1, resolve: 1, match: 1, render: 1, obtain: 1, assume: 1 },
  })
  expect(readEmbeddedMetrics(line).size).toBeLessThanOrEqual(100)
  expect(Buffer.byteLength(line)).toBeLessThan(MAX_EVENT_BYTES)
})
