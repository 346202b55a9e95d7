/** Issuers of many tenants: an index in the tenants file finds what a list in memory finds. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  type CompiledTenant,
  type IssuerTrust,
  MAX_CANDIDATES,
  tenantIndexOf,
} from '@token-broker/core'
import { tenantsFile, trustsByIssuer } from '@token-broker/core/document'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  acceptingTenants,
  candidateTenants,
} from '../../../packages/core/src/decide/candidate-tenants.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { createBundledTenants } from '../../../packages/functions/src/adapters/stores/bundled-tenants.ts'
import { createLayeredTenants } from '../../../packages/functions/src/adapters/stores/layered-tenants.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { refusalOf } from './calls.ts'
import { describeIndex, generateTenants, ISSUER, TEXTS, tenantOfIssuer } from './crowded-tenants.ts'

const folder = makeTemporaryFolder()
let files = 0

describe('the index of a file', () => {
  it('finds what a list in memory finds, for any tenants', async () => {
    await fc.assert(
      fc.asyncProperty(generateTenants(65, 100), async (tenants) => {
        const [listed] = trustsByIssuer(tenants).get(ISSUER) ?? []
        const [indexed] = await open(tenants).findTrusts(ISSUER)
        expect(indexed).toHaveProperty('index')
        expect(await describeIndex(indexed, tenants)).toEqual(await describeIndex(listed, tenants))
      }),
      { numRuns: Math.min(PROPERTY_RUNS.numRuns / 10, 1_000) },
    )
  })

  it('is used beyond 64 tenants of one profile, and only for these', async () => {
    const many = Array.from({ length: 65 }, (_, index) => tenantOfIssuer(`t${index}`, ['app']))
    const few = many.slice(0, 64)
    expect((await open(few).findTrusts(ISSUER))[0]).toHaveProperty('tenants')
    expect((await open(many).findTrusts(ISSUER))[0]).toHaveProperty('index')
    const other = tenantOfIssuer('other', ['app'], { maxTokenAgeSeconds: 60 })
    const trusts = await open([...many, other]).findTrusts(ISSUER)
    expect(trusts.map((trust) => 'index' in trust)).toEqual([true, false])
  })

  it('reads only the lines that a request needs, however many tenants there are', async () => {
    const tenants = Array.from({ length: 3_000 }, (_, index) =>
      tenantOfIssuer(`t${index}`, ['app'], {}, { claim: ['org'], value: `o${index}` }),
    )
    const file = path.join(folder, 'corrupt.jsonl')
    const text = tenantsFile(tenants)
    const lines = text.split('\n')
    const isNeeded = (line: string) => !/^\{"[ot]\d/.test(line) || /"[ot]7"/.test(line)
    // The others are not JSON any more, so that to read one of them is an error.
    writeFileSync(
      file,
      lines.map((line) => (isNeeded(line) ? line : line.replace('{', '['))).join('\n'),
    )
    expect(readFileSync(file, 'utf8')).not.toBe(text)
    const [trust] = await createBundledTenants(file).store.findTrusts(ISSUER)
    const index = trust && tenantIndexOf(trust)
    const [app] = (await index?.accepting(['app'])) ?? []
    expect(await app?.requiring(0, ['o7'])).toEqual(['t7'])
    expect(await index?.has('t7')).toBe(true)
    const others = Array.from({ length: 200 }, (_, other) => `o${other + 100}`)
    if (app) expect((await refusalOf(app.requiring(0, others))).code).toBe('config_invalid')
  })

  // The replacements have the same length, because the file names places by their bytes.
  it.each([
    ['the place of the tenants', '"tenantMap":{"id":', '"tenantMap":{"di":'],
    ['an audience', '{"app":{"names":', '{"app":{"nomes":'],
    ['the tenants of a claim value', '"o1":["t1"]', '"o1":[1111]'],
  ])('is refused where %s cannot be read', async (_, written, corrupt) => {
    const tenants = Array.from({ length: 65 }, (_, index) =>
      tenantOfIssuer(`t${index}`, ['app'], {}, { claim: ['org'], value: `o${index}` }),
    )
    const text = tenantsFile(tenants)
    expect(text).toContain(written)
    const read = async () => {
      const [trust] = await openText(text.replace(written, corrupt)).findTrusts(ISSUER)
      const [app] = trust ? await tenantIndexOf(trust).accepting(['app']) : []
      return app?.requiring(0, ['o1'])
    }
    expect((await refusalOf(read())).code).toBe('config_invalid')
  })
})

describe('two sources of one issuer', () => {
  const identities = fc.record({
    audiences: fc.subarray(TEXTS, { minLength: 1 }),
    claims: fc.record({
      org: fc.constantFrom(...TEXTS),
      groups: fc.subarray(TEXTS),
      a: fc.record({ b: fc.constantFrom(...TEXTS) }),
    }),
  })

  it.each([
    ['lists', 11, 60, 10],
    ['a list and an index', 75, 85, 10],
    ['indexes', 130, 140, 65],
  ])(
    'find together what one source of all tenants finds: %s',
    async (...[, minLength, maxLength, at]) => {
      await fc.assert(
        fc.asyncProperty(
          generateTenants(minLength, maxLength),
          identities,
          async (tenants, { audiences, claims }) => {
            const layered = createLayeredTenants(
              open(tenants.slice(0, at)),
              open(tenants.slice(at)),
            )
            const candidatesOf = async (trusts: readonly IssuerTrust[]) => {
              const read = trusts.map((trust) => ({ trust, parties: { audiences } }))
              const identity = { trusts: read, claims } as unknown as VerifiedIdentity
              const candidates = await candidateTenants(await acceptingTenants(identity), identity)
              return candidates.length > MAX_CANDIDATES ? 'too many' : [...candidates].sort()
            }
            const joined = await layered.findTrusts(ISSUER)
            const listed = trustsByIssuer(tenants).get(ISSUER) ?? []
            expect(joined).toHaveLength(1)
            expect(await candidatesOf(joined)).toEqual(await candidatesOf(listed))
            const [index] = joined.map(tenantIndexOf)
            expect(index?.first).toEqual(
              tenants.slice(0, MAX_CANDIDATES).map(({ tenant }) => tenant),
            )
            for (const { tenant } of tenants) expect(await index?.has(tenant)).toBe(true)
            for (const text of TEXTS) expect(await index?.has(text)).toBe(false)
          },
        ),
        { numRuns: Math.min(PROPERTY_RUNS.numRuns / 10, 1_000) },
      )
    },
  )
})

function open(tenants: readonly CompiledTenant[]) {
  return openText(tenantsFile(tenants))
}

function openText(text: string) {
  const file = path.join(folder, `${files++ % 4}.jsonl`)
  writeFileSync(file, text)
  return createBundledTenants(file).store
}
