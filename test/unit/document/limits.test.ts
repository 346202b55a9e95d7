/** Limits of a tenant document: what is compiled, and what is refused. */

import { compileTenant } from '@token-broker/core/document'
import { expect, it } from 'vitest'
import { tenantDocument } from '../../fixtures/index.ts'

const compile = (limits: unknown) =>
  compileTenant(
    `${tenantDocument('acme', 'https://id.example')}\nlimits: ${JSON.stringify(limits)}\n`,
    'acme.yaml',
  )

it('compiles each limit, with the number of the rate where there is no burst', () => {
  const { tenant } = compile({
    tenant: { requestsPerSecond: 50, burst: 100 },
    subject: { requestsPerMinute: 30 },
    clientAddress: { requestsPerHour: 7 },
  })
  expect(tenant?.limits).toEqual({
    tenant: { requests: 50, seconds: 1, burst: 100 },
    subject: { requests: 30, seconds: 60, burst: 30 },
    clientAddress: { requests: 7, seconds: 3600, burst: 7 },
  })
})

it('has no limits where none is written', () => {
  expect(compile({}).tenant).not.toHaveProperty('limits')
})

const OUT_OF_RANGE = 'is out of range|write an integer from 1 to 1000000, or remove the limit'

it.each([
  [
    { tenant: { requestsPerSecond: 0 } },
    `limits.tenant.requestsPerSecond|the value 0 ${OUT_OF_RANGE}`,
  ],
  [
    { subject: { requestsPerSecond: 1, burst: 0 } },
    `limits.subject.burst|the value 0 ${OUT_OF_RANGE}`,
  ],
  [
    { tenant: { requestsPerSecond: 2_000_000 } },
    `limits.tenant.requestsPerSecond|the value 2000000 ${OUT_OF_RANGE}`,
  ],
  [
    { tenant: { burst: 5 } },
    'limits.tenant|the limit has no rate|write one of requestsPerSecond, requestsPerMinute, ' +
      'requestsPerHour, and optionally burst',
  ],
  [
    { tenant: { requestsPerSecond: 5, requestsPerHour: 5 } },
    'limits.tenant|the limit has 2 rates|write one of requestsPerSecond, requestsPerMinute, ' +
      'requestsPerHour, and optionally burst',
  ],
  [
    { tenant: { requestsPerHour: 1, burst: 25 } },
    'limits.tenant.burst|it would take 25 h until a burst of 25 requests is admitted again|write ' +
      'at most 24, which takes a day',
  ],
  [{ refused: { requestsPerHour: 1 } }, 'limits.refused|unknown field refused in limits|'],
])('refuses %j, once', (limits, expected) => {
  const { errors } = compile(limits)
  expect(errors.map(({ path, message, hint }) => `${path}|${message}|${hint}`)).toEqual([
    expect.stringContaining(expected),
  ])
})
