/** `token-broker tenant shadow` as an operator runs it, on a real table. */
import path from 'node:path'
import { expect, it } from 'vitest'
import { sha256Hex } from '../../../packages/core/src/model/digest.ts'
import { largeDocument, smallDocument } from '../../fixtures/small-document.ts'
import { OPERATOR, startTenantBench } from './tenant-bench.ts'

const { folder, table, tenant, write } = await startTenantBench()
const shadow = (...args: string[]) => tenant('shadow', ...args)

const headOf = async (name: string) =>
  (await table.scan()).find(({ pk, sk }) => pk?.S === `tenant#${name}` && sk?.S === 'head')

/** Writes version 1 of a tenant, and a file with another document of it. */
async function startTenant(name: string) {
  const file = write(`${name}.yaml`, smallDocument(name))
  expect(await tenant('put', file)).toMatchObject({ code: 0 })
  const text = smallDocument(name, { role: 'other' })
  return { file, text, candidate: write(`${name}.candidate.yaml`, text) }
}

it('puts, replaces, shows and promotes a candidate, and keeps the history', async () => {
  const { file, text, candidate } = await startTenant('acme')
  expect(await shadow('status', 'acme')).toEqual({
    ...{ code: 3, stdout: 'acme: no candidate beside version 1\n', stderr: '' },
  })
  expect(await shadow('put', candidate)).toMatchObject({
    ...{ code: 0, stdout: 'acme: candidate 1 beside version 1\n' },
  })
  expect((await shadow('put', candidate)).stdout).toBe('acme: unchanged, candidate 1\n')
  const changed = write('acme.candidate.yaml', smallDocument('acme', { role: 'third' }))
  expect(await shadow('put', changed)).toMatchObject({
    code: 3,
    stderr:
      'token-broker: acme has candidate 1; expected none because there is no --expect: look at ' +
      'it with "token-broker tenant shadow status acme", then repeat with --expect 1\n',
  })
  expect((await shadow('put', changed, '--expect', '2')).stderr).toContain('expected candidate 2')
  expect((await shadow('put', changed, '--expect', '1')).stdout).toContain('candidate 2')
  write('acme.candidate.yaml', text)
  expect((await shadow('put', candidate, '--expect', 'latest')).stdout).toContain('candidate 3')
  const status = JSON.parse((await shadow('status', 'acme', '--format', 'json')).stdout)
  expect(status).toEqual({
    ...{ tenant: 'acme', version: 1, candidate: 3, besideVersion: 1 },
    ...{ documentSha256: sha256Hex(text), at: expect.any(String), by: OPERATOR },
  })
  // The document in force is what it was.
  expect((await tenant('get', 'acme')).stdout).toBe(smallDocument('acme'))

  expect(await shadow('promote', 'acme', '--candidate', '2')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('acme has candidate 3; expected candidate 2'),
  })
  expect(await shadow('promote', 'acme', '--candidate', '3')).toEqual({
    ...{ code: 0, stdout: 'acme: version 2, which was candidate 3\n', stderr: '' },
  })
  expect((await tenant('get', 'acme')).stdout).toBe(text)
  expect(await shadow('status', 'acme')).toMatchObject({ code: 3 })
  expect(await shadow('promote', 'acme')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('acme has no candidate; expected one'),
  })
  const history = JSON.parse((await tenant('history', 'acme', '--format', 'json')).stdout)
  expect(history.map(({ version, action }: Record<string, unknown>) => [version, action])).toEqual([
    [2, 'promote'],
    [1, 'put'],
  ])
  expect((await tenant('rollback', 'acme', '--version', '1', '--expect', '2')).code).toBe(0)
  expect((await tenant('get', 'acme')).stdout).toBe(smallDocument('acme'))
  expect((await tenant('put', file)).stdout).toBe('acme: unchanged, version 3\n')
})

it('drops the candidate that the operator saw, and no other', async () => {
  const { candidate } = await startTenant('dropped')
  await shadow('put', candidate)
  expect(await shadow('drop', 'dropped')).toMatchObject({ code: 3 })
  expect(await shadow('drop', 'dropped', '--expect', '7')).toMatchObject({ code: 3 })
  expect((await shadow('drop', 'dropped', '--expect', '1')).stdout).toBe(
    'dropped: dropped candidate 1\n',
  )
  expect(await shadow('drop', 'dropped', '--expect', 'latest')).toMatchObject({ code: 3 })
  // A number is used once, so that nobody takes another candidate for the one that was dropped.
  expect((await shadow('put', candidate)).stdout).toBe('dropped: candidate 3 beside version 1\n')
})

it('promotes beside the version that was compared, unless another is expected', async () => {
  const { file, candidate } = await startTenant('stale')
  await shadow('put', candidate)
  write('stale.yaml', smallDocument('stale', { origins: ['https://app.example'] }))
  expect((await tenant('put', file, '--expect', '1')).stdout).toBe('stale: version 2\n')
  expect((await shadow('status', 'stale')).stdout).toMatch(
    /^stale: candidate 1 beside version 1, which is at version 2 now, /,
  )
  expect(await shadow('promote', 'stale')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(
      'its candidate was put beside version 1: put the candidate again',
    ),
  })
  expect(await shadow('promote', 'stale', '--expect', '1')).toMatchObject({ code: 3 })
  // Put again, it is compared with version 2.
  expect((await shadow('put', candidate, '--expect', '1')).stdout).toContain('beside version 2')
  expect((await shadow('promote', 'stale', '--expect', '2')).code).toBe(0)
})

