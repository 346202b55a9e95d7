/** The tenants file: only what is asked for is read, and no name finds what is not there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { BrokerError, type CompiledTenant } from '@token-broker/core'
import { tenantsFile } from '@token-broker/core/document'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBundledTenants } from '../../../packages/functions/src/adapters/stores/bundled-tenants.ts'
import { refusalOf } from './test-server.ts'

const PROFILE = {
  issuer: 'https://id.example',
  keys: { from: 'discovery' },
  algorithms: ['RS256'],
  types: ['jwt'],
  maxTokenAgeSeconds: 86_400,
  clockToleranceSeconds: 30,
} as const
const document = (tenant: string, prefetch = false): CompiledTenant => ({
  tenant,
  issuers: [{ profile: PROFILE, audiences: ['app'], authorizedParties: [], prefetch }],
  attributes: {},
  rules: [],
  grants: {},
  allowedOrigins: [`https://${tenant}.ü.example`],
})

let directory: string
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tenants-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

function write(text: string): string {
  const file = path.join(directory, 'tenants.jsonl')
  writeFileSync(file, text)
  return file
}

const whole = () => tenantsFile([document('acme', true), document('beta')])
const open = (text: string) => createBundledTenants(write(text))

describe('finding', () => {
  test('tenants, trusts, origins and prefetched issuers', async () => {
    const { store, prefetch } = open(whole())
    expect(await store.load('acme')).toEqual(document('acme', true))
    expect(await store.load('beta')).toEqual(document('beta'))
    expect(await store.load('beta')).toBe(await store.load('beta'))
    const trusts = [{ profile: PROFILE, tenants: { acme: ['app'], beta: ['app'] } }]
    expect(await store.findTrusts(PROFILE.issuer)).toEqual(trusts)
    expect(await store.findTrusts(PROFILE.issuer)).toBe(await store.findTrusts(PROFILE.issuer))
    expect(await store.allowsOrigin('https://acme.ü.example')).toBe(true)
    expect(await store.allowsOrigin('https://other.example')).toBe(false)
    expect(prefetch).toEqual([PROFILE])
  })

  test.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    'Acme',
    'gamma',
    'tenant:acme',
    '\ud800',
  ])('nothing for %j', async (name) => {
    const { store } = open(whole())
    expect(await store.load(name)).toBeUndefined()
    expect(await store.findTrusts(name)).toEqual([])
    expect(await store.allowsOrigin(name)).toBe(false)
  })

  test('a name of another kind', async () => {
    const { store } = open(whole())
    expect(await store.load(PROFILE.issuer)).toBeUndefined()
    expect(await store.findTrusts('acme')).toEqual([])
    expect(await store.allowsOrigin(PROFILE.issuer)).toBe(false)
  })

  test('thousands of tenants, and none', async () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `t${index}`)
    const { store } = open(tenantsFile(names.map((name) => document(name))))
    for (const name of [...names, 't0']) expect((await store.load(name))?.tenant).toBe(name)
    expect(await store.load('t3000')).toBeUndefined()
    expect(await open(tenantsFile([])).store.load('acme')).toBeUndefined()
  })

  test('a header that is longer than the first read', async () => {
    const profiles = Array.from({ length: 200 }, (_, index) => ({
      ...PROFILE,
      issuer: `https://${index}.example`,
    }))
    const issuers = profiles.map((profile) => ({
      profile,
      audiences: ['app'],
      authorizedParties: [],
      prefetch: true,
    }))
    const { store, prefetch } = open(tenantsFile([{ ...document('acme'), issuers }]))
    expect(prefetch).toEqual(profiles)
    expect((await store.load('acme'))?.issuers).toHaveLength(200)
  })
})

describe('a file that is not right', () => {
  test.each([
    ['missing', () => path.join(directory, 'nowhere')],
    ['empty', () => write('')],
    ['no JSON', () => write('tenant: acme\n')],
    ['no end of line', () => write('{"version":2,"buckets":1,"prefetch":[]}')],
    [
      'the version before',
      () => write('{"version":1,"issuers":{},"tenants":{},"origins":{},"prefetch":[]}\n'),
    ],
    ['no buckets', () => write(whole().replace('"buckets":1', '"buckets":0'))],
    ['a part of a bucket', () => write(whole().replace('"buckets":1', '"buckets":1.5'))],
  ])('%s', (_, file) => {
    const attempt = () => createBundledTenants(file())
    expect(attempt).toThrow(BrokerError)
    expect(attempt).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  })

  test('a tenant whose line is torn, or another’s, is refused alone', async () => {
    const torn = open(whole().replace('{"tenant":"acme"', '["tenant":"acme"')).store
    expect((await refusalOf(torn.load('acme'))).code).toBe('config_invalid')
    expect((await torn.load('beta'))?.tenant).toBe('beta')
    const swapped = open(whole().replace('{"tenant":"acme"', '{"tenant":"ecma"')).store
    expect((await refusalOf(swapped.load('acme'))).code).toBe('config_invalid')
    const trusts = open(whole().replace('\n[{"profile"', '\n{{"profile"')).store
    expect((await refusalOf(trusts.findTrusts(PROFILE.issuer))).code).toBe('config_invalid')
  })

  test('cut off anywhere it says so', async () => {
    const file = write(whole())
    const bytes = readFileSync(file)
    let refused = 0
    for (let length = bytes.indexOf('\n') + 1; length < bytes.length - 1; length += 7) {
      writeFileSync(file, bytes.subarray(0, length))
      const { store } = createBundledTenants(file)
      expect((await refusalOf(store.load('acme'))).code).toBe('config_invalid')
      refused++
    }
    expect(refused).toBeGreaterThan(100)
  })

  test('a place that lies outside', async () => {
    const text = whole()
    const directoryLine = text.split('\n')[1] ?? ''
    const { store } = open(text.replace(directoryLine, `${'9'.repeat(12)} ${'9'.repeat(12)}`))
    expect((await refusalOf(store.load('acme'))).code).toBe('config_invalid')
  })
})
