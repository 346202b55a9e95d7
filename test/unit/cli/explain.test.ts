/** `token-broker explain` with keys written in the document, so that nothing is fetched. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from './run-cli.ts'
import { createTenantFolder, NOW, type TenantFolder } from './tenant-folder.ts'

let folder: TenantFolder
beforeAll(async () => {
  folder = await createTenantFolder()
})
afterAll(() => folder.remove())

const explain = (token: string, ...args: string[]) =>
  runCli(['explain', '--tenants', folder.directory, '--now', NOW, ...args], token)

test('shows the checks and the plan of a token that would be accepted', async () => {
  const { code, stdout, stderr } = await explain(
    await folder.sign({ sub: 'alice', groups: ['staff'] }),
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('would issue')
  expect(stdout).toMatch(/^verify$/m)
  expect(stdout).toContain('✓')
  expect(stdout).toContain('"arn:aws:s3:::acme-data/alice/*"')
  expect(stdout).not.toContain('\u001b')
})

test('reads the token from a file and answers in JSON', async () => {
  const file = await folder.write(
    'token.jwt',
    await folder.sign({ sub: 'alice', groups: ['staff'] }),
  )
  const { code, stdout } = await explain('', '--token', file, '--format', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'would-issue',
    tenant: 'acme',
    grant: 'reports',
    plan: {
      roleArn: 'arn:aws:iam::111122223333:role/acme-app',
      roleSessionName: expect.stringMatching(/^alice-/),
    },
  })
})

test('tells why a token would be refused', async () => {
  const { code, stdout } = await explain(await folder.sign({ sub: 'alice', groups: [] }))
  expect(code).toBe(3)
  expect(stdout).toContain('would refuse: access_denied')
  expect(stdout).toContain('✗')
})

test('refuses a token with a foreign signature', async () => {
  const [header, , signature] = (await folder.sign({ sub: 'alice', groups: [] })).split('.')
  const [, payload] = (await folder.sign({ sub: 'alice', groups: ['staff'] })).split('.')
  const { code, stdout } = await explain([header, payload, signature].join('.'), '--format', 'json')
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'would-refuse', code: 'invalid_token' })
})

test('decides at the time that it is given', async () => {
  const token = await folder.sign({ sub: 'alice', groups: ['staff'] })
  expect((await explain(token, '--now', '2026-02-01T12:00:00Z')).code).toBe(3)
})

test.each([
  { args: ['explain'], says: '--tenants' },
  { args: ['explain', '--tenants', '/no/such/directory'], says: 'cannot read /no/such/directory' },
  { args: ['explain', '--tenants', '.', '--now', 'yesterday'], says: '--now' },
])('refuses $args', async ({ args, says }) => {
  const { code, stderr } = await runCli(args)
  expect(code).toBe(1)
  expect(stderr).toContain(says)
})

test('does not explain with documents that have errors', async () => {
  const broken = await createTenantFolder()
  const file = await broken.write('broken.yaml', 'tenant: beta\n')
  const { code, stderr } = await runCli(['explain', '--tenants', broken.directory], 'x.y.z')
  await broken.remove()
  expect(code).toBe(1)
  expect(stderr).toContain(file)
})
