/** A deployment without tenants, or with other tenants than it was built with, is refused. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { tenantsFile } from '@token-broker/core/document'
import { afterEach, expect, it } from 'vitest'
import { buildBundles } from '../../../stacks/bundles.ts'
import { compileFolder } from '../../../stacks/stage-documents.ts'
import type { StageSettings } from '../../../stacks/stage-settings.ts'
import { STAGES } from '../../../stacks/stages.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const DOCUMENTS = path.join(ROOT, 'test/infra/tenants')
const SCRIPT = path.join(ROOT, 'packages/functions/build-functions.ts')

afterEach(() => {
  process.chdir(ROOT)
  delete process.env.BROKER_BUNDLES
})

it.each([
  ['an empty folder', makeTemporaryFolder(), 'found none'],
  ['a folder with other files', folderWith('README.md'), 'found none'],
  ['a folder with rule tests only', folderWith('acme.test.yaml'), 'found none'],
  ['a folder that does not exist', '/tmp/nowhere/tenants', 'found no such folder'],
])('refuses to deploy or to build %s', async (_, folder, found) => {
  expect(() => compileFolder(settingsWith(folder))).toThrow(
    `No tenant documents in ${folder} (tenants in stacks/stages.ts, or BROKER_TENANTS): ` +
      `expected .yaml, .yml or .json files, ${found}; add a document, or set tenants to undefined`,
  )
  const built = promisify(execFile)(process.execPath, [SCRIPT, '--quiet', '--tenants', folder])
  await expect(built).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`no tenant documents in ${folder}: expected .yaml, .yml or`),
  })
})

it('needs no document where all tenants are in the table', () => {
  expect(compileFolder(settingsWith(undefined))).toEqual([])
})

it('deploys a build only with the tenants of the stage', () => {
  const settings = settingsWith(DOCUMENTS)
  const documents = compileFolder(settings)
  expect(documents.length).toBeGreaterThan(0)
  const work = makeTemporaryFolder()
  mkdirSync(path.join(work, 'dist/broker'), { recursive: true })
  process.chdir(work)
  process.env.BROKER_BUNDLES = 'built'
  const script = 'packages/functions/build-functions.ts'
  const command = `build with node ${script} --quiet --tenants ${DOCUMENTS}`
  expect(() => buildBundles(settings, documents)).toThrow(
    'BROKER_BUNDLES=built, but dist/broker/tenants.jsonl is missing: expected the ' +
      `${documents.length} of this stage; ${command}`,
  )
  writeFileSync('dist/broker/tenants.jsonl', tenantsFile([]))
  expect(() => buildBundles(settings, documents)).toThrow('tenants.jsonl has other tenants')
  writeFileSync('dist/broker/tenants.jsonl', tenantsFile(documents))
  buildBundles(settings, documents)
})

function settingsWith(tenants: string | undefined): StageSettings {
  return { ...Object(STAGES.production), tenants }
}

function folderWith(name: string): string {
  const folder = makeTemporaryFolder()
  writeFileSync(path.join(folder, name), 'tests: []\n')
  return folder
}
