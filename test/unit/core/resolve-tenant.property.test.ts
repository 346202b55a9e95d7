/**
 * A tenant is resolved only for a token that it trusts, and only if it is named, is the only one,
 * or is the only one with the requested role, for any number of tenants.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resolveTenant } from '../../../packages/core/src/decide/resolve-tenant.ts'
import { trustsByIssuer } from '../../../packages/core/src/document/index.ts'
import { requiredValue } from '../../../packages/core/src/expression/claim-paths.ts'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import type * as model from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { NO_SAML } from '../../fixtures/no-saml.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const ISSUERS = ['https://a', 'https://b']
const MAX_CANDIDATES = 16
/** None begins with another. */
const ORGS = ['constructor', ...Array.from({ length: 24 }, (_, index) => `org-${index + 10}`)]

/** How a `member` condition compares the organization; undefined: there is no condition. */
const FORMS = {
  equal: (org: string) => `claims.org == "${org}"`,
  among: (org: string) => `"${org}" in claims.orgs && issuer != ""`,
  prefix: (org: string) => `claims.org.startsWith("${org}")`,
} as const

interface Trust {
  readonly issuer: string
  readonly audience: string
  readonly member: { readonly form: keyof typeof FORMS; readonly org: string } | undefined
}

interface Tenant {
  readonly trusts: readonly Trust[]
  readonly role: string
}

interface Token {
  readonly issuer: string
  readonly audience: string
  readonly org: string
  readonly orgs: readonly string[]
}

interface Requested {
  readonly tenant: string | undefined
  readonly roleArn?: string
}

const org = fc.constantFrom(...ORGS)
const trust = fc.record({
  issuer: fc.constantFrom(...ISSUERS),
  audience: fc.constantFrom('x', 'y'),
  member: fc.option(fc.record({ form: fc.constantFrom('equal', 'among', 'prefix'), org }), {
    nil: undefined,
    freq: 10,
  }),
})
const tenant = fc.record({
  trusts: fc.uniqueArray(trust, { minLength: 1, maxLength: 2, selector: ({ issuer }) => issuer }),
  role: fc.constantFrom('r', 's'),
})
const token = fc.record({
  issuer: fc.constantFrom(...ISSUERS),
  audience: fc.constantFrom('x', 'y', 'z'),
  org,
  orgs: fc.subarray(ORGS, { maxLength: 4 }),
})
const requested = fc.record(
  {
    tenant: fc.option(fc.constantFrom('t0', 't1', 't2', '__proto__'), { nil: undefined, freq: 3 }),
    roleArn: fc.constantFrom('r', 's', 'other'),
  },
  { requiredKeys: ['tenant'] },
)

it('resolves the tenant that a straightforward search finds, among few tenants', async () => {
  await checkResolution(fc.array(tenant, { minLength: 1, maxLength: 4 }))
})

it('resolves the tenant that a straightforward search finds, among many tenants', async () => {
  await checkResolution(fc.array(tenant, { minLength: 60, maxLength: 160, size: 'max' }))
})

async function checkResolution(tenants: fc.Arbitrary<Tenant[]>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(tenants, token, requested, async (tenants, token, requested) => {
      expect(await resolve(tenants, token, requested)).toBe(search(tenants, token, requested))
    }),
    PROPERTY_RUNS,
  )
}

function search(tenants: readonly Tenant[], token: Token, requested: Requested) {
  const sharing = tenants.flatMap(({ trusts, role }, index) =>
    trusts
      .filter(({ issuer, audience }) => issuer === token.issuer && audience === token.audience)
      .map(({ member }) => ({ name: `t${index}`, member, role })),
  )
  const accepting = sharing.filter(({ member }) => accepts(member, token))
  if (requested.tenant !== undefined)
    return accepting.find(({ name }) => name === requested.tenant)?.name
  const candidates = sharing.filter(
    ({ member }) => member?.form === 'prefix' || accepts(member, token),
  )
  if (sharing.length > MAX_CANDIDATES && candidates.length > MAX_CANDIDATES) return undefined
  const withRole = accepting.filter(({ role }) => role === requested.roleArn)
  const remaining = accepting.length > 1 && requested.roleArn !== undefined ? withRole : accepting
  return remaining.length === 1 ? remaining[0]?.name : undefined
}

function accepts(member: Trust['member'], { org, orgs }: Token): boolean {
  if (member === undefined) return true
  return member.form === 'among' ? orgs.includes(member.org) : org === member.org
}

async function resolve(tenants: readonly Tenant[], token: Token, requested: Requested) {
  const compiled = tenants.map(compiledTenant)
  const ports = {
    tenants: {
      findTrusts: async () => [],
      findPool: async () => undefined,
      load: async (name: string) => compiled.find(({ tenant }) => tenant === name),
    },
    samlVerifier: NO_SAML,
    verifier: { verify: () => Promise.reject(new Error('nothing is verified twice')) },
    now: () => 0,
  }
  const caller = { requestId: 'r', endpoint: '', clientIp: '', userAgent: undefined }
  const { signal } = new AbortController()
  const context = { ...caller, signal, ports, trace: createTrace() }
  return resolveTenant(identityOf(token, compiled), requested, context).then(
    ({ tenant }) => tenant.tenant,
    refusedTenant,
  )
}

function compiledTenant({ trusts, role }: Tenant, index: number): model.CompiledTenant {
  return {
    tenant: `t${index}`,
    issuers: trusts.map(({ issuer, audience, member }) => ({
      profile: profileOf(issuer),
      audiences: [audience],
      authorizedParties: [],
      prefetch: false,
      ...(member ? compiledMember(FORMS[member.form](member.org)) : {}),
    })),
    attributes: {},
    rules: [],
    grants: { only: { roleArn: role } as model.CompiledGrant },
    allowedOrigins: [],
  }
}

function compiledMember(member: string) {
  const memberRequires = requiredValue(member)
  return { member, ...(memberRequires ? { memberRequires } : {}) }
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

function refusedTenant(error: unknown): undefined {
  if (!(error instanceof BrokerError)) throw error
}

/** In place of a verified identity, which only its stage can create. */
function identityOf(
  { issuer, audience, org, orgs }: Token,
  tenants: readonly model.CompiledTenant[],
): VerifiedIdentity {
  const claims = { org, orgs }
  const parties = { claims, subject: 's', audiences: [audience], authorizedParty: undefined }
  return {
    issuer,
    scope: { claims, issuer: 'https://i', request: { ip: '', endpoint: '' } },
    failedTrusts: [],
    trusts: (trustsByIssuer(tenants).get(issuer) ?? []).map((trust) => ({ trust, parties })),
    ...parties,
  } as unknown as VerifiedIdentity
}
