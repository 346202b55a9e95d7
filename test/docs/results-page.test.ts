/** The page of results has a row for each endpoint, operation, verifier and proof of the source. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { messageOf, start } from '../bench/harness/processes.ts'
import type { EndpointStubs } from '../bench/workers/endpoint-stubs.ts'
import type { Stub } from '../bench/workers/stub-server.ts'
import { createEndpointRows } from '../bench/workloads/endpoint-rows.ts'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/close-after-tests.ts'

const ROOT = path.join(import.meta.dirname, '../..')
/** Each of these changes what the next request finds, so that it cannot be repeated. */
const CHANGES = ['MergeDeveloperIdentities', 'UnlinkDeveloperIdentity', 'UnlinkIdentity']

const rows = await startRows()
const measured = new Set(rows.flatMap(({ measures }) => measures))

it.each<[string, string, RegExp]>([
  ['route', 'stacks/api.ts', /'((?:GET|POST|OPTIONS) \/[^']*)'/g],
  [
    'action of STS',
    'packages/functions/src/endpoints/sts-query.ts',
    /\b(AssumeRoleWith\w+|GetCallerIdentity)\b/g,
  ],
  [
    'operation of identity pools',
    'packages/functions/src/endpoints/cognito-{backend,endpoints}.ts',
    /'((?:Get|Lookup|Merge|Unlink)[A-Z]\w+)'/g,
  ],
  ['kind of issuer', 'packages/core/src/document/**/*.ts', /kind: z\.literal\('([\w-]+)'\)/g],
  ['proof of possession', 'packages/core/src/verify/confirmation.ts', /'(jkt|x5t#\w+)'/g],
])('has each %s', (_what, files, pattern) => {
  const found = globSync(files, { cwd: ROOT }).flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(pattern)].map(([, name]) => name),
  )
  const expected = [...new Set(found)].filter((name) => !CHANGES.includes(String(name)))
  expect(expected.length).toBeGreaterThan(1)
  expect(expected.filter((name) => !measured.has(String(name)))).toEqual([])
})

it('shows every row', () => {
  const page = readFileSync(path.join(ROOT, 'test/bench/README.md'), 'utf8')
  expect(rows.map(({ name }) => name).filter((name) => !page.includes(`\n| ${name} | `))).toEqual(
    [],
  )
})

async function startRows() {
  const started = async <Message>(file: string, environment: Record<string, string>) => {
    const child = start(file, environment)
    await closeAfterTests({ close: () => child.disconnect() })
    return messageOf<Message>(child)
  }
  const stub = await started<Stub>('stub-server.ts', {})
  const stubs = await started<EndpointStubs>('endpoint-stubs.ts', { STUB_ORIGIN: stub.origin })
  return createEndpointRows(stub, stubs, makeTemporaryFolder())
}
