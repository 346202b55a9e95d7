/** Resolves tenants of one issuer in memory, and returns the trace. */
import {
  resolveTenant,
  type TenantIdentity,
} from '../../../packages/core/src/decide/resolve-tenant.ts'
import { compileTenant, trustsByIssuer } from '../../../packages/core/src/document/index.ts'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import type {
  CompiledTenant,
  VerificationProfile,
} from '../../../packages/core/src/model/compiled-tenant.ts'
import type { IssuerTrust } from '../../../packages/core/src/model/tenant-store.ts'
import { createTrace, type ShownCheck, showTrace } from '../../../packages/core/src/model/trace.ts'
import {
  readAudiences,
  readAuthorizedParty,
  readSubject,
} from '../../../packages/core/src/verify/token-parties.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { NO_SAML } from '../../fixtures/no-saml.ts'

export const ISSUER = 'https://id.example'

export interface TenantOptions {
  readonly member?: string
  readonly audiences?: readonly string[]
  readonly roles?: readonly string[]
  readonly maxTokenAge?: string
  readonly authorizedParties?: readonly string[] | 'any'
  readonly authorizedPartyClaim?: string
  readonly audienceFallback?: string
  readonly subject?: string
}

export function tenantOf(name: string, options: TenantOptions = {}): CompiledTenant {
  const { audiences = ['app'], roles = ['app'], ...issuer } = options
  const grants = Object.fromEntries(
    roles.map((role, index) => [`g${index}`, { role: arnOf(role) }]),
  )
  const document = {
    tenant: name,
    issuers: [{ issuer: ISSUER, audiences, ...issuer }],
    rules: [{ name: 'all', grant: 'g0' }],
    grants,
  }
  const { tenant, errors } = compileTenant(JSON.stringify(document), `${name}.json`)
  if (!tenant) throw new Error(JSON.stringify(errors))
  return tenant
}

export function arnOf(role: string): string {
  return `arn:aws:iam::111122223333:role/${role}`
}

export interface Resolution {
  readonly tenant: string | undefined
  /** As the tenant reads it; undefined where the token was refused. */
  readonly identity: TenantIdentity | undefined
  readonly refusal: BrokerError | undefined
  readonly trace: readonly ShownCheck[]
  /** Tenants in the order in which they were loaded. */
  readonly loaded: readonly string[]
}

export interface ResolutionRequest {
  readonly claims?: Readonly<Record<string, unknown>>
  /** `aud` of the token; undefined: it has none of its own. Default: `app`. */
  readonly audiences?: readonly string[] | undefined
  readonly tenant?: string
  readonly roleArn?: string
  /** The documents as they are stored now, where the index is older. */
  readonly stored?: readonly CompiledTenant[]
  /** The index, where it is not made of the tenants. */
  readonly trusts?: readonly IssuerTrust[]
}

export async function resolve(
  tenants: readonly CompiledTenant[],
  request: ResolutionRequest = {},
): Promise<Resolution> {
  const { claims = {}, tenant, roleArn, stored = tenants } = request
  const indexed = request.trusts ?? trustsByIssuer(tenants).get(ISSUER) ?? []
  const aud = 'audiences' in request ? request.audiences : ['app']
  const trace = createTrace()
  const loaded: string[] = []
  const ports = {
    tenants: {
      findTrusts: () => Promise.reject(new Error('trusts are found by an earlier stage')),
      findPool: async () => undefined,
      load: async (name: string) => {
        loaded.push(name)
        return stored.find((document) => document.tenant === name)
      },
    },
    samlVerifier: NO_SAML,
    verifier: { verify: () => Promise.reject(new Error('nothing is verified twice')) },
    now: () => 0,
  }
  const caller = { requestId: 'r', endpoint: '', clientIp: '', userAgent: undefined }
  const context = { ...caller, signal: new AbortController().signal, ports, trace }
  const partiesUnder = (profile: VerificationProfile) => {
    // Without reading the claims, which tests count.
    const members = Object.getOwnPropertyDescriptors(claims)
    const token: Record<string, unknown> = { sub: 's', ...(aud && { aud }) }
    Object.defineProperties(token, members)
    return {
      claims,
      subject: readSubject(token, profile, createTrace()),
      audiences: readAudiences(token, profile, createTrace()),
      authorizedParty: readAuthorizedParty(token, profile, createTrace()),
    }
  }
  const trusts = indexed.map((trust) => ({ trust, parties: partiesUnder(trust.profile) }))
  // In place of a verified identity, which only its stage can create.
  const identity = {
    ...trusts[0]?.parties,
    issuer: ISSUER,
    claims,
    scope: { claims, issuer: ISSUER, request: { ip: '', endpoint: '' } },
    failedTrusts: [],
    trusts,
  } as unknown as VerifiedIdentity
  const requested = { tenant, ...(roleArn === undefined ? {} : { roleArn }) }
  const result = await resolveTenant(identity, requested, context).then(
    (resolved) => ({
      ...{ tenant: resolved.tenant.tenant, identity: resolved.identity, refusal: undefined },
    }),
    (refusal: unknown) => {
      if (!(refusal instanceof BrokerError)) throw refusal
      return { tenant: undefined, identity: undefined, refusal }
    },
  )
  return { ...result, trace: showTrace(trace), loaded }
}
