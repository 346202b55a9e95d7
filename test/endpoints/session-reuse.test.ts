/** A grant with `reuse`: the same credentials for the same decision, and for no other one. */
import { describe, expect, it } from 'vitest'
import { countsIn } from '../fixtures/embedded-metrics.ts'
import { SECRET_ACCESS_KEY, SESSION_TOKEN, tenantDocument } from '../fixtures/index.ts'
import { signRequest } from '../fixtures/signature-v4.ts'
import {
  accessKeyOf,
  MINUTE_MS,
  type ReuseRequest,
  request,
  reusedDocument,
  startReuseBroker,
} from './reuse-broker.ts'

describe('the same decision', () => {
  it('gets the same credentials without STS, and a record that names the first', async () => {
    const broker = await startReuseBroker()
    const token = await broker.token()
    const first = await request(broker, { token })
    broker.set(2 * MINUTE_MS)
    const second = await request(broker, { token })
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.credentials).toEqual(first.credentials)
    expect(broker.sts.calls).toHaveLength(1)
    const [issued, reused] = broker.audit
    expect(issued).toMatchObject({ outcome: 'issued', requestId: 'request-1' })
    expect(issued).not.toHaveProperty('reusedFrom')
    expect(issued).not.toHaveProperty('sessionExpiresAt')
    const { time, requestId, durationsMs, ...same } = issued ?? {}
    expect(reused).toMatchObject({
      ...same,
      requestId: second.body.requestId,
      reusedFrom: 'request-1',
    })
    expect(Date.parse(reused?.time ?? '') - Date.parse(time ?? '')).toBe(2 * MINUTE_MS)
    expect(reused?.sessionExpiresAt).toBe(
      new Date(String(first.credentials?.expiration)).toISOString(),
    )
    expect(Object.keys(reused?.durationsMs ?? {})).toEqual([
      ...['verify', 'resolve', 'match', 'render', 'obtain'],
    ])
  })

  it('is made for each request: its token is verified, and its rules are evaluated', async () => {
    const broker = await startReuseBroker()
    expect((await request(broker)).status).toBe(200)
    const token = await broker.token()
    const forged = `${token.slice(0, -6)}AAAAAA`
    expect(await request(broker, { token: forged })).toMatchObject({ status: 401 })
    expect(await request(broker, { claims: { blocked: true } })).toMatchObject({ status: 403 })
    expect(await request(broker, { claims: { exp: 1 } })).toMatchObject({ status: 401 })
  })

  it('has other credentials each time where the grant has no reuse', async () => {
    const broker = await startReuseBroker({ documents: (url) => [tenantDocument('acme', url)] })
    await request(broker)
    expect((await request(broker)).accessKeyId).toBe(accessKeyOf(2))
    expect(broker.audit[1]).not.toHaveProperty('reusedFrom')
  })

  it('has other credentials once the time of reuse is over', async () => {
    const broker = await startReuseBroker()
    await request(broker)
    broker.set(5 * MINUTE_MS - 1)
    expect((await request(broker)).accessKeyId).toBe(accessKeyOf(1))
    broker.set(5 * MINUTE_MS)
    expect((await request(broker)).accessKeyId).toBe(accessKeyOf(2))
  })

  it.each([
    ['the wall clock is set ahead', [MINUTE_MS, 0]],
    ['the wall clock is set back', [-MINUTE_MS, 0]],
  ] as const)('has other credentials where %s', async (_, [wallMs, elapsedMs]) => {
    const broker = await startReuseBroker()
    await request(broker)
    broker.set(wallMs, elapsedMs)
    expect((await request(broker)).accessKeyId).toBe(accessKeyOf(2))
  })

  it('has other credentials where less than half of the duration is left', async () => {
    const broker = await startReuseBroker({
      documents: (url) => [reusedDocument('acme', url).replace('reuse: 5m', 'reuse: 30m')],
    })
    const short = { body: { durationSeconds: 900 } }
    await request(broker, short)
    broker.set(900_000 / 2)
    expect((await request(broker, short)).accessKeyId).toBe(accessKeyOf(1))
    broker.set(900_000 / 2 + 1)
    expect((await request(broker, short)).accessKeyId).toBe(accessKeyOf(2))
  })

  it('says when the credentials really end, in every form', async () => {
    const broker = await startReuseBroker()
    const exchange = async () => {
      const form = {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: await broker.token(),
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        audience: 'acme',
      }
      return JSON.parse((await broker.postForm('/v1/token', form)).body)
    }
    expect(await exchange()).toMatchObject({ expires_in: 3600 })
    broker.set(MINUTE_MS)
    expect(await exchange()).toMatchObject({ expires_in: 3540 })
    expect(broker.sts.calls).toHaveLength(1)
  })

  it('gets the same credentials where its token is passed through', async () => {
    const broker = await startReuseBroker({ documents: (url) => [passingDocument(url)] })
    const claims = { email: 'a@acme.example' }
    await request(broker, { claims })
    expect((await request(broker, { claims })).accessKeyId).toBe(accessKeyOf(1))
    const other = { ...claims, amr: ['mfa'] }
    expect((await request(broker, { claims: other })).accessKeyId).toBe(accessKeyOf(2))
  })
})

