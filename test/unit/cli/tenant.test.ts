/** `token-broker tenant` as an operator runs it, on a real table. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { largeDocument, smallDocument } from '../../fixtures/small-document.ts'
import { runCli } from './run-cli.ts'
import { OPERATOR, startTenantBench } from './tenant-bench.ts'

const { table, folder, environment, tenant, tenantProcess, write } = await startTenantBench()

it('writes, shows, changes, rolls back and removes a tenant, and keeps every version', async () => {
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
    expect.stringMatching(/^-grants: \{ read: \{ role: 'arn:aws:iam::111122223333:role\/app', /),
    expect.stringMatching(/^\+grants: \{ read: \{ role: 'arn:aws:iam::111122223333:role\/other', /),
  ])
  const refused = await tenant('put', file)
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(refused.stderr).toMatch(
    /^token-broker: acme is at version 1 .*; expected a new tenant because .* --expect 1\n$/,
  )
  expect((await tenant('put', file, '--expect', '7')).stderr).toContain('expected version 7')
  expect(await tenant('put', file, '--expect', '1')).toMatchObject({
    code: 0,
    stdout: 'acme: version 2\n',
  })

  expect(await tenant('rollback', 'acme', '--version', '1')).toMatchObject({ code: 3 })
  const back = await tenant('rollback', 'acme', '--version', '1', '--expect', '2')
  expect(back).toEqual({
    code: 0,
    stdout: 'acme: version 3, same document as version 1\n',
    stderr: '',
  })
  expect((await tenant('get', 'acme')).stdout).toBe(first)
  expect((await tenant('get', 'acme', '--version', '2')).stdout).toBe(second)

  expect(await tenant('rm', 'acme')).toMatchObject({ code: 3 })
  expect((await tenant('rm', 'acme', '--expect', '3')).stdout).toBe('acme: removed, version 4\n')
  expect((await tenant('rm', 'acme')).stdout).toBe('acme: already removed, version 4\n')
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

it('writes all valid documents of a directory, or none', async () => {
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
    'version 1 can be of one tenant only',
  )
  writeFileSync(path.join(many, 'a.yaml'), smallDocument('many-a', { role: 'other' }))
  expect((await tenant('put', many, '--expect', 'latest')).stdout).toBe(
    'many-a: version 2\nmany-b: unchanged, version 1\n',
  )
})

it('refuses a document in which the lint finds an error, and prints warnings', async () => {
  const document = smallDocument('linted')
  const error = document.replace("'s3:GetObject'", "'s3:GetObjects'")
  expect(await tenant('put', write('linted.yaml', error))).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^error\[unknown-action\]: .*\n *--> .*linted\.yaml:5:/),
  })
  expect(await tenant('get', 'linted')).toMatchObject({ code: 1, stdout: '' })
  const warning = document.replace('Effect: Allow', 'Effect: Deny')
  expect(await tenant('put', write('linted.yaml', warning))).toEqual({
    code: 0,
    stdout: 'linted: version 1\n',
    stderr: expect.stringMatching(/^warning\[grant-without-policy\]: .*\n *--> .*linted\.yaml:5:/),
  })
})

it('refuses a document that does not fit in the table, before anything is written', async () => {
  const { code, stderr } = await tenant('put', write('large.yaml', largeDocument('large', 4_000)))
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^token-broker: large: the compiled document has \d+ bytes, .* 409600; split the tenant, .*\n$/,
  )
  expect((await table.scan()).filter(({ pk }) => pk?.S?.includes('large'))).toEqual([])
})

it.each([
  { args: ['frobnicate'], message: 'expected put, diff, get' },
  { args: ['get'], message: 'expected TENANT: the id of a tenant' },
  { args: ['get', 'a', 'b'], message: 'expected TENANT, found 2 words' },
  { args: ['get', 'nobody'], message: 'the table has no tenant nobody' },
  { args: ['get', '__proto__'], message: '), found "__proto__"' },
  { args: ['rollback', 'acme'], message: '--version: expected the version to write again' },
  { args: ['get', 'acme', '--version', '99'], message: 'acme has no version 99' },
  { args: ['put', '.', '--expect', 'now'], message: '--expect: expected the version' },
  { args: ['list', '--table', ''], message: 'write --table NAME, or set BROKER_TENANTS_TABLE' },
  { args: ['list', '--table', 'missing'], message: 'the table missing: ResourceNotFoundException' },
])('reports in one line what is wrong with $args', async ({ args, message }) => {
  const { code, stdout, stderr } = await tenant(...args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^token-broker: /)
  expect(stderr).toContain(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

it('reports a table that cannot be reached with an exit code of its own', async () => {
  const { code, stderr } = await runCli(
    ['tenant', 'list', '--endpoint', 'http://127.0.0.1:9'],
    '',
    { ...process.env, ...environment },
  )
  expect({ code, stderr }).toEqual({
    code: 4,
    stderr: expect.stringMatching(/^token-broker: the table tenants: .*try again later\n$/),
  })
})

it('makes one change where many operators write at once, and reports it', async () => {
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
