/** `token-broker validate`, with valid and invalid tenant documents. */
import { expect, it } from 'vitest'
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

it('prints every error at once, one line each, and fails', async () => {
  const { code, stdout, stderr } = await runCli(['validate', invalid.directory])
  expect(code).toBe(1)
  expect(stdout).toBe('')
  const lines = stderr.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThanOrEqual(2)
  for (const line of lines) expect(line).toContain(broken)
})

it('prints errors as JSON, and an empty array where there are none', async () => {
  const failed = await runCli(['validate', '--format', 'json', broken])
  expect(failed).toMatchObject({ code: 1, stderr: '' })
  expect(JSON.parse(failed.stdout)).toContainEqual(
    expect.objectContaining({ file: broken, path: expect.anything() }),
  )
  const passed = await runCli(['validate', '--format=json', valid.directory])
  expect(passed).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
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
