/** Documents that the console keeps compiled: only changed files are compiled again. */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { readCompiledFolder } from '../../packages/cli/src/console/compiled-folder.ts'
import { makeTemporaryFolder, tenantDocument } from '../fixtures/index.ts'
import { startTestConsole } from './started-console.ts'

const ISSUER = 'https://id.example'
const document = (tenant: string, audience?: string) =>
  tenantDocument(tenant, ISSUER, audience === undefined ? {} : { audience })

function createFolder(files: Readonly<Record<string, string>>) {
  const directory = makeTemporaryFolder()
  const fileOf = (name: string) => path.join(directory, name)
  const write = (name: string, text: string) => writeFileSync(fileOf(name), text)
  for (const [name, text] of Object.entries(files)) write(name, text)
  return { directory, fileOf, write }
}

it('compiles only the files that have changed, and forgets those that are gone', async () => {
  const names = ['a', 'b', 'c']
  const { directory, fileOf, write } = createFolder(
    Object.fromEntries(names.map((name) => [`${name}.yaml`, document(name)])),
  )
  const sources = { tenantsDir: directory, records: [] }
  const read = () => readCompiledFolder(directory, sources)
  const first = await read()
  expect([...first.keys()]).toEqual(names.map((name) => fileOf(`${name}.yaml`)))
  expect(await read()).toBe(first)

  write('b.yaml', `${document('b')}# changed\n`)
  const second = await read()
  expect(second.get(fileOf('a.yaml'))).toBe(first.get(fileOf('a.yaml')))
  expect(second.get(fileOf('b.yaml'))?.text).toMatch(/# changed\n$/)

  // The same name, time of change and size, as a file that replaces another one may have.
  write('d.new', document('d'))
  renameSync(fileOf('d.new'), fileOf('a.yaml'))
  rmSync(fileOf('c.yaml'))
  const third = await read()
  expect([...third.values()].map(({ compiled }) => compiled.tenant?.tenant)).toEqual(['d', 'b'])
})

it('compares a save with what other files claim at that moment', async () => {
  const { directory, write } = createFolder({ 'a.yaml': document('a'), 'b.yaml': document('b') })
  const { call } = await startTestConsole({ tenantsDir: directory })
  const save = (audience: string) =>
    call('tenants/save', {
      ...{ source: 'directory', name: 'new.yaml', expect: 'absent' },
      text: document('new', audience),
    })
  expect(await save('a-app')).toMatchObject({ status: 409 })
  write('a.yaml', document('a', 'other-app'))
  write('b.yaml', document('b', 'new-app'))
  expect(await save('new-app')).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining('tenant b') } },
  })
  expect(await save('a-app')).toMatchObject({ status: 200 })
})

it('says how many documents are compiled, and leaves errors to what needs them', async () => {
  const { directory, write } = createFolder({ 'a.yaml': document('a'), 'b.yaml': document('b') })
  const { call } = await startTestConsole({ tenantsDir: directory })
  const untilReady = async () => {
    for (;;) {
      const { body } = await call('documents/progress', {})
      if ((body as { isReady: boolean }).isReady) return body
    }
  }
  expect(await untilReady()).toEqual({ done: 2, total: 2, isReady: true })
  write('b.yaml', 'tenant: b\n')
  expect(await untilReady()).toEqual({ done: 2, total: 2, isReady: true })
  const request = { claims: '{"sub":"alice"}' }
  expect(await call('decide/run', { request })).toMatchObject({
    status: 422,
    body: { error: { message: expect.stringContaining('b.yaml') } },
  })
  rmSync(directory, { recursive: true })
  expect(await untilReady()).toMatchObject({ isReady: true })
  const withoutFiles = await startTestConsole({ records: ['x'] })
  expect(await withoutFiles.call('documents/progress', {})).toMatchObject({
    body: { done: 0, total: 0, isReady: true },
  })
})
