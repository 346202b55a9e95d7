/** The published package: no dependencies, nothing of Node.js, its size, its codes, its types. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import type { AwsCredentialIdentityProvider } from '@smithy/types'
import { REFUSAL_CODES } from '@token-broker/core'
import { build } from 'esbuild'
import { expect, expectTypeOf, it } from 'vitest'
import type { fromTokenBroker, TokenBrokerErrorCode } from '../../../packages/client/src/index.ts'
import { isBrokerCode } from '../../../packages/client/src/token-broker-error.ts'

const PACKAGE = path.join(import.meta.dirname, '../../../packages/client')
const MAX_GZIP_BYTES = 3400
const read = (file: string) => readFileSync(path.join(PACKAGE, file), 'utf8')

it('has no dependencies of any kind', () => {
  const manifest = JSON.parse(read('package.json'))
  expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([])
  expect(manifest).toMatchObject({
    name: '@token-broker/client',
    version: '0.1.0',
    sideEffects: false,
  })
})

it('can be published: public, with provenance, and with links to its source', () => {
  const manifest = JSON.parse(read('package.json'))
  const repository = 'https://github.com/token-broker/token-broker'
  expect(manifest).not.toHaveProperty('private')
  expect(manifest).toMatchObject({
    homepage: `${repository}/tree/main/packages/client#readme`,
    bugs: `${repository}/issues`,
    repository: { url: `git+${repository}.git`, directory: 'packages/client' },
    publishConfig: { access: 'public', provenance: true },
    engines: { node: '>=20' },
  })
  expect(read('LICENSE')).toBe(read('../../LICENSE'))
})

it(`adds at most ${MAX_GZIP_BYTES} bytes to an app, minified and gzipped`, async () => {
  const code = await bundle("export * from './src/index.ts'")
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(MAX_GZIP_BYTES)
})

it('adds nothing to an app that imports it without using it', async () => {
  expect(Buffer.from(await bundle("import '@token-broker/client'")).toString()).toBe('')
})

it('is one module without imports, and declarations that import published files only', () => {
  expect(read('dist/index.js')).not.toMatch(
    /^import |\bimport\(|\bprocess\b|\bBuffer\b|\brequire\b/m,
  )
  const types = read('dist/index.d.ts')
  expect([...types.matchAll(/from '(.*)'/g)].map((match) => match[1])).toEqual(
    expect.arrayContaining(['./from-token-broker.js', './for-amplify.js']),
  )
  expect(types).not.toMatch(/\.ts'|@token-broker/)
})

it('documents every code', () => {
  const page = read('docs/errors.md')
  for (const code of [...REFUSAL_CODES, 'unreachable', 'unexpected_response'])
    expect(page).toContain(`| \`${code}\` |`)
})

it('has exactly the codes of the broker', () => {
  expect(REFUSAL_CODES.filter((code) => !isBrokerCode(code))).toEqual([])
  expectTypeOf<TokenBrokerErrorCode>().toEqualTypeOf<
    (typeof REFUSAL_CODES)[number] | 'unreachable' | 'unexpected_response'
  >()
})

it('creates a credential provider of AWS SDK v3', () => {
  expectTypeOf<ReturnType<typeof fromTokenBroker>>().toExtend<AwsCredentialIdentityProvider>()
})

async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: PACKAGE },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
}
