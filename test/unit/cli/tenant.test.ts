/** `token-broker tenant` as an operator runs it, on a real table. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { UsageError } from '../../../packages/cli/src/command.ts'
import { TenantError } from '../../../packages/cli/src/tenant/tenant-error.ts'
import { tenant as runTenant } from '../../../packages/cli/src/tenant.ts'
import { largeDocument, smallDocument } from '../../fixtures/small-document.ts'
import {
  CREDENTIALS,
  REGION,
  startTenantsTable,
  type TenantsTable,
} from '../../fixtures/tenants-table.ts'
import { startServer, type TestServer } from '../adapters/test-server.ts'
import { type Run, runCli } from './run-cli.ts'

const OPERATOR = 'arn:aws:sts::111122223333:assumed-role/operators/alice'

let table: TenantsTable
let sts: TestServer
let folder: string
beforeAll(async () => {
  table = await startTenantsTable()
  folder = mkdtempSync(path.join(tmpdir(), 'tenant-cli-'))
  sts = await startServer((_, response) => {
    response.setHeader('content-type', 'text/xml')
    response.end(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${OPERATOR}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    )
  })
  for (const [name, value] of Object.entries({ ...environment(), NO_COLOR: '1' }))
    vi.stubEnv(name, value)
})
afterAll(async () => {
  await Promise.all([table.close(), sts.close()])
  rmSync(folder, { recursive: true })
})

const environment = (): NodeJS.ProcessEnv => ({
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_REGION: REGION,
  AWS_ENDPOINT_URL_STS: sts.url,
  AWS_MAX_ATTEMPTS: '1',
  BROKER_TENANTS_TABLE: table.name,
})

/** In this process, since a process takes longer to start than a table to answer. */
async function tenant(...args: string[]): Promise<Run> {
  const written = { stdout: '', stderr: '' }
  const capture = (stream: 'stdout' | 'stderr') =>
    Object.assign(Object.create(process[stream]), {
      isTTY: false,
      write: (text: string) => {
        written[stream] += text
        return true
      },
    })
  const terminal = {
    env: environment(),
    stdin: process.stdin,
    stdout: capture('stdout'),
    stderr: capture('stderr'),
  }
  try {
    const code = await runTenant([...args, '--endpoint', table.url], terminal)
    return { code, ...written }
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof TenantError)) throw error
    const code = error instanceof TenantError ? error.exitCode : 1
    return { code, ...written, stderr: `${written.stderr}${error.message}\n` }
  }
}

const tenantProcess = (...args: string[]) =>
  runCli(['tenant', ...args, '--endpoint', table.url], '', { ...environment(), NO_COLOR: '1' })

function write(name: string, text: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, text)
  return file
}

test('writes, shows, changes, takes back and removes a tenant, and keeps every version', async () => {
  const [first, second] = [smallDocument('acme'), smallDocument('acme', { role: 'other' })]
  const file = write('acme.yaml', first)
  expect(await tenant('diff', file)).toMatchObject({
    code: 3,
    stdout: expect.stringContaining('--- acme nothing stored'),
  })
  expect(await tenant('put', file)).toEqual({ code: 0, stdout: 'acme: version 1\n', stderr: '' })
  expect(await tenant('put', file)).toEqual({
    code: 0,
    stdout: 'acme: unchanged, version 1\n',
    stderr: '',
  })
  expect(await tenant('get', 'acme')).toMatchObject({
    code: 0,
    stdout: first,
    stderr: expect.stringContaining(OPERATOR),
  })

  write('acme.yaml', second)
  const diff = await tenant('diff', file)
  expect(diff.code).toBe(3)
  expect(diff.stdout.split('\n').filter((line) => /^[-+]/.test(line))).toEqual([
    '--- acme version 1',
    `+++ ${file}`,
    "-grants: { read: { role: 'arn:aws:iam::111122223333:role/app' } }",
    "+grants: { read: { role: 'arn:aws:iam::111122223333:role/other' } }",
  ])
  const refused = await tenant('put', file)
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(refused.stderr).toMatch(
    /^token-broker: acme is at version 1 .*; say which version you saw: .* --expect 1\n$/,
  )
  expect((await tenant('put', file, '--expect', '7')).stderr).toContain('not at version 7')
  expect(await tenant('put', file, '--expect', '1')).toMatchObject({
    code: 0,
    stdout: 'acme: version 2\n',
  })

  expect(await tenant('rollback', 'acme', '--version', '1')).toMatchObject({ code: 3 })
  const back = await tenant('rollback', 'acme', '--version', '1', '--expect', '2')
  expect(back).toEqual({ code: 0, stdout: 'acme: version 3, as version 1 was\n', stderr: '' })
  expect((await tenant('get', 'acme')).stdout).toBe(first)
  expect((await tenant('get', 'acme', '--version', '2')).stdout).toBe(second)

  expect(await tenant('rm', 'acme')).toMatchObject({ code: 3 })
  expect((await tenant('rm', 'acme', '--expect', '3')).stdout).toBe('acme: removed, version 4\n')
  expect((await tenant('rm', 'acme')).stdout).toBe('acme: removed already, version 4\n')
  expect(await tenant('get', 'acme')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('was removed in version 4'),
  })
  expect((await tenant('put', file)).stdout).toBe('acme: version 5\n')

  const history = JSON.parse((await tenant('history', 'acme', '--format', 'json')).stdout)
  expect(
    history.map(({ version, action, applied, by }: Record<string, unknown>) => [
      version,
      action,
      applied,
      by,
    ]),
  ).toEqual([
    [5, 'put', true, OPERATOR],
    [4, 'rm', true, OPERATOR],
    [3, 'rollback', true, OPERATOR],
    [2, 'put', true, OPERATOR],
    [1, 'put', true, OPERATOR],
  ])
  expect((await tenant('history', 'acme')).stdout).toMatch(
    /^5 {2}put {7}\d{4}-\d\d-\d\dT\S+Z {2}arn:aws:sts::\S+\n4 {2}rm /,
  )
  const list = JSON.parse((await tenant('list', '--format', 'json')).stdout)
  expect(list).toMatchObject([
    { tenant: 'acme', version: 5, state: 'live', indexed: true, by: OPERATOR },
  ])
})

