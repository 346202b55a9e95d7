/** What the audit record says where STS refuses, and what the caller does not read. */
import { expect, it } from 'vitest'
import type { App } from '../../packages/functions/src/http.ts'
import { startLocalSts } from '../../packages/local/src/local-sts/server.ts'
import { nodeListener } from '../../packages/local/src/node-http.ts'
import { startServer } from '../fixtures/http-server.ts'
import { closeAfterTests, startTestBroker, tenantDocument } from '../fixtures/index.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const ISSUER = 'http://127.0.0.1:8787'

it('has the likeliest causes, the last one with the command that decides', async () => {
  const broker = await startTestBroker()
  const sentence = 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
  broker.sts.respondWithError(403, 'AccessDenied', sentence)
  const response = await broker.post('/v1/credentials', await broker.token())
  expect(response.status).toBe(502)
  expect(JSON.parse(response.body).detail).toBe(
    'AWS STS refused a session of the grant "read": expected that its role trusts the token and ' +
      'allows the session, found AccessDenied; give the request id to the operator, whose record ' +
      'has the likeliest causes.',
  )
  expect(broker.audit.at(-1)).toMatchObject({
    code: 'sts_rejected',
    reason: `STS: AccessDenied: ${sentence}`,
    likelyCauses: [
      expect.stringContaining(
        `The trust policy of ${ROLE} does not trust the token: it needs Principal Federated ` +
          'arn:aws:iam::111122223333:oidc-provider/127.0.0.1:8787',
      ),
      `There is no role ${ROLE}: STS does not say so`,
      expect.stringContaining('A Deny of the trust policy'),
      `What the role needs: token-broker trust-policy TENANTS --issuer ${ISSUER} --role ${ROLE}`,
    ],
  })
  expect(Object.keys(broker.audit.at(-1) ?? {}).at(-1)).toBe('likelyCauses')
})

it('has none where STS has refused nothing', async () => {
  const broker = await startTestBroker()
  broker.sts.respond(500, '<html>')
  await broker.post('/v1/credentials', await broker.token())
  expect(broker.audit.at(-1)).toMatchObject({ code: 'upstream_unavailable' })
  expect(broker.audit.at(-1)).not.toHaveProperty('likelyCauses')
})

it('keeps the causes of a policy of the caller that STS does not accept', async () => {
  const broker = await startTestBroker()
  broker.sts.respondWithError(400, 'MalformedPolicyDocument', 'Syntax errors in policy.')
  const Statement = {
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::acme/alice/a',
  }
  const policy = { Version: '2012-10-17', Statement }
  const response = await broker.post('/v1/credentials', await broker.token(), { policy })
  expect([response.status, JSON.parse(response.body).code]).toEqual([400, 'invalid_request'])
  expect(broker.audit.at(-1)?.likelyCauses).toEqual([
    expect.stringContaining('IAM does not accept a statement of the session policy'),
  ])
})

it('has the statement and the condition of the local STS', async () => {
  let app: App | undefined
  const { url: issuer } = await closeAfterTests(
    startServer((request, response) => app && nodeListener(app)(request, response)),
  )
  const host = issuer.replace('http://', '')
  const federated = {
    Effect: 'Allow' as const,
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
  }
  const trustPolicy = {
    Version: '2012-10-17' as const,
    Statement: [
      { ...federated, Action: 'sts:AssumeRoleWithWebIdentity' },
      {
        ...federated,
        ...{ Sid: 'Tags', Action: 'sts:TagSession' },
        Condition: { StringEquals: { 'aws:RequestTag/tenant': 'packers' } },
      },
    ],
  }
  const roles = { [ROLE]: { trustPolicy, maxSessionDurationSeconds: 3600 } }
  const lines: string[] = []
  const sts = await closeAfterTests(
    startLocalSts({ port: 0, roles, log: (line) => lines.push(line) }),
  )
  const broker = await startTestBroker({
    documents: (url) => [
      tenantDocument('acme', url).replace(
        "sessionName: '{{user}}'",
        "sessionName: '{{user}}'\n    sessionTags: { tenant: orchard }",
      ),
    ],
    environment: { BROKER_ISSUER: issuer, BROKER_STS_ENDPOINT: sts.url },
  })
  app = broker.app

  const { status } = await broker.post('/v1/credentials', await broker.token())

  const why =
    'sts:TagSession: statement 2 (Tags): StringEquals aws:RequestTag/tenant: ' +
    'expected "packers", found "orchard"'
  expect(status).toBe(502)
  expect(broker.audit.at(-1)?.reason).toBe(
    'STS: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity ' +
      `(local STS: ${why})`,
  )
  expect(broker.audit.at(-1)?.likelyCauses).toContainEqual(expect.stringContaining('tags tenant'))
  expect(lines.at(-1)).toContain(why)
})
