/** Candidate files of the local runtime: an edited one decides without a new start. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { createReloading, writeTenants } from '../../../packages/local/src/reload-documents.ts'
import { readTenantDocuments } from '../../../packages/local/src/tenant-documents.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { smallDocument } from '../../fixtures/small-document.ts'

it('reads a candidate that is added, changed and removed', async () => {
  const folder = makeTemporaryFolder()
  const file = path.join(makeTemporaryFolder(), 'tenants.jsonl')
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text)
  write('acme.yaml', smallDocument('acme'))
  const read = () => readTenantDocuments(folder, 'http://127.0.0.1:1')
  const log: string[] = []
  const initial = await read()
  await writeTenants(file, initial)
  const apply = () => undefined
  const reload = createReloading({ read, file, apply, log: (line) => log.push(line) }, initial)

  write('acme.candidate.yaml', smallDocument('acme', { role: 'other' }))
  await reload()
  expect(log).toEqual(['tenants: reloaded: acme changed'])
  expect(readFileSync(file, 'utf8')).toContain('"candidate":{"documentSha256":')

  write('acme.candidate.yaml', 'tenant: acme\n')
  await reload()
  expect(log.at(-1)).toMatch(/not reloaded, .*acme\.candidate\.yaml/s)
  expect(readFileSync(file, 'utf8')).toContain('role/other')
})
