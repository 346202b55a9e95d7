/** `token-broker test`: files that it refuses, its forms of output, and `--watch`. */
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { runTests, STAFF, TESTED_DOCUMENT, testOf, writeRuleTests } from './rule-test-bench.ts'
import { runHere, startCli } from './run-cli.ts'

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
    const { code, stdout } = await runTests(tests)
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining(message) })
    expect(stdout).toMatch(/--> .*acme\.test\.json:\d+:\d+$/m)
    expect(stdout).toContain('1 invalid')
  })

  it('is a document with errors, which are shown', async () => {
    const file = writeRuleTests(testOf({ grant: 'x' }), 'tenant: NOT VALID')
    const { code, stdout } = await runHere(['test', file])
    expect(code).toBe(1)
    expect(stdout).toMatch(/--> .*acme\.yaml:1:9$/m)
  })

  it.each<[string, (file: string) => string[], string]>([
    ['does not exist', (file) => [file.replace('acme.test', 'no.test')], 'cannot read'],
    ['is a document', (file) => [file.replace('.test.json', '.yaml')], 'expected a file such as'],
    ['is a folder without tests', () => [makeTemporaryFolder()], 'expected rule tests'],
  ])('%s', async (_, operands, message) => {
    const file = writeRuleTests(testOf({ grant: 'files' }))
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
    const { stdout } = await runTests(
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
    const { code, stdout } = await runTests(tests, '--format', 'json')
    expect(code).toBe(1)
    const { files, coverage } = JSON.parse(stdout)
    expect(files[0].tests).toMatchObject([
      { name: 'one', passed: true, tenant: 'acme', rule: 'staff', grant: 'files' },
      { passed: false, mismatches: [{ what: 'grant', expected: 'drafts', found: 'files' }] },
    ])
    expect(coverage.rules).toEqual({ all: ['acme: staff', 'acme: all'], missing: ['acme: all'] })
  })

  it('--format junit is XML, whatever a name contains', async () => {
    const { code, stdout } = await runTests(tests, '--format', 'junit')
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
  const file = writeRuleTests(testOf({ grant: 'files' }))
  const child = startCli(['test', '--watch', file], process.env)
  let output = ''
  child.stdout.on('data', (part) => (output += part))
  child.stderr.on('data', (part) => (output += part))
  const count = (text: string) => output.split(text).length - 1
  const document = file.replace('.test.json', '.yaml')
  try {
    await expect.poll(() => count('1 passed, 0 failed'), { timeout: 20_000 }).toBe(1)
    writeFileSync(document, TESTED_DOCUMENT.replace('"staff"', '"boss"'))
    await expect.poll(() => count('0 passed, 1 failed'), { timeout: 20_000 }).toBe(1)
    writeFileSync(document, 'tenant: [')
    await expect.poll(() => count('1 invalid'), { timeout: 20_000 }).toBe(1)
    writeFileSync(document, TESTED_DOCUMENT)
    await expect.poll(() => count('1 passed, 0 failed'), { timeout: 20_000 }).toBe(2)
  } finally {
    child.kill()
  }
}, 90_000)
