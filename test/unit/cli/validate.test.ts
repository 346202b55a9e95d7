/** `token-broker validate` and the command's own options, as a person runs them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from './run-cli.ts'
import { createTenantFolder, type TenantFolder } from './tenant-folder.ts'

let valid: TenantFolder
let invalid: TenantFolder
let broken: string

beforeAll(async () => {
  valid = await createTenantFolder()
  invalid = await createTenantFolder()
  broken = await invalid.write(
    'broken.yaml',
    'tenant: NOT VALID\nissuers: []\nrules: []\ngrants: {}\n',
  )
})
afterAll(() => Promise.all([valid.remove(), invalid.remove()]))

describe('validate', () => {
  test('counts the valid documents of a directory', async () => {
    expect(await runCli(['validate', valid.directory])).toEqual({
      code: 0,
      stdout: '1 document is valid\n',
      stderr: '',
    })
  })

  test('prints every error at once, one line each, and fails', async () => {
    const { code, stdout, stderr } = await runCli(['validate', invalid.directory])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    const lines = stderr.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(2)
    for (const line of lines) expect(line).toContain(broken)
  })

  test('prints errors as JSON, and an empty array where there are none', async () => {
    const failed = await runCli(['validate', '--format', 'json', broken])
    expect(failed).toMatchObject({ code: 1, stderr: '' })
    expect(JSON.parse(failed.stdout)).toContainEqual(
      expect.objectContaining({ file: broken, path: expect.anything() }),
    )
    const passed = await runCli(['validate', '--format=json', valid.directory])
    expect(passed).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })

  test.each([
    { args: ['validate'], says: 'name the tenant documents' },
    { args: ['validate', '/no/such/file.yaml'], says: 'cannot read /no/such/file.yaml' },
    { args: ['validate', '--format', 'xml', '.'], says: '"xml"' },
    { args: ['validate', '--colour'], says: '--colour' },
  ])('refuses $args in one line', async ({ args, says }) => {
    const { code, stdout, stderr } = await runCli(args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(says)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('token-broker', () => {
  test.each([['--help'], ['validate', '--help']])('%s %s prints the help', async (...args) => {
    const { code, stdout } = await runCli(args)
    expect(code).toBe(0)
    expect(stdout).toContain('token-broker explain --tenants DIR')
  })

  test('prints its version', async () => {
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' })
  })

  test('does not know other commands', async () => {
    const { code, stderr } = await runCli(['frobnicate'])
    expect(code).toBe(2)
    expect(stderr).toContain('unknown command "frobnicate"')
  })
})