it('keeps the candidate when the tenant is put or rolled back, and not when removed', async () => {
  const { file, candidate } = await startTenant('kept')
  await shadow('put', candidate)
  write('kept.yaml', smallDocument('kept', { origins: ['https://app.example'] }))
  await tenant('put', file, '--expect', '1')
  await tenant('rollback', 'kept', '--version', '1', '--expect', '2')
  expect((await shadow('status', 'kept')).stdout).toContain('candidate 1 beside version 1')
  await tenant('rm', 'kept', '--expect', '3')
  expect(await headOf('kept')).not.toHaveProperty('candidate')
  expect((await shadow('status', 'kept')).stderr).toContain('was removed in version 4')
  expect(await shadow('put', candidate)).toMatchObject({ code: 3 })
})

it('refuses what could not be put as a document', async () => {
  const { candidate, file } = await startTenant('checked')
  write('checked.candidate.yaml', smallDocument('checked').replace('read', '[]'))
  expect(await shadow('put', candidate)).toMatchObject({ code: 1, stdout: '' })
  // An audience of another tenant.
  const other = smallDocument('checked', { issuers: ['https://taken.example'] })
  await tenant('put', write('taken.yaml', smallDocument('taken')))
  write('checked.candidate.yaml', other)
  expect(await shadow('put', candidate)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('tenant taken (in the table) also claims the audience'),
  })
  expect(await headOf('checked')).not.toHaveProperty('candidate')
  write('checked.candidate.yaml', largeDocument('checked', 2_500))
  expect((await shadow('put', candidate)).stderr).toContain('an item of the table at most')
  expect((await shadow('put', write('none.yaml', smallDocument('none')))).stderr).toContain(
    'the table has no tenant none',
  )
  expect(await shadow('put', folder)).toMatchObject({ code: 1 })
  expect((await tenant('put', candidate)).stderr).toContain('"token-broker tenant shadow put"')
  expect(await shadow('promote', 'checked', '--candidate', 'x')).toMatchObject({ code: 1 })
  expect((await tenant('put', file)).stdout).toBe('checked: unchanged, version 1\n')
})

it('writes documents in force only when a folder is put', async () => {
  const name = 'folder'
  const { mkdirSync, writeFileSync } = await import('node:fs')
  const directory = path.join(folder, name)
  mkdirSync(directory)
  writeFileSync(path.join(directory, 'one.yaml'), smallDocument('one'))
  writeFileSync(path.join(directory, 'one.candidate.yaml'), smallDocument('one', { role: 'x' }))
  const run = await tenant('put', directory)
  expect(run).toMatchObject({ code: 0, stdout: 'one: version 1\n' })
  expect(run.stderr).toContain('one.candidate.yaml: not put; use "token-broker tenant shadow put"')
  const head = await headOf('one')
  expect(head).not.toHaveProperty('candidate')
  expect(head?.compiled?.S).not.toContain('candidate')
})

it('counts from records who would gain or lose access since the candidate was put', async () => {
  const { text, candidate } = await startTenant('counted')
  await shadow('put', candidate)
  const documentSha256 = sha256Hex(text)
  const record = (subject: string, result: string, more: object = {}, fields: object = {}) => ({
    ...{ time: new Date(Date.now() + 60_000).toISOString(), requestId: `of-${subject}` },
    ...{ endpoint: 'native', outcome: 'issued', tenant: 'counted', subject, grant: 'read' },
    candidate: { documentSha256, result, ...more },
    ...fields,
  })
  const reason = 'No rule passes.'
  const loses = { code: 'access_denied', reason }
  const records = [
    record('alice', 'same', { grant: 'read' }),
    record('bob', 'loses', loses),
    record('bob', 'loses', loses),
    record('carol', 'differs', { grant: 'read', differences: ['policy'] }),
    record('dave', 'undecided', { reason: 'other settings' }),
    // Before the candidate was put, of another tenant, and of another candidate.
    record('early', 'loses', loses, { time: '2026-01-01T00:00:00Z' }),
    record('other', 'loses', loses, { tenant: 'acme' }),
    record('former', 'loses', { ...loses, documentSha256: 'f'.repeat(64) }),
  ]
  const log = write('counted.log', records.map((one) => `${JSON.stringify(one)}\n`).join(''))
  const run = await shadow('status', 'counted', '--records', log)
  expect(run.stdout.split('\n').slice(1)).toEqual([
    `candidate of tenant counted (${documentSha256.slice(0, 12)}): ` +
      '1 same, 2 loses, 1 differs, 1 undecided',
    '  2 × loses  read → nothing  such as request of-bob',
    '    why   No rule passes.',
    '    who   bob (2)',
    '  1 × differs  read  such as request of-carol',
    '    what  policy',
    '    who   carol (1)',
    '  1 × undecided  read → not known  such as request of-dave',
    '    why   other settings',
    '    who   dave (1)',
    '',
  ])
  const json = JSON.parse(
    (await shadow('status', 'counted', '--records', log, '--format', 'json')).stdout,
  )
  expect(json.records).toMatchObject({
    results: { same: 1, gains: 0, loses: 2, differs: 1, undecided: 1 },
    groups: [{ result: 'loses', count: 2, subjects: [{ subject: 'bob', count: 2 }] }, {}, {}],
  })
  const empty = write('empty.log', '')
  expect((await shadow('status', 'counted', '--records', empty)).stdout).toContain('no record')
})