test('writes all valid documents of a directory, or none', async () => {
  const many = mkdtempSync(path.join(folder, 'many-'))
  writeFileSync(path.join(many, 'a.yaml'), smallDocument('many-a'))
  writeFileSync(
    path.join(many, 'b.yaml'),
    smallDocument('many-b').replace('grant: read', 'grant: none'),
  )
  expect(await tenant('put', many)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('b.yaml'),
  })
  expect((await tenant('list')).stdout).not.toContain('many-')
  writeFileSync(path.join(many, 'b.yaml'), smallDocument('many-b'))
  expect((await tenant('put', many)).stdout).toBe('many-a: version 1\nmany-b: version 1\n')
  expect((await tenant('put', many, '--expect', '1')).stderr).toContain(
    'a version is of one tenant',
  )
  writeFileSync(path.join(many, 'a.yaml'), smallDocument('many-a', { role: 'other' }))
  expect((await tenant('put', many, '--expect', 'latest')).stdout).toBe(
    'many-a: version 2\nmany-b: unchanged, version 1\n',
  )
})

test('refuses a document that the table cannot hold, before anything is written', async () => {
  const { code, stderr } = await tenant('put', write('large.yaml', largeDocument('large', 4_000)))
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^large: compiled it takes \d+ bytes in the table, which holds 409600 an item; split the tenant, or bundle its document\n$/,
  )
  expect((await table.scan()).filter(({ pk }) => pk?.S?.includes('large'))).toEqual([])
})

test.each([
  { args: ['frobnicate'], says: 'write one of put, diff, get' },
  { args: ['get'], says: 'name one tenant' },
  { args: ['get', 'nobody'], says: 'there is no tenant nobody' },
  { args: ['get', '__proto__'], says: '"__proto__" is not the id of a tenant' },
  { args: ['rollback', 'acme'], says: '--version: write the version to go back to' },
  { args: ['get', 'acme', '--version', '99'], says: 'acme has no version 99' },
  { args: ['put', '.', '--expect', 'now'], says: '--expect: write the version' },
  { args: ['list', '--table', ''], says: '--table: name the table, or set BROKER_TENANTS_TABLE' },
  { args: ['list', '--table', 'missing'], says: 'the table missing: ResourceNotFoundException' },
])('says in one line what is wrong with $args', async ({ args, says }) => {
  const { code, stdout, stderr } = await tenant(...args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(says)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test('tells a table that is away from one that is wrong', async () => {
  const { code, stderr } = await runCli(
    ['tenant', 'list', '--endpoint', 'http://127.0.0.1:9'],
    '',
    environment(),
  )
  expect({ code, stderr }).toEqual({
    code: 4,
    stderr: expect.stringMatching(/^token-broker: the table tenants: .*try again later\n$/),
  })
})

test('many operators at once: one change is made, and the others are told', async () => {
  expect((await tenant('put', write('busy.yaml', smallDocument('busy')))).code).toBe(0)
  const files = Array.from({ length: 4 }, (_, i) =>
    write(`busy-${i}.yaml`, smallDocument('busy', { role: `role-${i}` })),
  )
  const runs = await Promise.all(files.map((file) => tenantProcess('put', file, '--expect', '1')))
  expect(runs.map(({ code }) => code).sort()).toEqual([0, 3, 3, 3])
  const winner = runs.findIndex(({ code }) => code === 0)
  expect((await tenant('get', 'busy')).stdout).toBe(
    smallDocument('busy', { role: `role-${winner}` }),
  )
  const history = JSON.parse((await tenant('history', 'busy', '--format', 'json')).stdout)
  expect(history.filter(({ applied }: { applied: boolean }) => applied)).toHaveLength(2)
}, 120_000)
