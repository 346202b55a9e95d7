/** The tenants file: only what is looked up is read, and unknown names are not found. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { BrokerError, type CompiledTenant } from '@token-broker/core'
import { tenantsFile } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { createBundledTenants } from '../../../packages/functions/src/adapters/stores/bundled-tenants.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { refusalOf } from './calls.ts'

const folder = makeTemporaryFolder()

describe('look-ups', () => {
  it('finds tenants, trusts, origins and prefetched issuers', async () => {
    const { store, prefetch } = open(twoTenants())
    expect(await store.load('acme')).toEqual(document('acme', true))
    expect(await store.load('beta')).toEqual(document('beta'))
    expect(await store.load('beta')).toBe(await store.load('beta'))
    const trusts = [{ profile: PROFILE, tenants: { acme: APP, beta: APP } }]
    expect(await store.findTrusts(PROFILE.issuer)).toEqual(trusts)
    expect(await store.findTrusts(PROFILE.issuer)).toBe(await store.findTrusts(PROFILE.issuer))
    expect(await store.allowsOrigin('https://acme.ü.example')).toBe(true)
    expect(await store.allowsOrigin('https://other.example')).toBe(false)
    expect(prefetch).toEqual([PROFILE])
  })

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    'Acme',
    'gamma',
    'tenant:acme',
    '\ud800',
  ])('finds nothing for %j', async (name) => {
    const { store } = open(twoTenants())
    expect(await store.load(name)).toBeUndefined()
    expect(await store.findTrusts(name)).toEqual([])
    expect(await store.allowsOrigin(name)).toBe(false)
  })

  it('finds no name of another kind', async () => {
    const { store } = open(twoTenants())
    expect(await store.load(PROFILE.issuer)).toBeUndefined()
    expect(await store.findTrusts('acme')).toEqual([])
    expect(await store.allowsOrigin(PROFILE.issuer)).toBe(false)
  })

  it('reads files of thousands of tenants, and of none', async () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `t${index}`)
    const { store } = open(tenantsFile(names.map((name) => document(name))))
    for (const name of [...names, 't0']) expect((await store.load(name))?.tenant).toBe(name)
    expect(await store.load('t3000')).toBeUndefined()
    expect(await open(tenantsFile([])).store.load('acme')).toBeUndefined()
  })

  it('reads a header that is longer than the first read', async () => {
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

describe('invalid files', () => {
  const HEADER = '{"version":4,"buckets":1,"tenants":1,"minting":1,"prefetch":[]}'
  it.each([
    ['is missing', path.join(folder, 'nowhere'), 'ENOENT: no such file or directory'],
    ['is a folder', folder, 'EISDIR: it is a directory'],
  ])('names the path and the error of a file that %s', (_, file, reason) => {
    expect(() => createBundledTenants(file)).toThrow(
      `The tenants file ${file} cannot be opened (${reason}); run the build, or correct`,
    )
  })

  it('say how many tenants they have, and of which grants', () => {
    expect(createBundledTenants(write(twoTenants()))).toMatchObject({ tenants: 2 })
  })

  it.each([
    ['that is missing', () => path.join(folder, 'nowhere')],
    ['that is empty', () => write('')],
    ['that is not JSON', () => write('tenant: acme\n')],
    ['without an end of line', () => write(HEADER)],
    [
      'of the first version',
      () => write('{"version":1,"issuers":{},"tenants":{},"origins":{},"prefetch":[]}\n'),
    ],
    ['of the previous version', () => write(twoTenants().replace('"version":4', '"version":3'))],
    ['without buckets', () => write(twoTenants().replace('"buckets":1', '"buckets":0'))],
    [
      'that does not say how many tenants it has',
      () => write(twoTenants().replace('"tenants":2,', '')),
    ],
    ['that is a folder', () => folder],
    ['with part of a bucket', () => write(twoTenants().replace('"buckets":1', '"buckets":1.5'))],
  ])('refuses a file %s', (_, file) => {
    const attempt = () => createBundledTenants(file())
    expect(attempt).toThrow(BrokerError)
    expect(attempt).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  })

  it('refuses only the tenant whose line is corrupt or belongs to another tenant', async () => {
    const corrupt = open(twoTenants().replace('{"tenant":"acme"', '["tenant":"acme"')).store
    expect((await refusalOf(corrupt.load('acme'))).code).toBe('config_invalid')
    expect((await corrupt.load('beta'))?.tenant).toBe('beta')
    const swapped = open(twoTenants().replace('{"tenant":"acme"', '{"tenant":"ecma"')).store
    expect((await refusalOf(swapped.load('acme'))).code).toBe('config_invalid')
    const trusts = open(twoTenants().replace('\n[{"profile"', '\n{{"profile"')).store
    expect((await refusalOf(trusts.findTrusts(PROFILE.issuer))).code).toBe('config_invalid')
  })

  it('refuses a tenant if the file is cut off at any place', async () => {
    const file = write(twoTenants())
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

  it('refuses a place outside the file', async () => {
    const text = twoTenants()
    const directoryLine = text.split('\n')[1] ?? ''
    const { store } = open(text.replace(directoryLine, `${'9'.repeat(12)} ${'9'.repeat(12)}`))
    expect((await refusalOf(store.load('acme'))).code).toBe('config_invalid')
  })
})

const APP = { audiences: ['app'] }
const PROFILE = {
  issuer: 'https://id.example',
  keys: { from: 'discovery' },
  algorithms: ['RS256'],
  types: ['jwt'],
  maxTokenAgeSeconds: 86_400,
  clockToleranceSeconds: 30,
} as const

function document(tenant: string, prefetch = false): CompiledTenant {
  return {
    tenant,
    issuers: [{ profile: PROFILE, audiences: ['app'], authorizedParties: [], prefetch }],
    attributes: {},
    rules: [],
    grants: {},
    allowedOrigins: [`https://${tenant}.ü.example`],
  }
}

function twoTenants(): string {
  return tenantsFile([document('acme', true), document('beta')])
}

function write(text: string): string {
  const file = path.join(folder, 'tenants.jsonl')
  writeFileSync(file, text)
  return file
}

function open(text: string) {
  return createBundledTenants(write(text))
}
