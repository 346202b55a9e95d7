/** `token-broker test`: stated callers, and what they must get. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { runCli, runHere, startCli } from './run-cli.ts'

const PACKAGES = path.join(import.meta.dirname, '../../../packages')
const SAMPLES = ['local/tenants', 'game'].map((folder) => path.join(PACKAGES, folder))
const DOCUMENT = `
tenant: acme
issuers: [{ issuer: https://idp.example, audiences: [app] }]
attributes: { user: { from: claims.sub } }
rules: [{ name: staff, when: claims.role == "staff", grant: files }, { name: all, grant: drafts }]
grants:
  files:
    role: arn:aws:iam::111122223333:role/files
    sessionTags: { user: '{{user}}' }
    sourceIdentity: '{{user}}'
    policy:
      - { Sid: Own, Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::d/{{user}}/*' }
      - { Sid: Keys, Effect: Deny, Action: 's3:*', Resource: 'arn:aws:s3:::d/*/keys/*' }
  drafts:
    role: arn:aws:iam::111122223333:role/drafts
    policy:
      - { Effect: Allow, Action: s3:PutObject, Resource: 'arn:aws:s3:::drafts/{{user}}/*' }
`
const STAFF = { sub: 'alice', role: 'staff' }
let folders = 0

/** @returns the file with the tests, beside the document */
function writeTests(tests: unknown, document = DOCUMENT): string {
  const folder = path.join(makeTemporaryFolder(), String(folders++))
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'acme.yaml'), document)
  const file = path.join(folder, 'acme.test.json')
  writeFileSync(file, typeof tests === 'string' ? tests : JSON.stringify({ tests }))
  return file
}

const testOf = (expect: object, claims: object = STAFF, others: object = {}) => [
  { name: 'one', claims, ...others, expect },
]
const run = (tests: unknown, ...options: string[]) =>
  runHere(['test', writeTests(tests), ...options])

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
    const { code, stdout } = await run(testOf(expected))
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
    expect((await run(testOf({ policy: [own, keys] }))).code).toBe(0)
    expect((await run(testOf({ policy: [keys, own] }))).code).toBe(1)
    expect((await run(testOf({ policy: [own] }))).code).toBe(1)
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
    const { code, stdout } = await run(testOf(expected))
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining(output) })
    expect(stdout).toContain('0 passed, 1 failed')
  })

  it('shows why a request was refused where a session is expected', async () => {
    const { code, stdout } = await run(testOf({ grant: 'files' }, { sub: '*', role: 'staff' }))
    expect(code).toBe(1)
    expect(stdout).toContain('found    refused: claim_unusable')
    expect(stdout).toContain('Attribute "user" cannot be used')
  })

  it('is a request that depends on a key that is not stated', async () => {
    const conditional = DOCUMENT.replace(
      "Resource: 'arn:aws:s3:::d/{{user}}/*' }",
      "Resource: 'arn:aws:s3:::d/{{user}}/*', Condition: { Bool: { aws:SecureTransport: true } } }",
    )
    const object = 's3:GetObject arn:aws:s3:::d/alice/x'
    const [action, resource] = object.split(' ')
    const withContext = (value: string | string[]) => [
      { action, resource, context: { 'aws:SecureTransport': value } },
    ]
    const check = (expected: object) => runHere(['test', writeTests(testOf(expected), conditional)])
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
    const { code, stdout } = await run(testOf(expected, claims, others))
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1 passed') })
  })
})

