/** The local STS against the limits and error codes that AWS documents, through the unmodified AWS SDK. */
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  STSClient,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLocalSts } from '../../../packages/local/src/local-sts/server.ts'
import { newKey, startFakeIssuer } from './fake-issuer.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const SHORT_ROLE = 'arn:aws:iam::111122223333:role/short'
const PLAIN_ROLE = 'arn:aws:iam::111122223333:role/plain'
const TAGS = 'https://aws.amazon.com/tags'
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity'

let issuer: Awaited<ReturnType<typeof startFakeIssuer>>
let sts: Awaited<ReturnType<typeof startLocalSts>>
let client: STSClient

beforeAll(async () => {
  issuer = await startFakeIssuer()
  const role = (maxSessionDurationSeconds: number, ...actions: string[]) => ({
    trustPolicy: {
      Version: '2012-10-17' as const,
      Statement: [
        {
          Effect: 'Allow' as const,
          Principal: {
            Federated: [
              `arn:aws:iam::111122223333:oidc-provider/${issuer.provider}`,
              'arn:aws:iam::111122223333:oidc-provider/id.example',
            ],
          },
          Action: ['sts:AssumeRoleWithWebIdentity', ...actions],
          Condition: {
            StringEquals: { [`${issuer.provider}:aud`]: 'sts.amazonaws.com' },
            StringLike: { [`${issuer.provider}:sub`]: 'acme/*' },
          },
        },
      ],
    },
    maxSessionDurationSeconds,
  })
  sts = await startLocalSts({
    port: 0,
    roles: {
      [ROLE]: role(43_200, 'sts:TagSession', 'sts:SetSourceIdentity'),
      [SHORT_ROLE]: role(3600),
      [PLAIN_ROLE]: role(43_200),
    },
  })
  client = new STSClient({ endpoint: sts.url, region: 'us-east-1', maxAttempts: 1 })
})

afterAll(async () => {
  client.destroy()
  await sts.close()
  await issuer.close()
})

async function assume(input: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) {
  const WebIdentityToken = input.WebIdentityToken ?? (await issuer.sign())
  return client.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: ROLE,
      RoleSessionName: 'alice',
      ...input,
      WebIdentityToken,
    }),
  )
}

async function codeOf(input: Partial<AssumeRoleWithWebIdentityCommandInput>): Promise<unknown> {
  try {
    await assume(input)
    return 'none'
  } catch (error) {
    return error instanceof Error ? error.name : error
  }
}

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const policy = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })
const padded = (length: number) => policy(statement).padEnd(length)
const arn = (length: number) => 'arn:aws:iam::111122223333:policy/'.padEnd(length, 'p')
const arns = (count: number, length = 40) =>
  Array.from({ length: count }, () => ({ arn: arn(length) }))

