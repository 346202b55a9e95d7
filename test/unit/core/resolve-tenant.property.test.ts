/** A tenant is resolved only for a token that it trusts, and only if it is named or unique. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resolveTenant } from '../../../packages/core/src/decide/resolve-tenant.ts'
import type * as model from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const ISSUERS = ['https://a', 'https://b']
const TENANTS = ['acme', 'beta', 'gamma']

it('resolves the tenant that a straightforward search finds, or none', async () => {
  const trust = fc.record({
    issuer: fc.constantFrom(...ISSUERS),
    audience: fc.constantFrom('x', 'y'),
    org: fc.constantFrom('p', 'q', undefined),
  })
  const trustsOfTenant = fc.uniqueArray(trust, {
    minLength: 1,
    maxLength: 2,
    selector: ({ issuer }) => issuer,
  })
  const token = fc.record({
    issuer: fc.constantFrom(...ISSUERS),
    audience: fc.constantFrom('x', 'y', 'z'),
    org: fc.constantFrom('p', 'q'),
  })
  const wanted = fc.option(fc.constantFrom(...TENANTS, '__proto__'), { nil: undefined })
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(trustsOfTenant, trustsOfTenant, trustsOfTenant),
      token,
      wanted,
      async (trusts, token, wanted) => {
        expect(await resolve(trusts, token, wanted)).toBe(search(trusts, token, wanted))
      },
    ),
    PROPERTY_RUNS,
  )
})

interface Token {
  readonly issuer: string
  readonly audience: string
  readonly org: string
}

interface Trust {
  readonly issuer: string
  readonly audience: string
  /** Undefined: every caller of the issuer belongs to the tenant. */
  readonly org: string | undefined
}

/** The trusts of each tenant. */
type Trusts = readonly (readonly Trust[])[]

function search(trusts: Trusts, token: Token, wanted: string | undefined): string | undefined {
  const trusting = TENANTS.filter((_, index) =>
    trusts[index]?.some(
      ({ issuer, audience, org }) =>
        issuer === token.issuer && audience === token.audience && (!org || org === token.org),
    ),
  )
  if (wanted !== undefined) return trusting.find((name) => name === wanted)
  return trusting.length === 1 ? trusting[0] : undefined
}

async function resolve(
  trusts: Trusts,
  token: Token,
  wanted: string | undefined,
): Promise<string | undefined> {
  const tenants = trusts.map(compiledTenant)
  const ports = {
    tenants: {
      findTrusts: async () => [],
      load: async (name: string) => tenants.find(({ tenant }) => tenant === name),
    },
    verifier: { verify: () => Promise.reject(new Error('nothing is verified twice')) },
    now: () => 0,
  }
  const caller = { requestId: 'r', endpoint: '', clientIp: '', userAgent: undefined }
  const { signal } = new AbortController()
  const context = { ...caller, signal, ports, trace: createTrace() }
  return resolveTenant(identityOf(token, tenants), wanted, context).then(
    ({ tenant }) => tenant,
    () => undefined,
  )
}

function compiledTenant(trusts: readonly Trust[], index: number): model.CompiledTenant {
  return {
    tenant: TENANTS[index] ?? '',
    issuers: trusts.map(({ issuer, audience, org }) => ({
      profile: profileOf(issuer),
      audiences: [audience],
      authorizedParties: [],
      prefetch: false,
      ...(org ? { member: `claims.org == "${org}"` } : {}),
    })),
    attributes: {},
    rules: [],
    grants: {},
    allowedOrigins: [],
  }
}

function profileOf(issuer: string): model.VerificationProfile {
  return {
    issuer,
    keys: { from: 'discovery' },
    algorithms: ['RS256'],
    types: ['jwt'],
    maxTokenAgeSeconds: 1,
    clockToleranceSeconds: 1,
  }
}

/** In place of a verified identity, which only its stage can create. */
function identityOf(
  { issuer, audience, org }: Token,
  tenants: readonly model.CompiledTenant[],
): VerifiedIdentity {
  const audiencesByTenant = tenants.flatMap(({ tenant, issuers }) =>
    issuers
      .filter((trust) => trust.profile.issuer === issuer)
      .map((trust) => [tenant, trust.audiences]),
  )
  const claims = { org }
  return {
    issuer,
    subject: 's',
    claims,
    scope: { claims, issuer: 'https://i', request: { ip: '', endpoint: '' } },
    audiences: [audience],
    failedTrusts: [],
    trusts: [{ profile: profileOf(issuer), tenants: Object.fromEntries(audiencesByTenant) }],
  } as unknown as VerifiedIdentity
}
