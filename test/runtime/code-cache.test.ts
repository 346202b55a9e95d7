/** The V8 code cache of the built broker: used by the Node.js that made it, harmless for others. */
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import { type NodeMajor, nodeBinary, skipsNode } from '../packages/node-binary.ts'
import { BUNDLE } from './bundle-in-lambda.ts'

const PROBE = `
const { handler, createBroker, usesCodeCache, isCached } = await import(process.env.BUNDLE)
const http = { method: 'GET', sourceIp: '203.0.113.7' }
const event = { version: '2.0', rawPath: '/healthz', rawQueryString: '', requestContext: { http } }
const { statusCode } = await handler(event, { getRemainingTimeInMillis: () => 10_000 })
let stack
try { createBroker({}) } catch (error) { stack = error.stack }
const usesKmsCache = isCached('kms-calls')
const isKmsLoaded = isCached('kms-calls') !== undefined
console.log(JSON.stringify({ usesCodeCache, usesKmsCache, isKmsLoaded, statusCode, stack }))
`
/** As Lambda starts Node.js; see startLambda. */
const LAMBDA_FLAGS = ['--expose-gc', '--max-old-space-size=460', '--max-http-header-size=81920']

it.each([
  ['no flags', []],
  ['the flags of Lambda', LAMBDA_FLAGS],
])('is used with %s', (_what, flags) => {
  expect(probe({ flags })).toMatchObject({ usesCodeCache: true, statusCode: 200 })
})

it('is not used with other flags of V8', () => {
  const flags = ['--no-use-ic']
  expect(probe({ flags })).toMatchObject({ usesCodeCache: false, statusCode: 200 })
})

const others: readonly NodeMajor[] = [20, 22]
it.each(others.filter((major) => !skipsNode(major)))('is not used by Node.js %d', (major) => {
  const node = nodeBinary(major)
  expect(probe({ node })).toMatchObject({ usesCodeCache: false, statusCode: 200 })
})

it.each<[string, (file: string, cache: Buffer) => void]>([
  ['is missing', (file) => rmSync(file)],
  ['is empty', (file) => writeFileSync(file, '')],
  ['is cut off', (file, cache) => writeFileSync(file, cache.subarray(0, cache.length / 2))],
  ['is of other code', (file, cache) => writeFileSync(file, cache.fill(0xff, 8, 12))],
])('is not needed where it %s', (_what, damage) => {
  const bundle = path.join(makeTemporaryFolder(), 'broker')
  cpSync(BUNDLE, bundle, { recursive: true })
  const file = path.join(bundle, 'broker.cache')
  damage(file, readFileSync(file))
  expect(probe({ bundle })).toMatchObject({ usesCodeCache: false, statusCode: 200 })
})

describe('of a bundle that is loaded lazily', () => {
  const settings = {
    ...{ BROKER_LOCAL: '1', BROKER_ISSUER: 'https://broker.example', AWS_REGION: 'eu-west-1' },
    BROKER_SESSION_NAME_KEY: 'a key of 32 characters for tests',
    BROKER_KMS_SIGNING_KEY: 'arn:aws:kms:eu-west-1:111122223333:key/test',
    ...{ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' },
    BROKER_TENANTS_TABLE: 'tenants',
  }

  it.each([
    ['no flags', []],
    ['the flags of Lambda', LAMBDA_FLAGS],
  ])('is used with %s', (_what, flags) => {
    expect(probe({ flags, settings })).toMatchObject({ usesKmsCache: true, statusCode: 200 })
  })

  it('is not used where the bundle is not loaded, or with other flags of V8', () => {
    expect(probe({})).toMatchObject({ isKmsLoaded: false })
    const flags = ['--no-use-ic']
    expect(probe({ flags, settings })).toMatchObject({ usesKmsCache: false, statusCode: 200 })
  })

  it('is not needed where it is cut off', () => {
    const bundle = path.join(makeTemporaryFolder(), 'broker')
    cpSync(BUNDLE, bundle, { recursive: true })
    const file = path.join(bundle, 'kms-calls.cache')
    writeFileSync(file, readFileSync(file).subarray(0, 1_000))
    const probed = probe({ bundle, settings })
    expect(probed).toMatchObject({ usesKmsCache: false, isKmsLoaded: true, statusCode: 200 })
  })
})

it('does not hide where an error was thrown', () => {
  expect(probe({}).stack).toMatch(/\/dist\/broker\/broker\.cjs:\d+:\d+/)
})

function probe({
  node = process.execPath,
  flags = [],
  bundle = BUNDLE,
  settings = {},
}: {
  node?: string
  flags?: readonly string[]
  bundle?: string
  settings?: Readonly<Record<string, string>>
}) {
  const lambda = 'BROKER_ISSUER' in settings ? { AWS_LAMBDA_FUNCTION_NAME: 'test' } : {}
  const env = { BUNDLE: path.join(bundle, 'index.mjs'), ...lambda, ...settings }
  const options = ['--input-type=module', '-e', PROBE]
  const printed = execFileSync(node, [...flags, ...options], { env, encoding: 'utf8' })
  // The lines before it are the log: the broker has no settings.
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '')
}
