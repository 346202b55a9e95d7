/** `token-broker validate`, with valid and invalid tenant documents. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const valid = await createTenantFolder()
const invalid = await createTenantFolder()
const NOT_VALID = 'tenant: NOT VALID\nissuers: []\nrules: []\ngrants: {}\n'
const broken = await invalid.write('broken.yaml', NOT_VALID)

it('counts the valid documents of a directory', async () => {
  expect(await runCli(['validate', valid.directory])).toEqual({
    code: 0,
    stdout: '1 document is valid\n',
    stderr: '',
  })
})

it('prints every error at once, each with its line, and fails', async () => {
  const { code, stdout, stderr } = await runCli(['validate', invalid.directory])
  expect(code).toBe(1)
  expect(stdout).toBe('')
  const places = stderr.split('\n').filter((line) => line.includes('-->'))
  expect(places.length).toBeGreaterThanOrEqual(2)
  for (const line of places) expect(line).toContain(broken)
  expect(stderr).toMatch(/\n3 errors; 1 of 2 documents is invalid; https:.*\n$/)
})

it('prints errors as JSON, and an empty array where there are none', async () => {
  const failed = await runCli(['validate', '--format', 'json', broken])
  expect(failed).toMatchObject({ code: 1, stderr: '' })
  expect(JSON.parse(failed.stdout)).toContainEqual(
    expect.objectContaining({ file: broken, id: 'invalid-document', level: 'error' }),
  )
  const passed = await runCli(['validate', '--format=json', valid.directory])
  expect(passed).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
})

describe('--boundaries', async () => {
  const created = await createTenantFolder()
  const ours = 'arn:aws:iam::111122223333:policy/tenant-boundary'
  const theirs = 'arn:aws:iam::aws:policy/AdministratorAccess'
  const write = (name: string, boundary: string) =>
    created.write(
      `${name}.json`,
      JSON.stringify({
        tenant: name,
        issuers: [{ issuer: 'https://id.example', audiences: ['app'] }],
        rules: [{ name: 'all', grant: 'own' }],
        grants: {
          own: {
            role: `arn:aws:iam::111122223333:role/${name}`,
            createRole: true,
            permissionsBoundary: boundary,
            policy: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
          },
        },
      }),
    )
  const [own, administrator] = await Promise.all([write('own', ours), write('admin', theirs)])

  it.each([
    { file: own, accepted: [], message: undefined },
    { file: own, accepted: [ours], message: undefined },
    { file: own, accepted: [theirs], message: `the stage does not accept ${ours}` },
    { file: administrator, accepted: [], message: `${theirs} is a policy of AWS` },
    { file: administrator, accepted: [ours], message: `the stage does not accept ${theirs}` },
    { file: administrator, accepted: [ours, theirs], message: undefined },
  ])('$accepted: validate and explain of $file', async ({ file, accepted, message }) => {
    const option = accepted.length === 0 ? [] : ['--boundaries', accepted.join()]
    const validated = await runCli(['validate', ...option, file])
    const explained = await runCli(['explain', ...option, '--tenants', file], 'a.b.c')
    if (message === undefined) {
      expect(validated).toMatchObject({ code: 0, stderr: '' })
      expect(explained).toMatchObject({ code: 3 })
    } else {
      expect(validated.stderr).toContain(message)
      expect([validated.code, explained.code]).toEqual([1, 1])
      expect(explained.stderr).toContain(message)
    }
  })

  it('accepts no boundary where it is empty', async () => {
    const { code, stderr } = await runCli(['validate', '--boundaries', '', own])
    expect(code).toBe(1)
    expect(stderr).toContain('add it to permissionsBoundaries of the stage')
  })
})

const PAGE = 'https://github.com/token-broker/token-broker/blob/main/packages/cli/docs/lint.md'
const WITHOUT_ALLOW = `tenant: quiet
issuers: [{ issuer: 'https://id.quiet.example', audiences: [quiet] }]
rules: [{ name: all, grant: none }]
grants: { none: { role: 'arn:aws:iam::111122223333:role/quiet' } }
`

it('prints warnings, and fails for them only with --strict', async () => {
  const file = await (await createTenantFolder()).write('quiet.yaml', WITHOUT_ALLOW)
  const passed = await runCli(['validate', file])
  expect(passed).toEqual({
    code: 0,
    stdout:
      '1 document is valid, with 1 warning, which --strict reports as errors; ' +
      `${PAGE} explains each id in brackets\n`,
    stderr: `warning[grant-without-policy]: the grant none allows nothing: without an Allow \
statement, the session may do nothing
 --> ${file}:4:11
  |
4 | grants: { none: { role: 'arn:aws:iam::111122223333:role/quiet' } }
  |           ^^^^
  = in grants.none
  = help: write a statement with Effect: Allow, or remove the grant
`,
  })
  const failed = await runCli(['validate', '--strict', file])
  expect(failed).toMatchObject({ code: 1, stdout: '' })
  expect(failed.stderr).toBe(
    `${passed.stderr.replace('warning[', 'error[')}
1 error; 1 of 1 document is invalid; ${PAGE} explains each id in brackets
`,
  )
})

it('prints each finding as JSON with its id, level, place and page', async () => {
  const file = await (await createTenantFolder()).write('quiet.yaml', WITHOUT_ALLOW)
  const { code, stdout } = await runCli(['validate', '--format', 'json', file])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual([
    {
      id: 'grant-without-policy',
      level: 'warning',
      file,
      path: 'grants.none',
      line: 4,
      column: 11,
      endLine: 4,
      endColumn: 15,
      message: expect.stringContaining('allows nothing'),
      hint: expect.any(String),
      page: expect.stringMatching(/\/packages\/cli\/docs\/lint\.md#grant-without-policy$/),
    },
  ])
  const strict = await runCli(['validate', '--strict', '--format', 'json', file])
  expect(strict.code).toBe(1)
  expect(JSON.parse(strict.stdout)[0]).toMatchObject({ level: 'error' })
})

it('compares actions with the catalogue that is part of the program', async () => {
  const text = WITHOUT_ALLOW.replace(
    "role/quiet'",
    "role/quiet', policy: [{ Effect: Allow, Action: 's3:GetObjects', Resource: '*' }]",
  )
  const file = await (await createTenantFolder()).write('quiet.yaml', text)
  const { code, stderr } = await runCli(['validate', file])
  expect(code).toBe(1)
  expect(stderr).toContain('error[unknown-action]: s3 has no action GetObjects\n')
  expect(stderr).toContain('= help: did you mean s3:GetObject?\n')
})

it('says which files of a directory it skipped, and why', async () => {
  const folder = await createTenantFolder()
  await folder.write('notes.txt', 'x')
  await folder.write('old.YAML', 'x')
  await folder.write('acme.test.yaml', 'tests: []')
  mkdirSync(path.join(folder.directory, 'more.yaml'))
  const { code, stdout, stderr } = await runCli(['validate', folder.directory])
  expect({ code, stdout }).toEqual({ code: 0, stdout: '1 document is valid\n' })
  expect(stderr.replaceAll(`${folder.directory}/`, '')).toBe(
    `skipped acme.test.yaml: rule tests, which "token-broker test" runs
skipped more.yaml: a directory, and directories in it are not read
skipped notes.txt: not .yaml, .yml or .json
skipped old.YAML: not .yaml, but .YAML; names are case-sensitive
`,
  )
})

it('reads the targets of symbolic links, and names one that does not exist', async () => {
  const folder = await createTenantFolder()
  const link = path.join(folder.directory, 'link.yaml')
  symlinkSync('nowhere.yaml', link)
  expect(await runCli(['validate', folder.directory])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      `token-broker: cannot read ${link}: no such file or directory (ENOENT); check the path; ` +
      'it is a symbolic link to nowhere.yaml\n',
  })
})

it('refuses a directory without documents, and says what is in it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'token-broker-empty-'))
  expect((await runCli(['validate', folder])).stderr).toContain(
    'found none: the directory is empty',
  )
  writeFileSync(path.join(folder, 'notes.txt'), '')
  expect(await runCli(['validate', folder])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('notes.txt: not .yaml, .yml or .json'),
  })
})

it('colours where the terminal has colours, and NO_COLOR is not set', async () => {
  const colored = { ...process.env, FORCE_COLOR: '1', NO_COLOR: undefined }
  const { stderr } = await runCli(['validate', broken], '', colored)
  expect(stderr).toContain('\u001b[31merror[invalid-document]\u001b[39m')
  const plain = await runCli(['validate', broken], '', { ...process.env, NO_COLOR: '1' })
  expect(plain.stderr).not.toContain('\u001b')
})

it.each([
  { args: ['validate'], message: 'expected FILES...: tenant documents' },
  { args: ['validate', '/no/such/file.yaml'], message: 'cannot read /no/such/file.yaml' },
  { args: ['validate', '--format', 'xml', '.'], message: '"xml"' },
  { args: ['validate', '--colour'], message: '--colour' },
])('refuses $args in one line', async ({ args, message }) => {
  const { code, stdout, stderr } = await runCli(args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^token-broker: /)
  expect(stderr).toContain(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})
