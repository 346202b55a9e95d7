/** The build of a deployment refuses what the lint reports as an error, and ships no lint. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { bundleFunction } from '../../../packages/functions/bundle.ts'
import { documentWith } from './lint-text.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const folder = mkdtempSync(path.join(tmpdir(), 'token-broker-lint-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('refuses to build a document with an error, and prints the finding', async () => {
  const file = path.join(folder, 'orchard.yaml')
  writeFileSync(file, documentWith("allowedOrigins: ['https://*.orchard.example']\n"))
  // Rule tests are no documents: as one, this file would have findings of its own.
  writeFileSync(path.join(folder, 'orchard.test.yaml'), 'tests: []\n')
  const script = path.join(ROOT, 'packages/functions/build-functions.ts')
  const built = promisify(execFile)(process.execPath, [script, '--quiet', '--tenants', folder])
  await expect(built).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^error\[wildcard-origin\]: .*\n *--> .*orchard\.yaml:13:18\n[\s\S]*in allowedOrigins\[0\]\n/,
    ),
  })
})

it.each(['broker', 'issuer'])(
  'ships the function %s without the lint and without the catalogue',
  async (name) => {
    process.chdir(ROOT)
    const entry = `packages/functions/src/lambda/${name}.ts`
    const { outputs } = await bundleFunction(entry, path.join(folder, name, 'index.mjs'))
    const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs))
    expect(inputs.length).toBeGreaterThan(20)
    const unwanted = /iam-data|core\/src\/(?:lint|document)\/|packages\/cli\//
    expect(inputs.filter((input) => unwanted.test(input))).toEqual([])
  },
)
