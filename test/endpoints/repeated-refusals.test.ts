/** The container endpoint repeats refusals: for how long, to whom, and what it records. */
import { beforeEach, expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'

let now = Date.UTC(2026, 0, 1)
const { audit, failAudit, get, issuer, sts, token } = await startTestBroker({ now: () => now })
beforeEach(() => {
  now += 60_000
  audit.length = 0
})

it('repeats a refusal without the work, and with the same record', async () => {
  const denied = await token({ sub: 'b*' })
  expect([await ask(denied), wasVerified()]).toEqual([403, true])
  now += 4_999
  expect([await ask(denied), wasVerified()]).toEqual([403, false])
  const [first, second] = audit
  expect(first).toMatchObject({
    outcome: 'refused',
    code: 'claim_unusable',
    endpoint: 'container',
    clientIp: '203.0.113.7',
    tenant: 'acme',
    issuer: issuer.url,
    subject: 'b*',
    rule: 'everybody reads',
    grant: 'read',
    subjectTokenSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    userAgent: 'aws-sdk-js/3',
  })
  expect(second).toEqual({
    ...first,
    time: new Date(now).toISOString(),
    requestId: expect.not.stringMatching(`^${first?.requestId}$`),
    reason: `${first?.reason} (repeated from a moment ago)`,
    durationsMs: {},
  })
})

it('forgets it after five seconds, however often it is repeated meanwhile', async () => {
  const denied = await token({ sub: 'b*' })
  for (const [waitMs, verified] of [
    [0, true],
    [2_500, false],
    [2_500, true],
  ] as const) {
    now += waitMs
    expect([await ask(denied), wasVerified()]).toEqual([403, verified])
  }
})

it('repeats it to no other token, grant or client', async () => {
  const denied = await token({ sub: 'b*' })
  await ask(denied)
  expect(await ask(await token())).toBe(200)
  expect([await ask(denied, { grant: 'write' }), wasVerified()]).toEqual([403, true])
  expect([await ask(denied, { userAgent: 'Boto3/1' }), wasVerified()]).toEqual([403, true])
  expect(audit.at(-1)?.userAgent).toBe('Boto3/1')
})

it('calls STS once for a token that the role does not accept', async () => {
  sts.respondWithError(403, 'AccessDenied')
  const [subject, before] = [await token(), sts.calls.length]
  expect([await ask(subject), await ask(subject), sts.calls.length - before]).toEqual([403, 403, 1])
  sts.respondWithCredentials()
})

it('does not remember a failure that may be temporary', async () => {
  sts.respondWithError(400, 'IDPCommunicationError')
  const subject = await token()
  expect(await ask(subject)).toBe(503)
  sts.respondWithCredentials()
  expect(await ask(subject)).toBe(200)
})

it('is an internal error if the record cannot be written', async () => {
  const denied = await token({ sub: 'b*' })
  await ask(denied)
  failAudit(true)
  expect(await ask(denied).finally(() => failAudit(false))).toBe(500)
  expect(await ask(denied)).toBe(403)
})

async function ask(
  authorization: string,
  { grant = 'read', userAgent = 'aws-sdk-js/3' } = {},
): Promise<number> {
  const path = `/v1/tenants/acme/grants/${grant}/credentials`
  return (await get(path, { authorization, 'user-agent': userAgent })).status
}

/** Whether the last request was decided, not repeated. */
function wasVerified(): boolean {
  return 'verify' in (audit.at(-1)?.durationsMs ?? {})
}
