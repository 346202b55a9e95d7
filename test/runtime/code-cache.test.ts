/** The V8 code cache of the built broker: used by the Node.js that made it, harmless for others. */
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import { type NodeMajor, nodeBinary, skipsNode } from '../packages/node-binary.ts'
import { BUNDLE } from './bundle-in-lambda.ts'

const PROBE = `
const { handler, createBroker, usesCodeCache } = await import(process.env.BUNDLE)
const http = { method: 'GET', sourceIp: '203.0.113.7' }
const event = { version: '2.0', rawPath: '/healthz', rawQueryString: '', requestContext: { http } }
const { statusCode } = await handler(event, { getRemainingTimeInMillis: () => 10_000 })
let stack
try { createBroker({}) } catch (error) { stack = error.stack }
console.log(JSON.stringify({ usesCodeCache, statusCode, stack }))
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

it('does not hide where an error was thrown', () => {
  expect(probe({}).stack).toMatch(/\/dist\/broker\/broker\.cjs:\d+:\d+/)
})

function probe({
  node = process.execPath,
  flags = [],
  bundle = BUNDLE,
}: {
  node?: string
  flags?: readonly string[]
  bundle?: string
}) {
  const env = { BUNDLE: path.join(bundle, 'index.mjs') }
  const options = ['--input-type=module', '-e', PROBE]
  const printed = execFileSync(node, [...flags, ...options], { env, encoding: 'utf8' })
  // The lines before it are the log: the broker has no settings.
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '')
}
