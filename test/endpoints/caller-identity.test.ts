/** GetCallerIdentity at the STS endpoint: who signed, and everything that proves nothing. */
import { describe, expect, it } from 'vitest'
import { closeAfterTests, startServer, startTestBroker } from '../fixtures/index.ts'
import type { IssuedSession } from '../fixtures/sts-sessions.ts'
import {
  BODY,
  codeOf,
  HOUR_MS,
  MINUTE_MS,
  REGION,
  startWithSession,
  type Variation,
  without,
} from './signed-identity.ts'

/** 50 minutes before midnight in UTC. */
const LATE_IN_THE_DAY = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS - 50 * MINUTE_MS

const UNSIGNED_DATE = `AWS4-HMAC-SHA256 ${[
  `Credential=ASIA1/20260101/${REGION}/sts/aws4_request`,
  'SignedHeaders=host;x-amz-security-token',
  `Signature=${'0'.repeat(64)}`,
].join(', ')}`

describe.each(['in memory', 'in a table'])('with sessions %s', (where) => {
  it('says which session signed, with AWS’s response', async () => {
    const { identify, session, broker } = await startWithSession(where)
    const response = await identify()
    expect([response.status, response.headers['content-type']]).toEqual([200, 'text/xml'])
    for (const part of [
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">',
      '<Arn>arn:aws:sts::111122223333:assumed-role/app/session</Arn>',
      '<UserId>AROA0:session</UserId>',
      '<Account>111122223333</Account>',
      `<RequestId>${broker.audit.at(-1)?.requestId}</RequestId>`,
    ])
      expect(response.body).toContain(part)
    expect(broker.audit.at(-1)).toMatchObject({
      endpoint: 'sts',
      outcome: 'identified',
      accessKeyId: session.accessKeyId,
      assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/app/session',
      durationsMs: { verify: expect.any(Number) },
    })
  })

  it('knows the session on each day in UTC, until it expires', async () => {
    const { identify, now, pass } = await startWithSession(where, { startMs: LATE_IN_THE_DAY })
    for (const passedMs of [0, 5 * MINUTE_MS, HOUR_MS - 2000]) {
      pass(passedMs)
      expect((await identify()).status).toBe(200)
      // The client's clock may be off, and be on another day.
      for (const skewMs of [-5 * MINUTE_MS, 5 * MINUTE_MS])
        expect((await identify({ signedAt: now() + skewMs })).status).toBe(200)
    }
    // The key of the day before signs nothing any more.
    const scopeDate = new Date(LATE_IN_THE_DAY).toISOString().slice(0, 10).replaceAll('-', '')
    expect(await codeOf(identify({ scopeDate }))).toBe('403 SignatureDoesNotMatch')
    pass(HOUR_MS + 1000)
    expect(await codeOf(identify())).toBe('403 ExpiredToken')
  })

  it.each<[string, string, Variation | ((session: IssuedSession) => Variation)]>([
    ['an unsigned request', '403 MissingAuthenticationToken', without('authorization')],
    ['another secret', '403 SignatureDoesNotMatch', { by: { secretAccessKey: 'another' } }],
    ['another session token', '403 InvalidClientTokenId', { by: { sessionToken: 'another' } }],
    ['another access key id', '403 InvalidClientTokenId', { by: { accessKeyId: 'ASIA99' } }],
    ['no session token', '403 InvalidClientTokenId', without('x-amz-security-token')],
    [
      'a session token that is not signed',
      '400 IncompleteSignature',
      ({ sessionToken }) => ({
        by: { sessionToken: undefined },
        headers: { 'x-amz-security-token': sessionToken },
      }),
    ],
    ['another service', '403 SignatureDoesNotMatch', { by: { service: 's3' } }],
    ['another region', '403 SignatureDoesNotMatch', { by: { region: 'us-west-2' } }],
    [
      'a region like a member of objects',
      '403 SignatureDoesNotMatch',
      { by: { region: 'constructor' } },
    ],
    ['another host', '403 SignatureDoesNotMatch', { host: 'sts.eu-central-1.amazonaws.com' }],
    ['another path', '403 SignatureDoesNotMatch', { path: '/v1/credentials' }],
    ['another body', '403 SignatureDoesNotMatch', { sentBody: `${BODY}&X=1` }],
    ['a changed header', '403 SignatureDoesNotMatch', { headers: { 'x-amz-extra': 'changed' } }],
    [
      'a date that is not signed',
      '400 IncompleteSignature',
      { headers: { authorization: UNSIGNED_DATE } },
    ],
    ['a removed header', '403 SignatureDoesNotMatch', without('x-amz-extra')],
    ['no date', '400 IncompleteSignature', without('x-amz-date')],
    [
      'a date that does not exist',
      '400 IncompleteSignature',
      { headers: { 'x-amz-date': '20261399T000000Z' } },
    ],
    [
      'another date',
      '403 SignatureDoesNotMatch',
      { headers: { 'x-amz-date': '20200101T000000Z' } },
    ],
    ['another scheme', '400 IncompleteSignature', { headers: { authorization: 'Bearer x' } }],
    [
      'a second signature',
      '400 IncompleteSignature',
      {
        headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a, AWS4-HMAC-SHA256 Credential=b' },
      },
    ],
    ['a query', '400 ValidationError', { query: 'X=1' }],
  ])('refuses %s', async (_what, expected, variation) => {
    const { identify, session } = await startWithSession(where)
    const varied = typeof variation === 'function' ? variation(session) : variation
    expect(await codeOf(identify(varied))).toBe(expected)
    expect((await identify()).status).toBe(200)
  })

  it('accepts headers that were added on the way', async () => {
    const { identify } = await startWithSession(where)
    const headers = { 'x-amz-cf-id': 'added', 'x-amzn-trace-id': 'added', via: 'added' }
    expect((await identify({ headers })).status).toBe(200)
  })

  it('refuses a replay after the window, and a signature of the future', async () => {
    const { identify, now, pass } = await startWithSession(where)
    const signedAt = now()
    pass(5 * MINUTE_MS)
    expect((await identify({ signedAt })).status).toBe(200)
    pass(5 * MINUTE_MS + 1000)
    const replay = await identify({ signedAt })
    expect(replay.body).toContain('Signature expired')
    const future = await identify({ signedAt: now() + 5 * MINUTE_MS + 1000 })
    expect(future.body).toContain('Signature not yet current')
    expect(await codeOf(identify({ signedAt }))).toBe('403 SignatureDoesNotMatch')
  })

  it('does not know sessions of other endpoints, which need no state', async () => {
    const { broker, identify, sessions } = await startWithSession(where)
    await broker.post('/v1/credentials', await broker.token())
    expect(await codeOf(identify({ by: sessions.at(-1) ?? {} }))).toBe('403 InvalidClientTokenId')
  })

  it('sends and records no secret and no session token', async () => {
    const { broker, identify, session } = await startWithSession(where)
    const bodies = [(await identify()).body, (await identify({ by: { region: 'x' } })).body]
    const all = [...bodies, ...broker.auditText.slice(1), ...broker.errorText].join()
    for (const secret of [session.secretAccessKey, session.sessionToken])
      expect(all).not.toContain(secret)
  })
})

