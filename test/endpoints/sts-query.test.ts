/** The STS Query API endpoint: roles, narrowing by the caller's policy, and malformed calls. */
import { expect, it } from 'vitest'
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
  expect(JSON.parse(sent?.get('Policy') ?? '').Statement[0].Resource).toEqual([narrower])
  expect(sent?.get('DurationSeconds')).toBe('900')
  for (const wider of ['arn:aws:s3:::acme/*', 'arn:aws:s3:::acme/{{user}}/*'])
    expect((await call({ Policy: policyFor(wider) })).code).toBe('AccessDenied')
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
  ['a provider', { ProviderId: 'www.amazon.com' }, 'ValidationError'],
  ['a duration that is not a whole number', { DurationSeconds: '1e3' }, 'ValidationError'],
  ['another action', { Action: 'GetCallerIdentity' }, 'InvalidAction'],
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
