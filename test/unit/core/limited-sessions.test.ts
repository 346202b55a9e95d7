/** A webhook limits how long the sessions of a token may last. */
import { compileTenant } from '@token-broker/core/document'
import { expect, it } from 'vitest'
import type { RequestFields } from '../../../packages/core/src/model/credential-request.ts'
import { showTrace } from '../../../packages/core/src/model/trace.ts'
import type { TokenStatement } from '../../../packages/core/src/verify/verify-opaque-token.ts'
import { createRequestPath, ROLE } from './run-request.ts'

const FIELDS = { subjectToken: 'opaque', tenant: 'acme' }
const { tenant } = compileTenant(
  JSON.stringify({
    tenant: 'acme',
    issuers: [
      {
        issuer: 'idp',
        audiences: ['app'],
        verify: { kind: 'webhook', url: 'https://hook.example', secret: 'hook' },
      },
    ],
    rules: [
      { name: 'all read', grant: 'read' },
      { name: 'all release', grant: 'released' },
    ],
    grants: {
      read: { role: ROLE, duration: '1h', maxDuration: '2h' },
      released: { role: `${ROLE}-released`, releasedAudience: 'acme-released' },
    },
  }),
  'acme.json',
)

it.each([
  [900, undefined, 900],
  [3600, undefined, 3600],
  [7200, undefined, 3600],
  [undefined, undefined, 3600],
  [1800, 1800, 1800],
  [1800, 900, 900],
  [undefined, 7200, 7200],
])('of a limit of %j s and a request for %j s, it lasts %i s', async (limit, requested, lasts) => {
  const { assumedWith } = await issue(limit, requested)
  expect(assumedWith).toEqual([expect.objectContaining({ durationSeconds: lasts })])
})

it('is refused where the caller requests more than the limit', async () => {
  const { outcome, assumedWith } = await issue(1800, 1801)
  expect(outcome).toMatchObject({
    code: 'access_denied',
    callerMessage:
      'The requested duration is too long: the issuer of the token allows sessions of at most ' +
      '1800 s, and the request is for 1801 s; request 1800 s or less.',
  })
  expect(assumedWith).toEqual([])
})

it('is refused where the caller requests more than the grant has, below the limit', async () => {
  expect((await issue(9000, 7201)).outcome).toMatchObject({
    callerMessage: expect.stringContaining('the grant allows sessions of at most 7200 s, '),
  })
})

it('is shown in the trace', async () => {
  const { trace } = await pathWith({ maxSessionSeconds: 900 }).explain(FIELDS)
  expect(showTrace(trace)).toContainEqual({
    stage: 'render',
    check: 'duration is within what the issuer allows',
    passed: true,
    expected: '<= 900 s',
    found: '900',
  })
  const unlimited = await pathWith({}).explain(FIELDS)
  expect(JSON.stringify(showTrace(unlimited.trace))).not.toContain('what the issuer allows')
})

it('is not left to the holder of a released token', async () => {
  const fields = { ...FIELDS, grant: 'released' }
  const limited = pathWith({ maxSessionSeconds: 43_200 })
  expect(await limited.release(fields)).toMatchObject({
    code: 'access_denied',
    callerMessage: expect.stringContaining('limits the duration of sessions'),
  })
  expect(limited.calls).not.toContain('sign')
  expect(limited.records).toMatchObject([
    { reason: expect.stringContaining('(obtain: the issuer does not limit the duration') },
  ])
  expect(await pathWith({}).release(fields)).toMatchObject({ token: expect.anything() })
})

async function issue(maxSessionSeconds?: number, durationSeconds?: number) {
  const path = pathWith(maxSessionSeconds === undefined ? {} : { maxSessionSeconds })
  const fields: Partial<RequestFields> = { ...FIELDS, durationSeconds }
  const outcome = await path.issue(fields)
  return { outcome, assumedWith: path.assumedWith }
}

function pathWith(limit: Pick<TokenStatement, 'maxSessionSeconds'>) {
  return createRequestPath({
    tenants: {
      findTrusts: async () => [],
      findPool: async () => undefined,
      load: async () => tenant,
    },
    opaqueVerifier: { verify: async () => ({ claims: { sub: 'alice' }, ...limit }) },
  })
}
