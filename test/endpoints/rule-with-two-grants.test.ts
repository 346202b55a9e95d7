/** A rule with two grants at the endpoints: what the session may do, and how it is named. */
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'
import { BOTH_GRANTS, twoGrantsDocument } from '../fixtures/two-grants.ts'

const broker = await startTestBroker({
  documents: (issuer) => [
    twoGrantsDocument({
      issuers: [issuer],
      agentWhen: 'claims.agent || actor.subject == "reports-agent"',
      user: { sessionName: '{{user}}', sessionTags: { team: '{{team}}' } },
      agent: { duration: '15m', sessionName: 'agent' },
    }),
  ],
})
const { sts } = broker
const token = (claims: object = {}) => broker.token({ team: 'red', ...claims })
const agentToken = () => token({ agent: true })

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const VIRTUAL_ROLE = `arn:aws:iam::000000000000:role/broker/acme/${BOTH_GRANTS}`
const EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
}
/** What alice of team red and the agent both may do. */
const STATEMENTS = [
  {
    Sid: 'ObjectsRead',
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::data/red/alice/*',
  },
  {
    Sid: 'ListRead',
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: 'arn:aws:s3:::data',
    Condition: { StringLike: { 's3:prefix': 'red/alice/*' } },
  },
  { Sid: 'Keep', Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
  { Sid: 'Closed', Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::data/*/closed/*' },
]

const sentStatements = () => JSON.parse(sts.calls.at(-1)?.get('Policy') ?? '').Statement

async function callSts(RoleArn: string, WebIdentityToken: string) {
  return broker.postForm('/', {
    ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleSessionName: 'mine' },
    ...{ RoleArn, WebIdentityToken },
  })
}

describe('a session of both', () => {
  it('has one policy, and is recorded, signed and named by the names of both', async () => {
    const { status, body } = await broker.post('/v1/credentials', await agentToken())
    expect([status, JSON.parse(body).grant]).toEqual([200, BOTH_GRANTS])
    expect(sentStatements()).toEqual(STATEMENTS)
    const call = sts.calls.at(-1)
    expect(call?.get('RoleArn')).toBe(ROLE)
    expect(call?.get('DurationSeconds')).toBe('900')
    expect(call?.get('RoleSessionName')).toMatch(/^alice,agent-[a-z2-7]{16}$/)
    expect(decodeJwt(call?.get('WebIdentityToken') ?? '')).toMatchObject({
      sub: expect.stringMatching(/^acme\/user-reports\.agent-readonly\/[\w-]{43}$/),
      'https://aws.amazon.com/tags': { principal_tags: { team: ['red'] } },
    })
    expect(broker.audit.at(-1)).toMatchObject({
      outcome: 'issued',
      rule: 'an agent gets what both may do',
      grant: BOTH_GRANTS,
    })
  })

  it('is what an agent gets that acts for the user, who gets more', async () => {
    const actorToken = await token({ sub: 'reports-agent' })
    const { body } = await broker.post('/v1/credentials', await token(), {
      ...{ tenant: 'acme', actorToken },
    })
    expect(JSON.parse(body)).toMatchObject({ grant: BOTH_GRANTS })
    expect(sentStatements()).toEqual(STATEMENTS)
    expect(broker.audit.at(-1)).toMatchObject({
      subject: 'alice',
      actor: { subject: 'reports-agent' },
    })
    const own = await broker.post('/v1/credentials', await token())
    expect(JSON.parse(own.body)).toMatchObject({ grant: 'user-reports' })
    expect(sentStatements()[0].Action).toEqual(['s3:GetObject', 's3:PutObject'])
  })

  it('is requested by its name at every endpoint', async () => {
    const subject_token = await agentToken()
    const responses = [
      await broker.post('/v1/credentials', await agentToken(), { grant: BOTH_GRANTS }),
      await callSts(VIRTUAL_ROLE, await agentToken()),
      await callSts(ROLE, await agentToken()),
      await broker.get(`/v1/tenants/acme/grants/${BOTH_GRANTS}/credentials`, {
        authorization: await agentToken(),
      }),
      await broker.postForm('/v1/token', {
        ...{ ...EXCHANGE, subject_token, scope: `grant:${BOTH_GRANTS}` },
      }),
    ]
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    const records = broker.audit.slice(-responses.length)
    expect(new Set(records.map(({ grant }) => grant))).toEqual(new Set([BOTH_GRANTS]))
    expect(new Set(records.map(({ endpoint }) => endpoint)).size).toBe(4)
  })

  it.each(['user-reports', 'agent-readonly', 'agent-readonly.user-reports'])(
    'is not given to an agent that requests %s, and neither is that',
    async (grant) => {
      const { status, body } = await broker.post('/v1/credentials', await agentToken(), { grant })
      expect([status, JSON.parse(body).code]).toEqual([403, 'access_denied'])
      const sent = await callSts(VIRTUAL_ROLE.replace(BOTH_GRANTS, grant), await agentToken())
      expect(sent.status).toBe(403)
    },
  )

  it('is not given to a user that no rule gives it to', async () => {
    const { body } = await broker.post('/v1/credentials', await token(), { grant: BOTH_GRANTS })
    expect(JSON.parse(body)).toMatchObject({ code: 'access_denied' })
  })

  it('lasts as long as the shorter grant allows', async () => {
    const body = { durationSeconds: 3600 }
    const longer = await broker.post('/v1/credentials', await agentToken(), body)
    expect(JSON.parse(longer.body)).toMatchObject({ code: 'access_denied' })
  })
})

describe('less than what both allow', () => {
  it('is requested by the Sids of both', async () => {
    const request = { statements: ['ObjectsRead'] }
    expect((await broker.post('/v1/credentials', await agentToken(), request)).status).toBe(200)
    expect(sentStatements().map(({ Sid }: { Sid: string }) => Sid)).toEqual([
      ...['ObjectsRead', 'Keep', 'Closed'],
    ])
  })

  it('is requested by a policy, which must be inside both', async () => {
    const policyFor = (Action: string) => ({
      policy: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action, Resource: 'arn:aws:s3:::data/red/alice/2026/*' },
      },
    })
    const request = async (action: string) =>
      (await broker.post('/v1/credentials', await agentToken(), policyFor(action))).status
    expect(await request('s3:GetObject')).toBe(200)
    // The user alone may do the first, the agent alone the second.
    expect(await request('s3:PutObject')).toBe(403)
    expect(await request('s3:GetObjectTagging')).toBe(403)
  })
})