describe('a file that is not valid', () => {
  it.each<[string, unknown, string]>([
    ['an unknown field', testOf({ grnat: 'files' }), 'help: did you mean grant?'],
    ['nothing expected', testOf({}), 'help: write grant: NAME, or refusal: CODE'],
    ['no claims', [{ name: 'a', expect: { grant: 'x' } }], 'neither claims nor a token'],
    [
      'two names',
      [...testOf({ grant: 'x' }), ...testOf({ grant: 'y' })],
      'another test has the name one',
    ],
    [
      'a refusal and a grant',
      testOf({ refusal: 'access_denied', grant: 'files' }),
      'a refused request has no grant',
    ],
    ['an unknown code', testOf({ refusal: 'denied' }), 'write one of: invalid_request'],
    [
      'an action without an ARN',
      testOf({ can: ['s3:GetObject'] }),
      'write a text such as s3:GetObject',
    ],
    ['a time without quotes', 'tests:\n  - { name: a, claims: {}, now: 5, expect: {} }', 'now'],
    [
      'a pool without an id',
      testOf({ grant: 'x' }, STAFF, { pool: { provider: 'idp' } }),
      'the pool is missing',
    ],
    [
      'a guest with a token',
      testOf({ grant: 'x' }, STAFF, { pool: { id: 'eu-central-1:0' } }),
      'a guest has no token',
    ],
    [
      'a number that YAML rounds',
      'tests:\n  - { name: a, claims: { id: 12345678901234567890 }, expect: { grant: x } }',
      'YAML reads the number 12345678901234567890 as 12345678901234567000',
    ],
    ['no YAML', 'tests: [', 'the bracket [ has no closing ]'],
    ['no tests', { tests: [] }, 'tests'],
  ])('%s', async (_, tests, message) => {
    const { code, stdout } = await run(tests)
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining(message) })
    expect(stdout).toMatch(/--> .*acme\.test\.json:\d+:\d+$/m)
    expect(stdout).toContain('1 invalid')
  })

  it('is a document with errors, which are shown', async () => {
    const file = writeTests(testOf({ grant: 'x' }), 'tenant: NOT VALID')
    const { code, stdout } = await runHere(['test', file])
    expect(code).toBe(1)
    expect(stdout).toMatch(/--> .*acme\.yaml:1:9$/m)
  })

  it.each<[string, (file: string) => string[], string]>([
    ['does not exist', (file) => [file.replace('acme.test', 'no.test')], 'cannot read'],
    ['is a document', (file) => [file.replace('.test.json', '.yaml')], 'expected a file such as'],
    ['is a folder without tests', () => [makeTemporaryFolder()], 'expected rule tests'],
  ])('%s', async (_, operands, message) => {
    const file = writeTests(testOf({ grant: 'files' }))
    const { code, stderr } = await runHere(['test', ...operands(file)])
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
  })
})

describe('other forms of output', () => {
  const tests = [
    ...testOf({ grant: 'files' }),
    { name: 'two <&">\u0007', claims: STAFF, expect: { grant: 'drafts' } },
  ]

  it('--coverage lists what no test reaches', async () => {
    const { stdout } = await run(
      testOf({ can: ['s3:GetObject arn:aws:s3:::d/alice/x'] }),
      '--coverage',
    )
    expect(stdout.slice(stdout.indexOf('rules:'))).toBe(
      [
        'rules: 1 of 2 reached',
        '  not reached: acme: all',
        'grants: 1 of 2 reached',
        '  not reached: acme: drafts',
        'statements: 1 of 3 reached',
        '  not reached: acme: files, Keys',
        '  not reached: acme: drafts, statement 1',
        '',
      ].join('\n'),
    )
  })

  it('--format json has every result', async () => {
    const { code, stdout } = await run(tests, '--format', 'json')
    expect(code).toBe(1)
    const { files, coverage } = JSON.parse(stdout)
    expect(files[0].tests).toMatchObject([
      { name: 'one', passed: true, tenant: 'acme', rule: 'staff', grant: 'files' },
      { passed: false, mismatches: [{ what: 'grant', expected: 'drafts', found: 'files' }] },
    ])
    expect(coverage.rules).toEqual({ all: ['acme: staff', 'acme: all'], missing: ['acme: all'] })
  })

  it('--format junit is XML, whatever a name contains', async () => {
    const { code, stdout } = await run(tests, '--format', 'junit')
    expect(code).toBe(1)
    const { DOMParser } = await import('@xmldom/xmldom')
    const problems: string[] = []
    const xml = new DOMParser({
      errorHandler: (_: string, text: string) => problems.push(text),
    }).parseFromString(stdout, 'text/xml')
    expect(problems).toEqual([])
    const cases = [...Array(2)].map((_, index) => xml.getElementsByTagName('testcase')[index])
    expect(cases.map((one) => one?.getAttribute('name'))).toEqual(['one', 'two <&">\ufffd'])
    expect(xml.getElementsByTagName('failure')).toHaveLength(1)
  })
})

it('--watch runs again when the document changes, and after an error', async () => {
  const file = writeTests(testOf({ grant: 'files' }))
  const child = startCli(['test', '--watch', file], process.env)
  let output = ''
  child.stdout.on('data', (part) => (output += part))
  child.stderr.on('data', (part) => (output += part))
  const count = (text: string) => output.split(text).length - 1
  const document = file.replace('.test.json', '.yaml')
  try {
    await expect.poll(() => count('1 passed, 0 failed'), { timeout: 20_000 }).toBe(1)
    writeFileSync(document, DOCUMENT.replace('"staff"', '"boss"'))
    await expect.poll(() => count('0 passed, 1 failed'), { timeout: 20_000 }).toBe(1)
    writeFileSync(document, 'tenant: [')
    await expect.poll(() => count('1 invalid'), { timeout: 20_000 }).toBe(1)
    writeFileSync(document, DOCUMENT)
    await expect.poll(() => count('1 passed, 0 failed'), { timeout: 20_000 }).toBe(2)
  } finally {
    child.kill()
  }
}, 90_000)
