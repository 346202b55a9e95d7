/** The store over a real table: how many requests it makes, and how it treats corrupt items. */
import { headKey } from '@token-broker/functions/tenant-table'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TenantSource } from '../../../packages/functions/src/adapters/stores/tenant-source.ts'
import { listedTenants } from '../../fixtures/listed-tenants.ts'
import { largeDocument, smallDocument } from '../../fixtures/small-document.ts'
import { CREDENTIALS } from '../../fixtures/tenants-table.ts'
import { deleteTenant, writeTenant } from '../../fixtures/write-tenants.ts'
import { refusalOf } from './calls.ts'
import { openStore, useTenantsTable } from './tenants-table-store.ts'

const { server, operator } = useTenantsTable()
let store: TenantSource
beforeAll(() => {
  store = openStore(server())
})

describe('requests', () => {
  it('makes one per look-up for any number of tenants, and never a scan', async () => {
    for (let index = 0; index < 30; index++) await write(`many-${index}`)
    expect(await requestsOf(() => store.findTrusts('https://many-7.example'))).toEqual(['Query'])
    expect(await requestsOf(() => store.load('many-7'))).toEqual(['GetItem'])
    expect(await requestsOf(() => store.allowsOrigin('https://many-7.example'))).toEqual(['Query'])
    expect(await requestsOf(() => store.load('nobody'))).toEqual(['GetItem'])
  })

  it('makes none for a name that no table can contain', async () => {
    const long = 'x'.repeat(2_049)
    const lookUp = () =>
      Promise.all([
        store.load('__proto__'),
        store.load('Acme'),
        store.findTrusts(long),
        store.allowsOrigin(long),
      ])
    expect(await requestsOf(lookUp)).toEqual([])
  })

  it('reads all pages of an issuer with more tenants than fit in one', async () => {
    const audiences = JSON.stringify(
      Array.from({ length: 1_000 }, (_, index) => `audience-${index}`),
    )
    const profile = (await trustOf('https://many-1.example')).profile
    const items = Array.from({ length: 120 }, (_, index) => ({
      pk: { S: 'issuer#https://crowded.example' },
      sk: { S: `crowded-${index}` },
      profile: { S: JSON.stringify({ ...profile, issuer: 'https://crowded.example' }) },
      audiences: { S: audiences },
    }))
    for (const item of items) await server().put(item)
    expect(await requestsOf(() => store.findTrusts('https://crowded.example'))).toEqual([
      // The issuer's first items, the summary that nobody wrote, and all items.
      ...['Query', 'GetItem', 'Query', 'Query'],
    ])
    expect(Object.keys(listedTenants(await trustOf('https://crowded.example')))).toHaveLength(120)
  })
})

describe('documents', () => {
  it('loads a document that nearly fills its item', async () => {
    await writeTenant(operator(), largeDocument('large', 1_500))
    const tenant = await store.load('large')
    expect(JSON.stringify(tenant).length).toBeGreaterThan(300_000)
    expect(Object.keys(tenant?.grants ?? {})).toHaveLength(1_500)
  })

  it('finds neither a removed tenant nor its issuer and origin', async () => {
    const [issuer, origin] = ['https://gone.example', 'https://app.gone.example']
    await writeTenant(operator(), smallDocument('gone', { origins: [origin] }))
    expect((await store.load('gone'))?.tenant).toBe('gone')
    await deleteTenant(operator(), 'gone')
    expect(await store.load('gone')).toBeUndefined()
    expect([await store.findTrusts(issuer), await store.allowsOrigin(origin)]).toEqual([[], false])
  })
})

describe('items that no release of the broker wrote', () => {
  it.each<{ what: string; make: (tenant: string) => Promise<void> }>([
    { what: 'another-format', make: putHead({ format: { N: '1' } }) },
    { what: 'no-format', make: putHead({ format: undefined }) },
    { what: 'no-json', make: putHead({ compiled: { S: '{"tenant":' } }) },
    { what: 'another-tenant', make: putHead({ compiled: { S: partOf('other') } }) },
    { what: 'part', make: putHead({ compiled: { S: partOf('foreign-part') } }) },
    { what: 'no-document', make: putHead({ compiled: undefined }) },
    { what: 'removed-with-document', make: putHead({ state: { S: 'removed' } }) },
    { what: 'another-type', make: putHead({ compiled: { N: '1' } }) },
    { what: 'no-version', make: putHead({ version: { S: 'one' } }) },
    { what: 'only-key', make: (tenant) => server().put(headKey(tenant)) },
  ])('refuses a head with $what', async ({ what, make }) => {
    await make(`foreign-${what}`)
    expect((await refusalOf(store.load(`foreign-${what}`))).code).toBe('config_invalid')
  })

  it('ignores corrupt index items if one is valid, and refuses if none is', async () => {
    const issuer = 'https://mixed.example'
    await writeTenant(operator(), smallDocument('mixed', { issuers: [issuer] }))
    const { profile } = await trustOf(issuer)
    const put = (
      sk: string,
      stored: unknown,
      audiences: unknown = ['app'],
      requires: unknown = { claim: ['org'], value: 'x' },
    ) =>
      server().put({
        pk: { S: `issuer#${issuer}` },
        sk: { S: sk },
        profile: { S: JSON.stringify(stored) },
        audiences: { S: JSON.stringify(audiences) },
        requires: { S: JSON.stringify(requires) },
      })
    await put('__proto__', profile)
    await put('elsewhere', { ...profile, issuer: 'https://mixed.example.evil' })
    await put('no-profile', null)
    await put('no-list', profile, 'app')
    await put('no-strings', profile, [1])
    await put('no-keys', { ...profile, keys: undefined })
    await put('no-claim', profile, ['app'], { claim: 'org', value: 'x' })
    await put('no-value', profile, ['app'], { claim: ['org'] })
    await put('no-requirement', profile, ['app'], 'org')
    const mixed = { audiences: ['app'] }
    expect(await store.findTrusts(issuer)).toEqual([{ profile, tenants: { mixed } }])
    await deleteTenant(operator(), 'mixed')
    expect((await refusalOf(store.findTrusts(issuer))).code).toBe('config_invalid')
  })
})

describe('an unavailable table', () => {
  it.each([
    ['does not exist', () => ({ name: 'missing', url: server().url })],
    ['has no listener', () => ({ name: 'tenants', url: 'http://127.0.0.1:9' })],
  ])('refuses if the table %s', async (_, place) => {
    const { code, message } = await refusalOf(openStore(place()).load('acme'))
    expect(code).toBe('upstream_unavailable')
    expect(message).toMatch(
      /^DynamoDB table (missing: ResourceNotFoundException|tenants: ECONNREFUSED)/,
    )
    expect(message).not.toContain(CREDENTIALS.secretAccessKey)
  })
})

function write(tenant: string) {
  return writeTenant(operator(), smallDocument(tenant))
}

async function requestsOf(lookUp: () => Promise<unknown>): Promise<readonly string[]> {
  server().requests.length = 0
  await lookUp()
  return [...server().requests]
}

async function trustOf(issuer: string) {
  const [trust] = await store.findTrusts(issuer)
  if (!trust) throw new Error(`${issuer} is not trusted`)
  return trust
}

/** Writes a tenant, and then its head with some attributes changed. */
function putHead(change: object) {
  return async (tenant: string) => {
    await write(tenant)
    const head = { ...(await operator().get(headKey(tenant))), ...change }
    await server().put(JSON.parse(JSON.stringify(head)))
  }
}

function partOf(tenant: string): string {
  return JSON.stringify({ tenant, issuers: [], rules: [], grants: {} })
}