describe('limits of the request', () => {
  const cases: [string, Partial<AssumeRoleWithWebIdentityCommandInput>, string][] = [
    ['role ARN of 19 characters', { RoleArn: 'a'.repeat(19) }, 'ValidationError'],
    ['role ARN of 20 characters', { RoleArn: 'a'.repeat(20) }, 'AccessDenied'],
    ['role ARN of 2048 characters', { RoleArn: 'a'.repeat(2048) }, 'AccessDenied'],
    ['role ARN of 2049 characters', { RoleArn: 'a'.repeat(2049) }, 'ValidationError'],
    ['session name of 1 character', { RoleSessionName: 'a' }, 'ValidationError'],
    ['session name of 2 characters', { RoleSessionName: 'ab' }, 'none'],
    ['session name of 64 characters', { RoleSessionName: 'a'.repeat(64) }, 'none'],
    ['session name of 65 characters', { RoleSessionName: 'a'.repeat(65) }, 'ValidationError'],
    ['session name with every character', { RoleSessionName: 'aZ0_+=,.@-' }, 'none'],
    ['session name with a slash', { RoleSessionName: 'a/b' }, 'ValidationError'],
    ['token of 3 characters', { WebIdentityToken: 'abc' }, 'ValidationError'],
    ['token of 4 characters', { WebIdentityToken: 'abcd' }, 'InvalidIdentityTokenException'],
    [
      'token of 20,000 characters',
      { WebIdentityToken: 'a'.repeat(20_000) },
      'InvalidIdentityTokenException',
    ],
    ['token of 20,001 characters', { WebIdentityToken: 'a'.repeat(20_001) }, 'ValidationError'],
    ['duration of 899 s', { DurationSeconds: 899 }, 'ValidationError'],
    ['duration of 900 s', { DurationSeconds: 900 }, 'none'],
    ['duration of 43,200 s', { DurationSeconds: 43_200 }, 'none'],
    ['duration of 43,201 s', { DurationSeconds: 43_201 }, 'ValidationError'],
    ["duration at the role's maximum", { RoleArn: SHORT_ROLE, DurationSeconds: 3600 }, 'none'],
    [
      "duration over the role's maximum",
      { RoleArn: SHORT_ROLE, DurationSeconds: 3601 },
      'ValidationError',
    ],
    ['empty policy', { Policy: '' }, 'ValidationError'],
    ['policy of 2048 characters', { Policy: padded(2048) }, 'none'],
    ['policy of 2049 characters', { Policy: padded(2049) }, 'ValidationError'],
    [
      'policy with U+00FF',
      { Policy: policy({ ...statement, Resource: 'arn:aws:s3:::b/\u00ff' }) },
      'none',
    ],
    [
      'policy with U+0100',
      { Policy: policy({ ...statement, Resource: 'arn:aws:s3:::b/\u0100' }) },
      'ValidationError',
    ],
    ['10 managed policies', { PolicyArns: arns(10) }, 'none'],
    ['11 managed policies', { PolicyArns: arns(11) }, 'ValidationError'],
    ['inline and managed of 2048', { Policy: padded(2008), PolicyArns: arns(1) }, 'none'],
    [
      'inline and managed of 2049',
      { Policy: padded(2009), PolicyArns: arns(1) },
      'PackedPolicyTooLargeException',
    ],
  ]
  test.each(cases)('%s', async (_, input, code) => {
    expect(await codeOf(input)).toBe(code)
  })
})

describe('grammar of the session policy', () => {
  const cases: [string, string][] = [
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no statement', '{"Version":"2012-10-17"}'],
    ['an unknown version', '{"Version":"2020-01-01","Statement":[]}'],
    ['a principal', policy({ ...statement, Principal: '*' })],
    ['an unknown effect', policy({ ...statement, Effect: 'Maybe' })],
    ['Action beside NotAction', policy({ ...statement, NotAction: 's3:*' })],
    ['no resource', policy({ Effect: 'Allow', Action: 's3:GetObject' })],
    ['an action without a service', policy({ ...statement, Action: 'GetObject' })],
    ['a resource that is no ARN', policy({ ...statement, Resource: 'bucket/*' })],
    ['an unknown operator', policy({ ...statement, Condition: { StringIs: { 'aws:a': 'b' } } })],
    ['a Sid with a space', policy({ ...statement, Sid: 'a b' })],
    ['the same Sid twice', policy({ ...statement, Sid: 'a' }, { ...statement, Sid: 'a' })],
  ]
  test.each(cases)('%s', async (_, Policy) => {
    expect(await codeOf({ Policy })).toBe('MalformedPolicyDocumentException')
  })
})

describe('claims for tags and source identity', () => {
  const tags = (entries: [string, string][], transitive: string[] = []) => ({
    [TAGS]: {
      principal_tags: Object.fromEntries(entries.map(([key, value]) => [key, [value]])),
      transitive_tag_keys: transitive,
    },
  })
  const many = (count: number) =>
    Array.from({ length: count }, (_, index): [string, string] => [`k${index}`, 'v'])
  const cases: [string, object, string, string?][] = [
    ['50 tags', tags(many(50)), 'none'],
    ['51 tags', tags(many(51)), 'ValidationError'],
    ['key of 128', tags([['k'.repeat(128), 'v']]), 'none'],
    ['key of 129', tags([['k'.repeat(129), 'v']]), 'ValidationError'],
    ['value of 256', tags([['k', 'v'.repeat(256)]]), 'none'],
    ['value of 257', tags([['k', 'v'.repeat(257)]]), 'ValidationError'],
    [
      'keys alike but for case',
      tags([
        ['k', 'v'],
        ['K', 'v'],
      ]),
      'ValidationError',
    ],
    ['transitive key of no tag', tags([['k', 'v']], ['other']), 'ValidationError'],
    [
      'two values of one tag',
      { [TAGS]: { principal_tags: { k: ['a', 'b'] } } },
      'InvalidIdentityTokenException',
    ],
    ['source identity of 1', { [SOURCE_IDENTITY]: 'a' }, 'ValidationError'],
    ['source identity of 2', { [SOURCE_IDENTITY]: 'ab' }, 'none'],
    ['source identity of 64', { [SOURCE_IDENTITY]: 'a'.repeat(64) }, 'none'],
    ['source identity of 65', { [SOURCE_IDENTITY]: 'a'.repeat(65) }, 'ValidationError'],
    ['tags without sts:TagSession', tags([['k', 'v']]), 'AccessDenied', PLAIN_ROLE],
    ['source identity without its action', { [SOURCE_IDENTITY]: 'ab' }, 'AccessDenied', PLAIN_ROLE],
  ]
  test.each(cases)('%s', async (_, claims, code, RoleArn = ROLE) => {
    expect(await codeOf({ RoleArn, WebIdentityToken: await issuer.sign({ ...claims }) })).toBe(code)
  })
})

