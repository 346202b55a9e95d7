/** The container door's memory of refusals: what it spares, what the records still tell, and how short it is. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import { type StsServer, startStsServer } from '../fixtures/sts-server.ts'

const START = Date.UTC(2026, 0, 1)

let at = START
let issuer: TestIssuer
let sts: StsServer
let broker: TestBroker

beforeAll(async () => {
  issuer = await startIssuer()
  sts = await startStsServer()
  const documents = [tenantDocument('acme', issuer.url)]
  broker = await startBroker({ documents, stsEndpoint: sts.url, now: () => at })
})
beforeEach(() => {
  at += 60_000
  broker.audit.length = 0
})
afterAll(async () => {
  broker.close()
  await Promise.all([issuer.close(), sts.close()])
})

function sign(claims: object = {}): Promise<string> {
  const iat = Math.floor(at / 1000)
  return issuer.sign({
    iss: issuer.url,
    sub: 'alice',
    aud: 'acme-app',
    iat,
    exp: iat + 600,
    ...claims,
  })
}

async function ask(
  authorization: string,
  { grant = 'read', userAgent = 'aws-sdk-js/3' } = {},
): Promise<number> {
  const { status } = await broker.app({
    method: 'GET',
    path: `/v1/tenants/acme/grants/${grant}/credentials`,
    headers: { authorization, 'user-agent': userAgent },
    ...{ body: undefined, clientIp: '203.0.113.7', signal: AbortSignal.timeout(15_000) },
  })
  return status
}

/** Whether the last record is of a request that was worked out. */
const wasVerified = () => 'verify' in (broker.audit.at(-1)?.durationsMs ?? {})

it('repeats a refusal without the work, and its record tells all that the first one told', async () => {
  const denied = await sign({ sub: 'b*' })
  expect([await ask(denied), wasVerified()]).toEqual([403, true])
  at += 4_999
  expect([await ask(denied), wasVerified()]).toEqual([403, false])
  const [first, second] = broker.audit
  expect(first).toMatchObject({
    ...{
      outcome: 'refused',
      code: 'claim_unusable',
      endpoint: 'container',
      clientIp: '203.0.113.7',
    },
    ...{
      tenant: 'acme',
      issuer: issuer.url,
      subject: 'b*',
      rule: 'everybody reads',
      grant: 'read',
    },
    ...{ subjectTokenSha256: expect.stringMatching(/^[0-9a-f]{64}$/), userAgent: 'aws-sdk-js/3' },
  })
  expect(second).toEqual({
    ...first,
    time: new Date(at).toISOString(),
    requestId: expect.not.stringMatching(`^${first?.requestId}$`),
    reason: `${first?.reason} (repeated from a moment ago)`,
    durationsMs: {},
  })
})

it('forgets it after five seconds, however often it is asked meanwhile', async () => {
  const denied = await sign({ sub: 'b*' })
  for (const [waitMs, verified] of [
    [0, true],
    [2_500, false],
    [2_500, true],
  ] as const) {
    at += waitMs
    expect([await ask(denied), wasVerified()]).toEqual([403, verified])
  }
})

it('keeps it from other tokens, grants and clients', async () => {
  const denied = await sign({ sub: 'b*' })
  await ask(denied)
  expect(await ask(await sign())).toBe(200)
  expect([await ask(denied, { grant: 'write' }), wasVerified()]).toEqual([403, true])
  expect([await ask(denied, { userAgent: 'Boto3/1' }), wasVerified()]).toEqual([403, true])
  expect(broker.audit.at(-1)?.userAgent).toBe('Boto3/1')
})

it('asks STS once for a token that the role does not take', async () => {
  sts.answerError(403, 'AccessDenied')
  const [subject, before] = [await sign(), sts.calls.length]
  expect([await ask(subject), await ask(subject), sts.calls.length - before]).toEqual([403, 403, 1])
  sts.answerCredentials()
})

it('does not remember what may pass by itself', async () => {
  sts.answerError(400, 'IDPCommunicationError')
  const subject = await sign()
  expect(await ask(subject)).toBe(503)
  sts.answerCredentials()
  expect(await ask(subject)).toBe(200)
})

it('is an internal error where the record cannot be written', async () => {
  const denied = await sign({ sub: 'b*' })
  await ask(denied)
  broker.failAudit(true)
  expect(await ask(denied).finally(() => broker.failAudit(false))).toBe(500)
  expect(await ask(denied)).toBe(403)
})