it('accepts each path of the endpoint, below the path of the broker', async () => {
  const { identify } = await startWithSession('in memory', {
    environment: { BROKER_ISSUER: 'http://127.0.0.1:8787/below' },
  })
  for (const path of ['/below/', '/below/sts', '/below/sts/'])
    expect((await identify({ path, sentTo: path })).status).toBe(200)
  expect(await codeOf(identify({ path: '/sts', sentTo: '/below/sts' }))).toBe(
    '403 SignatureDoesNotMatch',
  )
})

it('stores nothing that can be read without the session token', async () => {
  const { table, session } = await startWithSession('in a table')
  const stored = (await table?.scan()) ?? ''
  expect(stored).toMatch(/"pk":\{"S":"[\w-]{43}"\}/)
  for (const known of [
    session.accessKeyId,
    session.secretAccessKey,
    session.sessionToken,
    '111122223333',
    'assumed-role',
    REGION,
  ])
    expect(stored).not.toContain(known)
})

it('writes one item per session, and reads one per call that may be right', async () => {
  const { table, identify } = await startWithSession('in a table')
  await identify({ by: { service: 's3' } })
  await identify({ signedAt: 0 })
  await identify(without('authorization'))
  expect(table?.requests).toEqual(['PutItem'])
  await identify()
  expect(table?.requests).toEqual(['PutItem', 'GetItem'])
})

it('issues a session that cannot be stored, and records why', async () => {
  const { broker, table, issue, identify } = await startWithSession('in a table')
  await table?.close()
  expect((await issue()).status).toBe(200)
  expect(broker.audit.at(-1)).toMatchObject({
    outcome: 'issued',
    identityFailure: expect.stringContaining('Table of sessions sessions: ECONNREFUSED'),
  })
  expect(await codeOf(identify())).toBe('503 ServiceUnavailable')
  expect(broker.audit.at(-1)).toMatchObject({ outcome: 'refused', code: 'upstream_unavailable' })
})

it('waits a second at most for a table that never responds, and issues the session', async () => {
  const silent = await closeAfterTests(startServer(() => {}))
  const { broker, issue, identify } = await startWithSession('in a table', {
    environment: { BROKER_DYNAMODB_ENDPOINT: silent.url },
  })
  const startedMs = performance.now()
  expect((await issue()).status).toBe(200)
  expect(performance.now() - startedMs).toBeLessThan(2_500)
  expect(broker.audit.at(-1)?.identityFailure).toContain('No response within 1000 ms')
  expect(await codeOf(identify())).toBe('503 ServiceUnavailable')
})

it('identifies nobody if it cannot be recorded', async () => {
  const { broker, identify } = await startWithSession('in memory')
  broker.failAudit(true)
  expect(await codeOf(identify())).toBe('500 InternalFailure')
})

it('is not supported by a deployed broker without a table', async () => {
  const broker = await startTestBroker({
    environment: {
      BROKER_LOCAL: undefined,
      BROKER_ISSUER: 'https://broker.example',
      BROKER_STS_ENDPOINT: undefined,
    },
  })
  const response = await broker.postForm('/', {
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
  })
  expect([response.status, response.body]).toEqual([400, expect.stringContaining('InvalidAction')])
})
