/** What is published: no dependencies, nothing of Node, a small bundle, the broker's codes, and the SDK's own types. */
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
const MAX_GZIP_BYTES = 2500

async function bundle(entry: string) {
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

it('has no dependencies of any kind', () => {
  const manifest = JSON.parse(readFileSync(path.join(PACKAGE, 'package.json'), 'utf8'))
  expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([])
  expect(manifest).toMatchObject({
    name: '@token-broker/client',
    version: '0.1.0',
    sideEffects: false,
  })
})

it(`adds at most ${MAX_GZIP_BYTES} bytes to an app, minified and gzipped`, async () => {
  const code = await bundle("export * from './src/index.ts'")
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(MAX_GZIP_BYTES)
})

it('adds nothing to an app that uses nothing of it', async () => {
  expect(Buffer.from(await bundle("import '@token-broker/client'")).toString()).toBe('')
})

it('publishes one module without imports, and declarations that name published files only', () => {
  const code = readFileSync(path.join(PACKAGE, 'dist/index.js'), 'utf8')
  expect(code).not.toMatch(/^import |\bimport\(|\bprocess\b|\bBuffer\b|\brequire\b/m)
  const types = readFileSync(path.join(PACKAGE, 'dist/index.d.ts'), 'utf8')
  expect([...types.matchAll(/from '(.*)'/g)].map((match) => match[1])).toEqual(
    expect.arrayContaining(['./from-token-broker.js', './for-amplify.js']),
  )
  expect(types).not.toMatch(/\.ts'|@token-broker/)
})

it('documents every code', () => {
  const readme = readFileSync(path.join(PACKAGE, 'README.md'), 'utf8')
  for (const code of [...REFUSAL_CODES, 'unreachable', 'unexpected_answer'])
    expect(readme).toContain(`\`${code}\``)
})

it('knows exactly the broker’s codes', () => {
  expect(REFUSAL_CODES.filter((code) => !isBrokerCode(code))).toEqual([])
  expectTypeOf<TokenBrokerErrorCode>().toEqualTypeOf<
    (typeof REFUSAL_CODES)[number] | 'unreachable' | 'unexpected_answer'
  >()
})

it('makes a credential provider of AWS SDK v3', () => {
  expectTypeOf<ReturnType<typeof fromTokenBroker>>().toExtend<AwsCredentialIdentityProvider>()
})
