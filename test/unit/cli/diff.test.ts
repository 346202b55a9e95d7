/** `token-broker diff`: what it prints, and its exit codes. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCli } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const folder = await createTenantFolder()
const old = join(folder.directory, 'acme.json')
const text = await readFile(old, 'utf8')
const OWN = 'arn:aws:s3:::acme-data/{{user}}/*'
await mkdir(join(folder.directory, 'new'))
const narrower = await folder.write('new/narrower.json', text.replace(OWN, OWN.replace('*', 'a/*')))

it('prints what is gained, with a shortest request, and ends with 3', async () => {
  expect(await runCli(['diff', narrower, old])).toEqual({
    code: 3,
    stderr: '',
    stdout: [
      'acme',
      '  + grant reports: statement ReadOwn allows, for example s3:getobject on ' +
        'arn:aws:s3:::acme-data/{{user}}/',
      '',
      '1 gained, 0 lost, 0 not comparable',
      '',
    ].join('\n'),
  })
})

it('ends with 0 where there are only losses, or nothing', async () => {
  const loss = await runCli(['diff', old, narrower])
  expect(loss.code).toBe(0)
  expect(loss.stdout).toContain('- grant reports: statement ReadOwn allows')
  expect(await runCli(['diff', old, old])).toEqual({
    code: 0,
    stdout: '0 gained, 0 lost, 0 not comparable\n',
    stderr: '',
  })
})

it('ends with 3 where a condition in CEL differs, because somebody may gain', async () => {
  const other = await folder.write('new/other.json', text.replaceAll('staff', 'guests'))
  const { code, stdout } = await runCli(['diff', old, other])
  expect(code).toBe(3)
  expect(stdout).toMatch(/1 gained, 1 lost, 0 not comparable|1 not comparable/)
})

it('compares directories, and prints JSON', async () => {
  const { code, stdout } = await runCli([
    'diff',
    '--format',
    'json',
    join(folder.directory, 'new', 'narrower.json'),
    folder.directory,
  ])
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toEqual([
    {
      tenant: 'acme',
      part: 'grant reports',
      effect: 'gain',
      what: 'statement ReadOwn allows',
      request: {
        action: 's3:getobject',
        resource: 'arn:aws:s3:::acme-data/{{user}}/',
        context: {},
      },
    },
  ])
})

it.each([[[old]], [[old, old, old]]])('refuses %j, which are not two', async (files) => {
  const { code, stderr } = await runCli(['diff', ...files])
  expect(code).toBe(1)
  expect(stderr).toContain('NEW')
})

it('prints the errors of an invalid document', async () => {
  const broken = await folder.write('new/broken.yaml', 'tenant: acme\n')
  const { code, stderr } = await runCli(['diff', old, broken])
  expect(code).toBe(1)
  expect(stderr).toContain(broken)
})
