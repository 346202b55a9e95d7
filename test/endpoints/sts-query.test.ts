/** The STS Query API endpoint: roles, narrowing by the caller's policy, and malformed calls. */
import { expect, it } from 'vitest'
import { checkSessionPolicy } from '../../packages/local/src/local-sts/session-policy-grammar.ts'
import {
  SECRET_ACCESS_KEY,
  SESSION_TOKEN,
  startTestBroker,
  tenantDocument,
} from '../fixtures/index.ts'

const broker = await startTestBroker({
  documents: (issuer) => ['acme', 'beta'].map((tenant) => tenantDocument(tenant, issuer)),
})

it('accepts a role’s own ARN and a token with a trailing newline', async () => {
  const { status, body } = await call({})
  expect(status).toBe(200)
  for (const part of [
    SECRET_ACCESS_KEY,
    SESSION_TOKEN,
    '<Audience>acme-app</Audience>',
    '<AssumedRoleId>AROA0:session<',
    '<PackedPolicySize>12</PackedPolicySize>',
    '<SessionTokenUtilization>12</SessionTokenUtilization>',
    '<SessionTokenSize>1187</SessionTokenSize>',
  ])
    expect(body).toContain(part)
})

it('records the session name, and does not use it', async () => {
  await call({})
  expect(broker.audit.at(-1)).toMatchObject({
    endpoint: 'sts',
    wantedSessionName: 'mine',
    grant: 'read',
  })
  expect(broker.sts.calls.at(-1)?.get('RoleSessionName')).toMatch(/^alice-/)
})

it('narrows to the caller’s policy, and refuses one that is wider', async () => {
  const policyFor = (Resource: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }],
    })
  const narrower = 'arn:aws:s3:::acme/alice/2026/*'
  expect((await call({ Policy: policyFor(narrower), DurationSeconds: '900' })).status).toBe(200)
  const sent = broker.sts.calls.at(-1)
  expect(JSON.parse(sent?.get('Policy') ?? '').Statement[0].Resource).toBe(narrower)
  expect(sent?.get('DurationSeconds')).toBe('900')
  for (const wider of ['arn:aws:s3:::acme/*', 'arn:aws:s3:::acme/{{user}}/*'])
    expect((await call({ Policy: policyFor(wider) })).code).toBe('AccessDenied')
})

it('accepts the grant exactly as it was rendered, with each Sid once', async () => {
  const admin = { WebIdentityToken: await broker.token({ groups: ['admins'] }) }
  const write = { ...admin, RoleArn: 'arn:aws:iam::000000000000:role/broker/acme/write' }
  await call(write)
  const rendered = broker.sts.calls.at(-1)?.get('Policy') ?? ''
  expect(JSON.parse(rendered).Statement).toHaveLength(2)

  expect((await call({ ...write, Policy: rendered })).status).toBe(200)
  const sent = broker.sts.calls.at(-1)?.get('Policy') ?? ''
  expect(sent).toBe(rendered)
  checkSessionPolicy(sent)
})

it('keeps a Deny whose Sid the caller uses for another statement', async () => {
  const Resource = 'arn:aws:s3:::acme/alice/x'
  const Statement = { Sid: 'Keep', Effect: 'Allow', Action: 's3:PutObject', Resource }
  const { status } = await call({
    WebIdentityToken: await broker.token({ groups: ['admins'] }),
    RoleArn: 'arn:aws:iam::000000000000:role/broker/acme/write',
    Policy: JSON.stringify({ Statement }),
  })
  expect(status).toBe(200)
  const sent = broker.sts.calls.at(-1)?.get('Policy') ?? ''
  expect(JSON.parse(sent).Statement).toEqual([
    Statement,
    { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
  ])
  checkSessionPolicy(sent)
})

it('says where a policy is malformed, to the caller and in the audit record', async () => {
  const Resource = 'arn:aws:s3:::acme/alice/x'
  const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource }
  const { code, body } = await call({
    Policy: JSON.stringify({ Statement: [allow, { ...allow, Action: 's3*:GetObject' }] }),
  })
  const message = 'The session policy is not valid at Statement[1].Action: s3*:GetObject is not an'
  expect(code).toBe('ValidationError')
  expect(body).toContain(message)
  expect(broker.audit.at(-1)).toMatchObject({
    code: 'invalid_request',
    reason: expect.stringContaining(message),
  })
})

it.each([
  ['another role', { RoleArn: 'arn:aws:iam::111122223333:role/other' }, 'AccessDenied'],
  [
    'a virtual role of another tenant',
    { RoleArn: 'arn:aws:iam::000000000000:role/broker/beta/read' },
    'AccessDenied',
  ],
  ['a longer session', { DurationSeconds: '43200' }, 'AccessDenied'],
  [
    'a managed policy that the grant does not have',
    {
      Policy: '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}',
      'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/AdministratorAccess',
    },
    'AccessDenied',
  ],
  [
    'managed policies alone',
    { 'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    'ValidationError',
  ],
  ['a policy that is not JSON', { Policy: '{' }, 'ValidationError'],
  ['an empty policy', { Policy: '' }, 'ValidationError'],
  ['no session name', { RoleSessionName: undefined }, 'ValidationError'],
  ['a JWT of another provider', { ProviderId: 'www.amazon.com' }, 'InvalidIdentityToken'],
  ['a provider without a name', { ProviderId: '' }, 'ValidationError'],
  ['a duration that is not a whole number', { DurationSeconds: '1e3' }, 'ValidationError'],
  ['another action', { Action: 'GetSessionToken' }, 'InvalidAction'],
  ['no action', { Action: undefined }, 'ValidationError'],
])('refuses %s', async (_name, fields, expected) => {
  const { code, headers } = await call(fields, '/sts')
  expect(code).toBe(expected)
  const requestId = headers['x-amzn-requestid']
  expect(broker.audit.at(-1)).toMatchObject({ requestId, endpoint: 'sts', outcome: 'refused' })
})

it('refuses GET, which would put tokens into URLs', async () => {
  expect((await broker.get('/sts')).status).toBe(405)
  expect((await broker.get('/')).headers.allow).toBe('POST')
})

async function call(fields: Record<string, string | undefined>, path = '/') {
  const response = await broker.postForm(path, {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::111122223333:role/acme-app',
    RoleSessionName: 'mine',
    WebIdentityToken: `${await broker.token()}\n`,
    ...fields,
  })
  return { ...response, code: /<Code>(\w+)<\/Code>/.exec(response.body)?.[1] }
}
