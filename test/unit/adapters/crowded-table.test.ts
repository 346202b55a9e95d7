/** Issuers of many tenants in the table: few items are read, and they find what all would. */

import { type CompiledTenant, MAX_LISTED, tenantIndexOf } from '@token-broker/core'
import { trustsByIssuer } from '@token-broker/core/document'
import {
  type Item,
  issuerPartition,
  newIndexItems,
  summaryKey,
  type TrustSummary,
} from '@token-broker/functions/tenant-table'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OperatorTable } from '../../../packages/cli/src/tenant/operator-table.ts'
import { summarizeIssuer } from '../../../packages/cli/src/tenant/summarize-issuer.ts'
import { smallDocument } from '../../fixtures/small-document.ts'
import { writeTenant } from '../../fixtures/write-tenants.ts'
import { takeTurns } from '../cli/table-turns.ts'
import { describeIndex, generateTenants, ISSUER, tenantOfIssuer } from './crowded-tenants.ts'
import { openStore, useTenantsTable } from './tenants-table-store.ts'

const ANY = { ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)' }
const { server, operator } = useTenantsTable()
let count = 0

/** The tenants, as those of an issuer that no other test uses. */
function moved(tenants: readonly CompiledTenant[]): { issuer: string; tenants: CompiledTenant[] } {
  const issuer = `https://${count++}.example`
  return {
    issuer,
    tenants: tenants.map((tenant) => JSON.parse(JSON.stringify(tenant).replaceAll(ISSUER, issuer))),
  }
}

async function fill(table: OperatorTable, tenants: readonly CompiledTenant[]): Promise<void> {
  const items = tenants.flatMap((tenant) => newIndexItems(tenant, 1))
  const lane = async () => {
    for (let item = items.pop(); item !== undefined; item = items.pop()) await table.put(item, ANY)
  }
  await Promise.all(Array.from({ length: 20 }, lane))
}

const byOrg = (size: number) =>
  Array.from({ length: size }, (_, index) =>
    tenantOfIssuer(`t${index}`, ['app'], {}, { claim: ['org'], value: `o${index}` }),
  )

describe('the index of the table', () => {
  it('finds what a list in memory finds', async () => {
    for (const sample of fc.sample(generateTenants(65, 80), 3)) {
      const { issuer, tenants } = moved(sample)
      await fill(operator(), tenants)
      await summarizeIssuer(operator(), issuer)
      const [indexed] = await openStore(server()).findTrusts(issuer)
      expect(indexed).toHaveProperty('index')
      const [listed] = trustsByIssuer(tenants).get(issuer) ?? []
      if (listed === undefined) throw new Error('expected a trust')
      // The table returns tenants in the order of their names, and claims for all audiences.
      const sorted = { ...listed, tenants: sortedByName(listed.tenants) }
      const found = await describeIndex(indexed, tenants)
      const expected = await describeIndex(sorted, tenants)
      expect(foundNames(found)).toEqual(foundNames(expected))
      expect(found.known).toEqual(expected.known)
      expect(found.first).toEqual(expected.first)
      expect(found.audiences).toEqual(expected.audiences)
    }
  }, 60_000)

  it('costs the same for any number of tenants', async () => {
    const { issuer, tenants } = moved(byOrg(200))
    await fill(operator(), tenants)
    await summarizeIssuer(operator(), issuer)
    const store = openStore(server())
    server().requests.length = 0
    const [trust] = await store.findTrusts(issuer)
    expect(server().requests).toEqual(['Query', 'GetItem'])
    const index = trust && tenantIndexOf(trust)
    const [app] = (await index?.accepting(['app'])) ?? []
    expect(await app?.requiring(0, ['o7'])).toEqual(['t7'])
    expect(server().requests.slice(2)).toEqual(['Query', 'Query', 'Query'])
    expect(await index?.has('t7')).toBe(true)
    expect(await index?.has('nobody')).toBe(false)
    expect(server().requests.slice(5)).toEqual(['GetItem', 'GetItem'])
    // The next request finds all of it in the cache.
    await index?.accepting(['app'])
    expect(await app?.requiring(0, ['o7'])).toEqual(['t7'])
    expect(await index?.has('t7')).toBe(true)
    expect(server().requests).toHaveLength(7)
  })

  it('reads all tenants once where a token has many values or audiences', async () => {
    const { issuer, tenants } = moved(byOrg(100))
    await fill(operator(), tenants)
    await summarizeIssuer(operator(), issuer)
    const [trust] = await openStore(server()).findTrusts(issuer)
    const index = trust && tenantIndexOf(trust)
    const [app] = (await index?.accepting(['app'])) ?? []
    const values = Array.from({ length: 1_000 }, (_, value) => `o${value + 98}`)
    server().requests.length = 0
    expect(await app?.requiring(0, values)).toEqual(['t98', 't99'])
    const [again] = (await index?.accepting(['app', ...values])) ?? []
    expect(await again?.requiring(0, ['o7'])).toEqual(['t7'])
    expect(server().requests).toEqual(['Query'])
  })

  it.each<[what: string, trusts: Item[string] | undefined]>([
    ['is missing', undefined],
    ['is not JSON', { S: '[' }],
    ['is of another issuer', { S: '[{"profileJson":"{}","first":[],"audiences":[],"claims":[]}]' }],
    ['says that there are too many profiles', { S: '[]' }],
  ])('reads all tenants where the summary %s', async (_, trusts) => {
    const { issuer, tenants } = moved(byOrg(70))
    await fill(operator(), tenants)
    const item = { ...summaryKey(issuer), version: { N: '1' }, trusts }
    if (trusts !== undefined) await server().put(JSON.parse(JSON.stringify(item)))
    const [trust] = await openStore(server()).findTrusts(issuer)
    const [app] = trust ? await tenantIndexOf(trust).accepting(['app']) : []
    expect(await app?.requiring(0, ['o69'])).toEqual(['t69'])
    // The next writer corrects it.
    await summarizeIssuer(operator(), issuer)
    expect((await openStore(server()).findTrusts(issuer))[0]).toHaveProperty('index')
  })
})