/** Of a request: what another part of the decision is. The first request is alice's for `read`. */
const OTHERS: readonly (readonly [string, ReuseRequest])[] = [
  ['subject', { claims: { sub: 'bob' } }],
  ['audience', { claims: { aud: 'acme-cli' } }],
  ['authorized party', { claims: { azp: 'acme-cli' } }],
  ['tenant', { claims: { aud: ['acme-app', 'beta-app'] }, body: { tenant: 'beta' } }],
  ['grant', { claims: { groups: ['admins'] }, body: { grant: 'write' } }],
  ['rule', { claims: { home: true } }],
  ['tag', { claims: { team: 'red' } }],
  ['duration', { body: { durationSeconds: 1800 } }],
  ['statements', { body: { statements: ['Read'] } }],
  ['policy', { body: { policy: policyOf('alice/a') } }],
  ['other policy', { body: { policy: policyOf('alice/b') } }],
  ['network', { clientIp: '203.0.113.8' }],
  ['IPv6 network', { clientIp: '2001:db8::1' }],
]

describe('a decision that differs', () => {
  it.each(OTHERS)('in the %s gets credentials of its own', async (_, other) => {
    const broker = await startReuseBroker({ documents: twoTenants })
    const first = await request(broker, { body: { tenant: 'acme' } })
    expect((await request(broker, withTenant(other))).accessKeyId).toBe(accessKeyOf(2))
    expect((await request(broker, { body: { tenant: 'acme' } })).credentials).toEqual(
      first.credentials,
    )
    expect(broker.sts.calls).toHaveLength(2)
  })

  it('in any part shares credentials with no other one', async () => {
    const broker = await startReuseBroker({ documents: twoTenants })
    const all = [...OTHERS.map(([, other]) => withTenant(other)), { body: { tenant: 'acme' } }]
    const keys = []
    for (const one of [...all, ...all]) keys.push((await request(broker, one)).accessKeyId)
    expect(keys.slice(0, all.length)).toEqual(all.map((_, at) => accessKeyOf(at + 1)))
    expect(keys.slice(all.length)).toEqual(keys.slice(0, all.length))
  })

  it('in the endpoint gets credentials of its own', async () => {
    const broker = await startReuseBroker()
    await request(broker)
    const headers = { authorization: `Bearer ${await broker.token()}` }
    const path = '/v1/tenants/acme/grants/read/credentials'
    const { body } = await broker.get(path, headers)
    expect(JSON.parse(body).AccessKeyId).toBe(accessKeyOf(2))
  })

  it('only in addresses of one IPv6 network gets the same', async () => {
    const broker = await startReuseBroker()
    await request(broker, { clientIp: '2001:db8:1:2::1' })
    const { accessKeyId } = await request(broker, { clientIp: '2001:db8:1:2:ffff::9' })
    expect(accessKeyId).toBe(accessKeyOf(1))
  })
})

it('an explanation neither uses a session nor adds one', async () => {
  const broker = await startReuseBroker()
  await broker.post('/v1/explain', await broker.token())
  expect(broker.sts.calls).toHaveLength(0)
  await request(broker)
  await broker.post('/v1/explain', await broker.token())
  expect(broker.audit.at(-1)).toMatchObject({ outcome: 'explained' })
  expect(broker.audit.at(-1)).not.toHaveProperty('reusedFrom')
  expect((await request(broker)).accessKeyId).toBe(accessKeyOf(1))
})

