/** What every store of tenants must do, wherever it stores them. */
import { type IssuerTrust, tenantIndexOf } from '@token-broker/core'
import { compileTenant } from '@token-broker/core/document'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TenantSource } from '../../packages/functions/src/adapters/stores/tenant-source.ts'
import { OTHER_POOL_ID, POOL_ID } from '../fixtures/pool-document.ts'
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts'
import { smallDocument } from '../fixtures/small-document.ts'

/** By its tenant. */
const POOLS = { acme: POOL_ID, gamma: OTHER_POOL_ID }
const SHARED = 'https://shared.example'
const DOCUMENTS = {
  acme: smallDocument('acme', {
    issuers: ['https://acme.example', SHARED],
    origins: ['https://app.example'],
    pool: POOLS.acme,
  }),
  beta: smallDocument('beta', {
    issuers: [SHARED],
    audience: 'beta-app',
    origins: ['https://app.example'],
  }),
  gamma: smallDocument('gamma', {
    issuers: [SHARED],
    audience: 'gamma-app',
    member: 'claims.org == "gamma"',
    maxTokenAge: '1h',
    origins: ['http://localhost:3000'],
    pool: POOLS.gamma,
  }),
}

/** Tenants, issuers and origins that a caller may send. */
const HOSTILE = [
  ...['', '__proto__', 'constructor', 'toString', 'Acme', 'acme ', ' acme', 'acme\u0000'],
  ...['tenant#acme', 'head', 'tenants'],
  ...['*', 'ácme', '../acme', 'x'.repeat(20_000), 'ü'.repeat(1_100), '\ud800'],
]

const everyCaller = (name: string) => ({
  ...{ names: [name], always: [name], claims: [], required: [] },
})

/** What a trust finds by the names of the documents, their audiences and the value `gamma`. */
async function describeTrust(trust: IssuerTrust) {
  const { maxTokenAgeSeconds, issuer } = trust.profile
  const index = tenantIndexOf(trust)
  const known = []
  for (const name of [...HOSTILE, ...Object.keys(DOCUMENTS)])
    if (await index.has(name)) known.push(name)
  expect([...index.first].sort()).toEqual(known)
  const byAudience = new Map<string, object>()
  for (const audience of [...HOSTILE, 'app', 'beta-app', 'gamma-app']) {
    const [found] = await index.accepting([audience])
    if (found === undefined) continue
    const { names, always, claims, requiring } = found
    const values = [...HOSTILE, 'gamma']
    const required = await Promise.all(claims.map((_, claim) => requiring(claim, values)))
    byAudience.set(audience, { names, always, claims, required })
  }
  expect([...index.audiences].sort()).toEqual([...byAudience.keys()])
  return [maxTokenAgeSeconds, issuer, known, Object.fromEntries(byAudience)]
}

export function testTenantStore(
  name: string,
  open: (documents: readonly string[]) => Promise<TenantSource>,
): void {
  describe(name, () => {
    let store: TenantSource
    beforeAll(async () => {
      store = await open(Object.values(DOCUMENTS))
    })

    it.each(Object.entries(DOCUMENTS))('loads %s as it was compiled', async (tenant, document) => {
      expect(await store.load(tenant)).toEqual(compileTenant(document, '').tenant)
    })

    it('finds the tenants that trust an issuer, with one entry per profile', async () => {
      const trusts = await store.findTrusts(SHARED)
      const found = await Promise.all(trusts.map(describeTrust))
      expect(found).toHaveLength(2)
      const two = { app: everyCaller('acme'), 'beta-app': everyCaller('beta') }
      expect(found).toContainEqual([86_400, SHARED, ['acme', 'beta'], two])
      const gamma = { names: ['gamma'], always: [], claims: [['org']], required: [['gamma']] }
      expect(found).toContainEqual([3_600, SHARED, ['gamma'], { 'gamma-app': gamma }])
      const trusted = await store.findTrusts('https://acme.example')
      expect(await Promise.all(trusted.map(describeTrust))).toEqual([
        [86_400, 'https://acme.example', ['acme'], { app: everyCaller('acme') }],
      ])
    })

    it('returns the same profile as the document has', async () => {
      const acme = await store.load('acme')
      const [trust] = await store.findTrusts('https://acme.example')
      expect(JSON.stringify(trust?.profile)).toBe(JSON.stringify(acme?.issuers[0]?.profile))
    })

    it('compares issuers and origins exactly', async () => {
      for (const issuer of [
        `${SHARED}/`,
        'https://SHARED.example',
        'https://shared.exampl',
        `${SHARED}#`,
        'issuer#',
      ])
        expect(await store.findTrusts(issuer)).toEqual([])
      for (const origin of ['https://app.example', 'http://localhost:3000'])
        expect(await store.allowsOrigin(origin)).toBe(true)
      for (const origin of [
        'https://app.example/',
        'http://app.example',
        'https://app.example.evil',
        'null',
        SHARED,
      ])
        expect(await store.allowsOrigin(origin)).toBe(false)
    })

    it('finds the tenant of an identity pool, by its exact id', async () => {
      for (const [tenant, pool] of Object.entries(POOLS)) {
        expect(await store.findPool(pool)).toBe(tenant)
        for (const other of [pool.toUpperCase(), `${pool} `, `${pool}0`, pool.slice(0, -1)])
          expect(await store.findPool(other)).toBeUndefined()
      }
      for (const other of ['beta', SHARED, `pool#${POOL_ID}`, POOL_ID.replace(':', '%3A')])
        expect(await store.findPool(other)).toBeUndefined()
    })

    it.each(HOSTILE)('finds nothing for %j', async (text) => {
      expect(await store.load(text)).toBeUndefined()
      expect(await store.findTrusts(text)).toEqual([])
      expect(await store.findPool(text)).toBeUndefined()
      expect(await store.allowsOrigin(text)).toBe(false)
    })

    it('never returns another tenant or another issuer', async () => {
      const text = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...Object.keys(DOCUMENTS), SHARED),
      )
      await fc.assert(
        fc.asyncProperty(text, async (asked) => {
          const [tenant, trusts] = await Promise.all([store.load(asked), store.findTrusts(asked)])
          expect([asked, undefined]).toContain(tenant?.tenant)
          for (const { profile } of trusts) expect(profile.issuer).toBe(asked)
        }),
        { ...PROPERTY_RUNS, numRuns: Math.min(PROPERTY_RUNS.numRuns, 200) },
      )
    })
  })
}