describe('a summary', () => {
  const summaryOf = async (issuer: string) =>
    JSON.parse((await operator().get(summaryKey(issuer)))?.trusts?.S ?? 'null')

  it('is written beyond 64 tenants only', async () => {
    const { issuer, tenants } = moved(byOrg(MAX_LISTED + 1))
    await fill(operator(), tenants.slice(1))
    await summarizeIssuer(operator(), issuer)
    expect(await summaryOf(issuer)).toBeNull()
    await fill(operator(), tenants.slice(0, 1))
    await summarizeIssuer(operator(), issuer)
    expect(await summaryOf(issuer)).toEqual([
      {
        profileJson: JSON.stringify(tenants[0]?.issuers[0]?.profile),
        ...{ first: expect.arrayContaining(['t0', 't1']), audiences: ['app'], claims: [['org']] },
      },
    ])
  })

  it.each<[limit: number, what: string, other: (index: number) => CompiledTenant]>([
    [
      16,
      'profiles',
      (index) => tenantOfIssuer(`p${index}`, ['app'], { maxTokenAgeSeconds: index + 1 }),
    ],
    [
      ...([4, 'claims'] as const),
      (index) => tenantOfIssuer(`c${index}`, ['app'], {}, { claim: [`c${index}`], value: 'x' }),
    ],
  ])('is empty beyond %i %s', async (limit, _, other) => {
    const more = Array.from({ length: limit }, (__, index) => other(index))
    const { issuer, tenants } = moved([...byOrg(MAX_LISTED), ...more])
    await fill(operator(), tenants.slice(0, -1))
    await summarizeIssuer(operator(), issuer)
    expect((await summaryOf(issuer)).length).toBeGreaterThan(0)
    await fill(operator(), tenants.slice(-1))
    await summarizeIssuer(operator(), issuer)
    expect(await summaryOf(issuer)).toEqual([])
  })

  it('is written by a put, for the issuers of the new document and of the old one', async () => {
    const { issuer, tenants } = moved(byOrg(MAX_LISTED + 1))
    await fill(operator(), tenants)
    const own = { audience: 'own', member: 'claims.team == "x"' }
    const put = (issuers: string[]) =>
      writeTenant(operator(), smallDocument('own', { ...own, issuers }))
    const claims = async () => (await summaryOf(issuer))?.flatMap((one: TrustSummary) => one.claims)
    await put([issuer])
    expect(await claims()).toEqual(expect.arrayContaining([['org'], ['team']]))
    await put(['https://elsewhere.example'])
    expect(await claims()).toEqual([['org']])
  })

  it('has the profiles of both of two writers, in each order of their operations', async () => {
    const { issuer, tenants } = moved(byOrg(MAX_LISTED))
    await fill(operator(), tenants)
    let age = 100
    for (const turns of ordersOf(4, 4)) {
      const own = [age++, age++]
      const writers = own.map((maxTokenAgeSeconds, index) => async (table: OperatorTable) => {
        const tenant = tenantOfIssuer(`w${index}`, ['app'], { maxTokenAgeSeconds })
        const text = JSON.stringify(tenant).replaceAll(ISSUER, issuer)
        const [item] = newIndexItems(JSON.parse(text), 1)
        if (item?.pk.S !== issuerPartition(issuer)) throw new Error('expected an index item')
        await table.put(item, ANY)
        await summarizeIssuer(table, issuer)
      })
      const results = await takeTurns(operator(), turns, writers)
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
      const ages = (await summaryOf(issuer)).map(
        ({ profileJson }: { profileJson: string }) => JSON.parse(profileJson).maxTokenAgeSeconds,
      )
      expect([turns, ages.sort((x: number, y: number) => x - y)]).toEqual([turns, [...own, 86_400]])
    }
  }, 60_000)
})

/** Every order of so many operations of the writer 0 and of the writer 1. */
function ordersOf(first: number, second: number): number[][] {
  if (first === 0 || second === 0) return [[...Array(first).fill(0), ...Array(second).fill(1)]]
  return [
    ...ordersOf(first - 1, second).map((order) => [0, ...order]),
    ...ordersOf(first, second - 1).map((order) => [1, ...order]),
  ]
}

type Described = Awaited<ReturnType<typeof describeIndex>>

/** Without the claims that no tenant of the audience requires, and in order of names. */
function foundNames({ byAudience }: Described) {
  return byAudience.map((found) => {
    if (found === undefined) return undefined
    const { names, always, required } = found
    const byClaim = required
      .map((claim) => JSON.stringify(claim))
      .filter((claim) => /"t\d/.test(claim))
    return { names, always, byClaim: byClaim.sort() }
  })
}

function sortedByName<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
