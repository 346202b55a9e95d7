/** `token-broker test`: stated callers, and what they must get. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runTests, STAFF, TESTED_DOCUMENT, testOf, writeRuleTests } from './rule-test-bench.ts'
import { runCli, runHere } from './run-cli.ts'

const PACKAGES = path.join(import.meta.dirname, '../../../packages')
const SAMPLES = ['local/tenants', 'game'].map((folder) => path.join(PACKAGES, folder))

it('runs the tests of the sample tenants and the game, as the built program', async () => {
  const { code, stdout, stderr } = await runCli(['test', '--coverage', ...SAMPLES])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^27 passed, 0 failed$/m)
  expect(stdout).toMatch(/^rules: 10 of 10 reached$/m)
  expect(stdout).toMatch(/^grants: 12 of 12 reached$/m)
})

describe('an expectation that is met', () => {
  it.each<[string, object]>([
    ['grant and rule', { grant: 'files', rule: 'staff' }],
    [
      'role, tags and names',
      { role: 'arn:aws:iam::111122223333:role/files', tags: { user: 'alice' } },
    ],
    ['sourceIdentity', { sourceIdentity: 'alice' }],
    ['duration', { duration: '1h' }],
    ['can', { can: ['s3:GetObject arn:aws:s3:::d/alice/a b'] }],
    [
      'cannot',
      { cannot: ['s3:GetObject arn:aws:s3:::d/bob/x', 's3:GetObject arn:aws:s3:::d/alice/keys/x'] },
    ],
  ])('%s', async (_, expected) => {
    const { code, stdout } = await runTests(testOf(expected))
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1 passed') })
  })

  it('is the policy, in any order of members and as a list of one value', async () => {
    const own = {
      ...{ Action: ['s3:GetObject'], Effect: 'Allow', Sid: 'Own' },
      Resource: ['arn:aws:s3:::d/alice/*'],
    }
    const keys = {
      ...{ Sid: 'Keys', Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::d/*/keys/*' },
    }
    expect((await runTests(testOf({ policy: [own, keys] }))).code).toBe(0)
    expect((await runTests(testOf({ policy: [keys, own] }))).code).toBe(1)
    expect((await runTests(testOf({ policy: [own] }))).code).toBe(1)
  })
})

describe('an expectation that is not met', () => {
  it.each<[string, object, string]>([
    ['grant', { grant: 'drafts' }, 'grant\n        expected drafts\n        found    files'],
    ['rule', { rule: 'all' }, 'rule\n        expected all\n        found    staff'],
    ['role', { role: 'arn:x' }, 'found    arn:aws:iam::111122223333:role/files'],
    ['tags', { tags: {} }, 'found    {"user":"alice"}'],
    ['sessionName', { sessionName: 'bob' }, 'expected bob'],
    ['sourceIdentity', { sourceIdentity: 'bob' }, 'found    alice\n'],
    ['duration', { duration: '2h' }, 'expected 7200\n        found    3600'],
    ['refusal', { refusal: 'access_denied' }, 'expected access_denied\n        found    a session'],
    [
      'can',
      { can: ['s3:GetObject arn:aws:s3:::d/bob/x'] },
      'closest is statement Own, not matched: resource; it would allow arn:aws:s3:::d/alice/x',
    ],
    ['can, of a Deny', { can: ['s3:GetObject arn:aws:s3:::d/alice/keys/x'] }, 'found    denied'],
    ['cannot', { cannot: ['s3:GetObject arn:aws:s3:::d/alice/x'] }, 'allowed by statement Own'],
  ])('%s', async (_, expected, output) => {
    const { code, stdout } = await runTests(testOf(expected))
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining(output) })
    expect(stdout).toContain('0 passed, 1 failed')
  })

  it('shows why a request was refused where a session is expected', async () => {
    const { code, stdout } = await runTests(testOf({ grant: 'files' }, { sub: '*', role: 'staff' }))
    expect(code).toBe(1)
    expect(stdout).toContain('found    refused: claim_unusable')
    expect(stdout).toContain('Attribute "user" cannot be used')
  })

  it('is a request that depends on a key that is not stated', async () => {
    const conditional = TESTED_DOCUMENT.replace(
      "Resource: 'arn:aws:s3:::d/{{user}}/*' }",
      "Resource: 'arn:aws:s3:::d/{{user}}/*', Condition: { Bool: { aws:SecureTransport: true } } }",
    )
    const object = 's3:GetObject arn:aws:s3:::d/alice/x'
    const [action, resource] = object.split(' ')
    const withContext = (value: string | string[]) => [
      { action, resource, context: { 'aws:SecureTransport': value } },
    ]
    const check = (expected: object) =>
      runHere(['test', writeRuleTests(testOf(expected), conditional)])
    for (const expected of [{ can: [object] }, { cannot: [object] }]) {
      const { code, stdout } = await check(expected)
      expect(code).toBe(1)
      expect(stdout).toContain('it depends on aws:securetransport; state it under context')
    }
    expect((await check({ can: withContext('true') })).code).toBe(0)
    expect((await check({ cannot: withContext([]) })).code).toBe(0)
  })
})

describe('the stated request', () => {
  it.each<[string, object, object, object]>([
    ['of another audience', { ...STAFF, aud: 'other' }, {}, { refusal: 'access_denied' }],
    ['of an unknown issuer', { ...STAFF, iss: 'https://x' }, {}, { refusal: 'issuer_untrusted' }],
    ['without sub', { role: 'staff', sub: null }, {}, { refusal: 'invalid_token' }],
    ['without exp', { ...STAFF, exp: null }, {}, { refusal: 'invalid_token' }],
    ['expired', { ...STAFF, iat: 1, exp: 2 }, {}, { refusal: 'token_expired' }],
    [
      'at the time at which it was valid',
      { ...STAFF, iat: 1_767_225_600, exp: 1_767_225_900 },
      { now: '2026-01-01T00:01:00Z' },
      { grant: 'files' },
    ],
    ['of another grant', STAFF, { request: { grant: 'drafts' } }, { grant: 'drafts' }],
    ['of a shorter session', STAFF, { request: { duration: '15m' } }, { duration: '15m' }],
    [
      'of one statement',
      STAFF,
      { request: { statements: ['Own'] } },
      { can: ['s3:GetObject arn:aws:s3:::d/alice/x'] },
    ],
    [
      'of an unknown statement',
      STAFF,
      { request: { statements: ['X'] } },
      { refusal: 'access_denied' },
    ],
  ])('%s', async (_, claims, others, expected) => {
    const { code, stdout } = await runTests(testOf(expected, claims, others))
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1 passed') })
  })
})
