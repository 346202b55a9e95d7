/** The local STS: limits and error codes that AWS documents, through the unmodified AWS SDK. */
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalSts } from '../../../packages/local/src/local-sts/server.ts'
import { newKey } from './fake-issuer.ts'
import {
  PLAIN_ROLE,
  ROLE,
  SHORT_ROLE,
  type StsInput,
  type StsWithSdk,
  startStsWithSdk,
} from './sts-with-sdk.ts'

const TAGS = 'https://aws.amazon.com/tags'
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity'
let sts: StsWithSdk

beforeAll(async () => {
  sts = await startStsWithSdk()
})
afterAll(() => sts.close())

describe('limits of the request', () => {
  it.each<[string, StsInput, string]>([
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
    ['policy with U+00FF', { Policy: policy({ Resource: 'arn:aws:s3:::b/\u00ff' }) }, 'none'],
    [
      'policy with U+0100',
      { Policy: policy({ Resource: 'arn:aws:s3:::b/\u0100' }) },
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
  ])('%s', async (_, input, code) => {
    expect(await sts.codeOf(input)).toBe(code)
  })
})

describe('a session policy is refused if it has', () => {
  it.each<[string, string]>([
    ['invalid JSON', '{'],
    ['a list', '[]'],
    ['no statement', '{"Version":"2012-10-17"}'],
    ['an unknown version', '{"Version":"2020-01-01","Statement":[]}'],
    ['a principal', policy({ Principal: '*' })],
    ['an unknown effect', policy({ Effect: 'Maybe' })],
    ['both Action and NotAction', policy({ NotAction: 's3:*' })],
    ['no resource', policy({ Resource: undefined })],
    ['an action without a service', policy({ Action: 'GetObject' })],
    ['a resource that is not an ARN', policy({ Resource: 'bucket/*' })],
    ['an unknown operator', policy({ Condition: { StringIs: { 'aws:a': 'b' } } })],
    ['a Sid with a space', policy({ Sid: 'a b' })],
    ['the same Sid twice', policy({ Sid: 'a' }, { Sid: 'a' })],
  ])('%s', async (_, Policy) => {
    expect(await sts.codeOf({ Policy })).toBe('MalformedPolicyDocumentException')
  })
})

describe('claims for tags and source identity', () => {
  it.each<[string, object, string, string?]>([
    ['50 tags', tags(pairs(50)), 'none'],
    ['51 tags', tags(pairs(51)), 'ValidationError'],
    ['key of 128', tags([['k'.repeat(128), 'v']]), 'none'],
    ['key of 129', tags([['k'.repeat(129), 'v']]), 'ValidationError'],
    ['value of 256', tags([['k', 'v'.repeat(256)]]), 'none'],
    ['value of 257', tags([['k', 'v'.repeat(257)]]), 'ValidationError'],
    [
      'keys that differ only in case',
      tags([
        ['k', 'v'],
        ['K', 'v'],
      ]),
      'ValidationError',
    ],
    ['transitive key without a tag', tags([['k', 'v']], ['other']), 'ValidationError'],
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
  ])('%s', async (_, claims, code, RoleArn = ROLE) => {
    const WebIdentityToken = await sts.issuer.sign({ ...claims })
    expect(await sts.codeOf({ RoleArn, WebIdentityToken })).toBe(code)
  })
})

describe('verification of the token', () => {
  it.each([
    ['an expired token', { exp: Math.floor(Date.now() / 1000) - 1 }, 'ExpiredTokenException'],
    [
      'an issuer that no role trusts',
      { iss: 'https://elsewhere.example' },
      'InvalidIdentityTokenException',
    ],
    [
      'http outside the loopback interface',
      { iss: 'http://id.example' },
      'IDPCommunicationErrorException',
    ],
    ['another audience', { aud: 'other' }, 'AccessDenied'],
    ['another tenant', { sub: 'beta/alice' }, 'AccessDenied'],
  ])('refuses %s', async (_, claims, code) => {
    expect(await sts.codeOf({ WebIdentityToken: await sts.issuer.sign(claims) })).toBe(code)
  })
  it('refuses a signature by another key', async () => {
    const token = await sts.issuer.sign({}, await newKey('one'))
    expect(await sts.codeOf({ WebIdentityToken: token })).toBe('InvalidIdentityTokenException')
  })
  it('refuses a token if the keys cannot be fetched', async () => {
    const down = await startLocalSts({ port: 0, roles: sts.roles })
    const other = new STSClient({ endpoint: down.url, region: 'us-east-1', maxAttempts: 1 })
    sts.issuer.setAvailable(false)
    const command = new AssumeRoleWithWebIdentityCommand({
      RoleArn: ROLE,
      RoleSessionName: 'alice',
      WebIdentityToken: await sts.issuer.sign(),
    })
    await expect(other.send(command)).rejects.toThrow(/verification key/)
    sts.issuer.setAvailable(true)
    other.destroy()
    await down.close()
  })
  it('fetches a key published since the last fetch, and caches keys otherwise', async () => {
    await sts.assume()
    const before = sts.issuer.fetches()
    await sts.assume()
    expect(sts.issuer.fetches()).toBe(before)
    await sts.issuer.rotate()
    await sts.assume()
    expect(sts.issuer.fetches()).toBe(before + 2)
  })
})

it('returns every field that AWS returns', async () => {
  const token = await sts.issuer.sign({ [SOURCE_IDENTITY]: 'alice' })
  const response = await sts.assume({ WebIdentityToken: token, Policy: policy({}) })
  expect(response).toMatchObject({
    SubjectFromWebIdentityToken: 'acme/only/alice',
    Audience: 'sts.amazonaws.com',
    Provider: sts.issuer.url,
    AssumedRoleUser: { Arn: 'arn:aws:sts::111122223333:assumed-role/acme-app/alice' },
    SourceIdentity: 'alice',
  })
  expect(response.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
  expect(response.Credentials?.SecretAccessKey).toHaveLength(40)
  expect(response.Credentials?.SessionToken).toHaveLength(300)
  expect(response.SessionTokenUtilization).toBeGreaterThan(0)
  expect(response.SessionTokenUtilization).toBeLessThan(20)
  expect(response.PackedPolicySize).toBe(response.SessionTokenUtilization)
  expect(response.SessionTokenSize).toBe(300)
  expect(response.Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 3_590_000)
})

it('refuses another action in XML', async () => {
  const response = await fetch(sts.url, {
    method: 'POST',
    body: new URLSearchParams({ Action: 'GetCallerIdentity' }),
  })
  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toBe('text/xml')
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  expect(await response.text()).toContain('<Code>InvalidAction</Code>')
})

/** Each argument changes one statement that is valid without it. */
function policy(...changes: object[]): string {
  const valid = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
  const Statement = changes.map((change) => ({ ...valid, ...change }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

function padded(length: number): string {
  return policy({}).padEnd(length)
}

function arns(count: number) {
  const arn = 'arn:aws:iam::111122223333:policy/'.padEnd(40, 'p')
  return Array.from({ length: count }, () => ({ arn }))
}

function tags(entries: [string, string][], transitiveKeys: string[] = []) {
  return {
    [TAGS]: {
      principal_tags: Object.fromEntries(entries.map(([key, value]) => [key, [value]])),
      transitive_tag_keys: transitiveKeys,
    },
  }
}

function pairs(count: number) {
  return Array.from({ length: count }, (_, index): [string, string] => [`k${index}`, 'v'])
}
