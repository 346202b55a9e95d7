/** `token-broker explain --table`: decisions by the documents in a real DynamoDB table. */
import { expect, it } from 'vitest'
import { tenantDocument } from '../../fixtures/index.ts'
import { runCli, runHere } from './run-cli.ts'
import { startTenantBench } from './tenant-bench.ts'

const { table, write, tenant, environment } = await startTenantBench()
const ISSUER = 'https://id.orchard.example'
const claimsFor = (name: string) =>
  JSON.stringify({ iss: ISSUER, aud: `${name}-app`, sub: 'alice' })
const TABLE = ['--table', table.name, '--table-endpoint', table.url]
const explain = (...args: readonly string[]) =>
  runHere(['explain', '--format', 'json', ...args], environment)

it('says what is missing in an empty table, and in one that does not exist', async () => {
  const empty = await explain(...TABLE, '--claims', claimsFor('acme'))
  expect([empty.code, empty.stderr]).toEqual([
    1,
    `token-broker: --table: the table ${table.name} has no tenants; write one with ` +
      '"token-broker tenant put"\n',
  ])
  const missing = ['--table', 'nowhere', '--table-endpoint', table.url]
  const { code, stderr } = await explain(...missing, '--claims', claimsFor('acme'))
  expect(code).toBe(1)
  expect(stderr).toMatch(/^token-broker: the table nowhere: ResourceNotFoundException: /)
})

it('decides by all tenants of the table, as they are now', async () => {
  for (const name of ['acme', 'beta'])
    expect((await tenant('put', write(`${name}.yaml`, tenantDocument(name, ISSUER)))).code).toBe(0)
  const decided = await explain(...TABLE, '--claims', claimsFor('beta'))
  expect([decided.code, decided.stderr]).toEqual([0, ''])
  expect(JSON.parse(decided.stdout)).toMatchObject({ tenant: 'beta', grant: 'read' })
  expect((await tenant('rm', 'beta', '--expect', '1')).code).toBe(0)
  const removed = await explain(...TABLE, '--claims', claimsFor('beta'))
  expect([removed.code, JSON.parse(removed.stdout).outcome]).toEqual([3, 'would-refuse'])
})

it('is an option of "can" too, and of the built program', async () => {
  const request = ['s3:GetObject', 'arn:aws:s3:::acme/alice/x']
  const allowed = await runCli(['can', ...request, ...TABLE, '--claims', claimsFor('acme')])
  expect([allowed.stderr, allowed.code]).toEqual(['', 0])
})

it('reads the table and writes nothing', async () => {
  table.requests.length = 0
  await explain(...TABLE, '--claims', claimsFor('acme'))
  expect(new Set(table.requests)).toEqual(new Set(['Query', 'BatchGetItem']))
})

it.each([
  [[...TABLE, '--tenants', 'x'], '--table: expected one source of tenants, found --tenants too'],
  [
    ['--table-endpoint', 'http://127.0.0.1:1', '--tenants', 'x'],
    '--table-endpoint: expected --tab',
  ],
  [[], '--tenants: expected the directory of the tenant documents, or --table, found nothing'],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await explain(...args, '--claims', claimsFor('acme'))
  expect([code, stderr]).toEqual([1, expect.stringContaining(`token-broker: ${message}`)])
})