describe('verification of the token', () => {
  test('an expired token', async () => {
    const token = await issuer.sign({ exp: Math.floor(Date.now() / 1000) - 1 })
    expect(await codeOf({ WebIdentityToken: token })).toBe('ExpiredTokenException')
  })
  test('a foreign signature', async () => {
    const token = await issuer.sign({}, await newKey('one'))
    expect(await codeOf({ WebIdentityToken: token })).toBe('InvalidIdentityTokenException')
  })
  test('an issuer that no role trusts', async () => {
    const token = await issuer.sign({ iss: 'https://elsewhere.example' })
    expect(await codeOf({ WebIdentityToken: token })).toBe('InvalidIdentityTokenException')
  })
  test('http beyond the loopback interface', async () => {
    const token = await issuer.sign({ iss: 'http://id.example' })
    expect(await codeOf({ WebIdentityToken: token })).toBe('IDPCommunicationErrorException')
  })
  test.each([
    ['another audience', { aud: 'other' }],
    ['another tenant', { sub: 'beta/alice' }],
  ])('%s is refused by the trust policy', async (_, claims) => {
    expect(await codeOf({ WebIdentityToken: await issuer.sign(claims) })).toBe('AccessDenied')
  })
  test('keys that cannot be reached', async () => {
    const down = await startLocalSts({ port: 0, roles: await rolesOf() })
    const other = new STSClient({ endpoint: down.url, region: 'us-east-1', maxAttempts: 1 })
    issuer.setAvailable(false)
    const command = new AssumeRoleWithWebIdentityCommand({
      RoleArn: ROLE,
      RoleSessionName: 'alice',
      WebIdentityToken: await issuer.sign(),
    })
    await expect(other.send(command)).rejects.toThrow(/verification key/)
    issuer.setAvailable(true)
    other.destroy()
    await down.close()
  })
  test('a key published since the last fetch is fetched, others come from the cache', async () => {
    await assume()
    const before = issuer.fetches()
    await assume()
    expect(issuer.fetches()).toBe(before)
    await issuer.rotate()
    await assume()
    expect(issuer.fetches()).toBe(before + 2)
  })
})

test('a success carries all that AWS sends', async () => {
  const token = await issuer.sign({ [SOURCE_IDENTITY]: 'alice' })
  const answer = await assume({ WebIdentityToken: token, Policy: policy(statement) })
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: 'acme/alice',
    Audience: 'sts.amazonaws.com',
    Provider: issuer.url,
    AssumedRoleUser: { Arn: 'arn:aws:sts::111122223333:assumed-role/acme-app/alice' },
    SourceIdentity: 'alice',
  })
  expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
  expect(answer.Credentials?.SecretAccessKey).toHaveLength(40)
  expect(answer.Credentials?.SessionToken).toHaveLength(300)
  expect(answer.PackedPolicySize).toBeGreaterThan(0)
  expect(answer.PackedPolicySize).toBeLessThan(20)
  expect(answer.Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 3_590_000)
})

test('another action is answered in XML', async () => {
  const response = await fetch(sts.url, {
    method: 'POST',
    body: new URLSearchParams({ Action: 'GetCallerIdentity' }),
  })
  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toBe('text/xml')
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  expect(await response.text()).toContain('<Code>InvalidAction</Code>')
})

async function rolesOf() {
  const { rolesForTenants } = await import('../../../packages/local/src/local-sts/roles.ts')
  const { sampleTenant } = await import('./sample-tenant.ts')
  return rolesForTenants([sampleTenant(ROLE)], issuer.url)
}
