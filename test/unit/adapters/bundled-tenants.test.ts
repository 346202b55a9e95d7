/** The tenants file: only what is asked for is parsed, and no name finds what is not there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { BrokerError } from '@token-broker/core'
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
}
const document = (tenant: string) => ({
  tenant,
  issuers: [],
  attributes: {},
  rules: [],
  grants: {},
  allowedOrigins: ['https://ü.example'],
})

let directory: string
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tenants-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

function write(lines: Readonly<Record<string, string>>, change: object = {}): string {
  let offset = 0
  const tenants: Record<string, [number, number]> = {}
  for (const [tenant, line] of Object.entries(lines)) {
    tenants[tenant] = [offset, Buffer.byteLength(line)]
    offset += Buffer.byteLength(line) + 1
  }
  const trust = { profile: PROFILE, tenants: { acme: ['app'] } }
  const index = {
    version: 1,
    issuers: { [PROFILE.issuer]: [trust] },
    tenants,
    origins: { 'https://app.example': 1 },
    prefetch: [PROFILE],
    ...change,
  }
  return writeText([JSON.stringify(index), ...Object.values(lines), ''].join('\n'))
}

function writeText(text: string): string {
  const file = path.join(directory, 'tenants.jsonl')
  writeFileSync(file, text)
  return file
}

const good = () =>
  createBundledTenants(
    write({ acme: JSON.stringify(document('acme')), beta: JSON.stringify(document('beta')), broken: '{"tenant":' }),
  )

describe('finding', () => {
  test('tenants, trusts, origins and prefetched issuers', async () => {
    const { store, prefetch } = good()
    expect(await store.load('acme')).toEqual(document('acme'))
    expect(await store.load('beta')).toEqual(document('beta'))
    expect(await store.load('beta')).toBe(await store.load('beta'))
    expect(await store.findTrusts(PROFILE.issuer)).toEqual([{ profile: PROFILE, tenants: { acme: ['app'] } }])
    expect(await store.allowsOrigin('https://app.example')).toBe(true)
    expect(await store.allowsOrigin('https://other.example')).toBe(false)
    expect(prefetch).toEqual([PROFILE])
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'Acme', 'gamma'])(
    'nothing for %j',
    async (name) => {
      const { store } = good()
      expect(await store.load(name)).toBeUndefined()
      expect(await store.findTrusts(name)).toEqual([])
      expect(await store.allowsOrigin(name)).toBe(false)
    },
  )

  test('a thousand and more tenants', async () => {
    const names = Array.from({ length: 1_500 }, (_, index) => `t${index}`)
    const { store } = createBundledTenants(
      write(Object.fromEntries(names.map((name) => [name, JSON.stringify(document(name))]))),
    )
    for (const name of [...names, 't0']) expect((await store.load(name))?.tenant).toBe(name)
  })
})

describe('a file that is not right', () => {
  test.each([
    ['missing', () => path.join(directory, 'nowhere')],
    ['empty', () => writeText('')],
    ['no JSON', () => writeText('tenant: acme\n')],
    ['another version', () => write({}, { version: 2 })],
    ['no tenants', () => write({}, { tenants: [] })],
  ])('%s', (_, file) => {
    const open = () => createBundledTenants(file())
    expect(open).toThrow(BrokerError)
    expect(open).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  })

  test('one broken tenant, or a line of another, is refused alone', async () => {
    const { store } = good()
    expect((await refusalOf(store.load('broken'))).code).toBe('config_invalid')
    expect((await store.load('acme'))?.tenant).toBe('acme')
    const swapped = createBundledTenants(write({ acme: JSON.stringify(document('beta')) })).store
    expect((await refusalOf(swapped.load('acme'))).code).toBe('config_invalid')
  })
})