it('a released token is minted each time', async () => {
  const documents = (url: string) => [reusedDocument('acme', url, 'releasedAudience: acme-out')]
  const apart = (url: string) =>
    documents(url).map((text) => text.replace('role/acme-app', 'role/acme-read'))
  const broker = await startReuseBroker({ documents: apart })
  const release = async () => {
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: await broker.token(),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      requested_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      audience: 'acme',
    }
    return JSON.parse((await broker.postForm('/v1/token', form)).body).access_token
  }
  const [first, second] = [await release(), await release()]
  expect(first).toMatch(/^ey/)
  expect(second).not.toBe(first)
})

it('a session that was returned again is one that GetCallerIdentity knows', async () => {
  const region = 'eu-central-1'
  const broker = await startReuseBroker({ environment: { AWS_REGION: region } })
  const assume = async () => {
    const { body } = await broker.postForm('/sts', {
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: 'arn:aws:iam::000000000000:role/broker/acme/read',
      RoleSessionName: 'mine',
      WebIdentityToken: await broker.token(),
    })
    return /<AccessKeyId>(\w+)</.exec(body)?.[1]
  }
  await request(broker)
  expect([await assume(), await assume()]).toEqual([accessKeyOf(2), accessKeyOf(2)])
  expect(broker.audit.at(-1)).toMatchObject({ endpoint: 'sts', reusedFrom: 'request-3' })
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  const headers = { host: '127.0.0.1:8787', 'content-type': 'application/x-www-form-urlencoded' }
  const by = {
    ...{ accessKeyId: accessKeyOf(2), secretAccessKey: SECRET_ACCESS_KEY },
    ...{ sessionToken: SESSION_TOKEN, region, service: 'sts' },
  }
  const signed = signRequest({ method: 'POST', path: '/sts', body, headers }, by, Date.now())
  const identified = await broker.send({
    ...{ method: 'POST', path: '/sts', body: Buffer.from(body) },
    headers: Object.fromEntries(
      Object.entries(signed.headers).map(([name, value]) => [name, String(value)]),
    ),
  })
  expect(identified.status).toBe(200)
  expect(broker.audit.at(-1)).toMatchObject({
    outcome: 'identified',
    accessKeyId: accessKeyOf(2),
  })
})

it('no record has a secret of a session', async () => {
  const broker = await startReuseBroker()
  await request(broker)
  await request(broker)
  expect(broker.audit.at(-1)).toHaveProperty('reusedFrom')
  for (const secret of [SECRET_ACCESS_KEY, SESSION_TOKEN])
    expect(broker.auditLines.join('')).not.toContain(secret)
})

it('is counted', async () => {
  const broker = await startReuseBroker({
    environment: { BROKER_METRICS_NAMESPACE: 'TokenBroker/test' },
  })
  await request(broker)
  await request(broker)
  expect(broker.auditLines.map((line) => countsIn(line))).toEqual([
    { Issued: 1, KeyFetches: 1 },
    { Issued: 1, Reused: 1 },
  ])
})

it('1,000 clients of one identity that refresh within a minute make one call', async () => {
  const broker = await startReuseBroker()
  const keys = new Set<unknown>()
  for (let second = 0; second < 50; second++) {
    broker.set(second * 1_000)
    const clients = Array.from({ length: 20 }, () => request(broker))
    for (const { status, accessKeyId } of await Promise.all(clients)) {
      expect(status).toBe(200)
      keys.add(accessKeyId)
    }
  }
  expect([...keys]).toEqual([accessKeyOf(1)])
  expect(broker.sts.calls).toHaveLength(1)
  expect(new Set(broker.audit.map(({ requestId }) => requestId)).size).toBe(1_000)
  expect(broker.audit.filter(({ reusedFrom }) => reusedFrom === undefined)).toHaveLength(1)
})

function policyOf(object: string) {
  return {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::acme/${object}` },
  }
}

const twoTenants = (url: string) => [reusedDocument('acme', url), reusedDocument('beta', url)]

function withTenant({ body, ...more }: ReuseRequest): ReuseRequest {
  return { ...more, body: { tenant: 'acme', ...body } }
}

function passingDocument(issuer: string): string {
  return tenantDocument('acme', issuer, { webIdentity: 'pass-through' }).replace(
    'webIdentity: pass-through',
    'webIdentity: pass-through\n    reuse: 5m',
  )
}
