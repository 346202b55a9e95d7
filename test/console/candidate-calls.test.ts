/** The calls of the console about candidates: put in force, or dropped, as they were seen. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder, tenantDocument } from '../fixtures/index.ts'
import { startTenantBench } from '../unit/cli/tenant-bench.ts'
import { startTestConsole } from './started-console.ts'

const ISSUER = 'https://id.example'
const ACME = tenantDocument('acme', ISSUER)
const CANDIDATE = ACME.replace('acme/{{user}}/*', 'acme/{{user}}/public/*')

interface Opened {
  readonly expect: string
  readonly candidate: { readonly expect: string }
}

describe('a candidate in a directory', () => {
  async function startWithCandidate(more: Readonly<Record<string, string>> = {}) {
    const folder = makeTemporaryFolder()
    const fileOf = (name: string) => path.join(folder, name)
    const write = (name: string, text: string) => writeFileSync(fileOf(name), text)
    const files = { 'acme.yaml': ACME, 'acme.candidate.yaml': CANDIDATE, ...more }
    for (const [name, text] of Object.entries(files)) write(name, text)
    const { call } = await startTestConsole({ tenantsDir: folder })
    const place = { source: 'directory', name: 'acme.yaml' }
    const { body } = await call('tenants/open', place)
    const { expect: seen, candidate } = body as Opened
    const input = { ...place, expect: seen, candidate: candidate.expect }
    return { call, fileOf, input, write }
  }

  it('is put in force, and is a candidate no longer', async () => {
    const { call, fileOf, input } = await startWithCandidate()
    expect(await call('tenants/promote', input)).toMatchObject({ status: 200 })
    expect(readFileSync(fileOf('acme.yaml'), 'utf8')).toBe(CANDIDATE)
    expect(existsSync(fileOf('acme.candidate.yaml'))).toBe(false)
    expect(await call('tenants/promote', input)).toMatchObject({ status: 409 })
  })

  it('is put in force once by several that have seen the same', async () => {
    const { call, input } = await startWithCandidate()
    const both = await Promise.all([1, 2, 3].map(() => call('tenants/promote', input)))
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
  })

  it.each([
    ['the document', 'acme.yaml', `${ACME}# changed\n`],
    ['the candidate', 'acme.candidate.yaml', `${CANDIDATE}# changed\n`],
  ])('is not put in force after %s has changed', async (_, name, text) => {
    const { call, fileOf, input, write } = await startWithCandidate()
    write(name, text)
    expect(await call('tenants/promote', input)).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('changed') } },
    })
    expect(readFileSync(fileOf('acme.yaml'), 'utf8')).not.toBe(CANDIDATE)
    expect(existsSync(fileOf('acme.candidate.yaml'))).toBe(true)
  })

  it.each([
    ['is invalid', 'tenant: acme\n', 422],
    ['claims what is of another', tenantDocument('acme', ISSUER, { audience: 'beta-app' }), 409],
  ])('is not put in force where it %s', async (_, text, status) => {
    const beta = { 'beta.yaml': tenantDocument('beta', ISSUER) }
    const { call, fileOf, input } = await startWithCandidate({
      ...beta,
      'acme.candidate.yaml': text,
    })
    expect(await call('tenants/promote', input)).toMatchObject({ status })
    expect(readFileSync(fileOf('acme.yaml'), 'utf8')).toBe(ACME)
  })

  it('is dropped as it was seen', async () => {
    const { call, fileOf, input, write } = await startWithCandidate()
    write('acme.candidate.yaml', `${CANDIDATE}# changed\n`)
    expect(await call('tenants/drop', input)).toMatchObject({ status: 409 })
    expect(existsSync(fileOf('acme.candidate.yaml'))).toBe(true)
    write('acme.candidate.yaml', CANDIDATE)
    expect(await call('tenants/drop', input)).toMatchObject({ status: 200 })
    expect(existsSync(fileOf('acme.candidate.yaml'))).toBe(false)
    expect(readFileSync(fileOf('acme.yaml'), 'utf8')).toBe(ACME)
  })
})

it('is put in force or dropped in a table as it was seen', { timeout: 120_000 }, async () => {
  const bench = await startTenantBench()
  const file = bench.write('acme.yaml', ACME)
  const candidate = bench.write('candidate.yaml', CANDIDATE)
  const run = async (...args: string[]) =>
    expect(await bench.tenant(...args)).toMatchObject({ code: 0 })
  await run('put', file)
  await run('shadow', 'put', candidate)
  const { call } = await startTestConsole({
    ...{ table: bench.table.name, tableEndpoint: bench.table.url },
  })
  const place = { source: 'table', name: 'acme' }
  expect(await call('tenants/open', place)).toMatchObject({
    body: { expect: '1', candidate: { text: CANDIDATE, expect: '1' } },
  })
  const seen = { ...place, expect: '1', candidate: '1' }
  for (const other of [{ expect: '2' }, { candidate: '2' }])
    expect(await call('tenants/promote', { ...seen, ...other })).toMatchObject({ status: 409 })
  for (const wrong of [{ expect: 'latest' }, { candidate: 'latest' }, { candidate: '' }])
    expect(await call('tenants/promote', { ...seen, ...wrong })).toMatchObject({ status: 422 })
  expect(await call('tenants/promote', seen)).toMatchObject({ body: { version: 2, expect: '2' } })
  expect(await call('tenants/open', place)).toMatchObject({ body: { text: CANDIDATE } })
  expect(await call('tenants/promote', seen)).toMatchObject({ status: 409 })

  await run('shadow', 'put', file)
  expect(await call('tenants/drop', { ...seen, candidate: '1' })).toMatchObject({ status: 409 })
  const { body } = await call('tenants/open', place)
  const { candidate: second } = body as Opened
  expect(await call('tenants/drop', { ...seen, candidate: second.expect })).toMatchObject({
    status: 200,
  })
  expect(await call('tenants/open', place)).not.toHaveProperty('body.candidate')
})
