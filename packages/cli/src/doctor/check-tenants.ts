/** The issuers of tenant documents: whether the broker can get the keys of each. */
import type { CompiledTenant } from '@token-broker/core'
import { type CheckResult, failed, ok, skipped } from '../checks/check-result.ts'
import type { ProbeOptions } from '../checks/probe-url.ts'
import { readDocuments } from '../documents/read-documents.ts'
import { checkIssuer } from '../issuer-check/check-issuer.ts'
import { condenseReport } from './check-endpoint.ts'

export interface CheckedTenants {
  readonly results: readonly CheckResult[]
  readonly urls: readonly URL[]
}

export async function checkTenants(
  path: string | undefined,
  options: ProbeOptions,
): Promise<CheckedTenants> {
  const check = 'tenant documents'
  if (path === undefined) return { urls: [], results: [skipped(check, 'write --tenants PATH')] }
  const { documents, errors } = await readDocuments([path])
  if (errors.length > 0)
    return {
      urls: [],
      results: [failed(check, `${errors.length} errors`, `token-broker validate ${path}`)],
    }
  const tenants = documents.map(({ tenant }) => tenant)
  const issuers = issuersOf(tenants)
  const urls = [...issuers.keys()].flatMap((issuer) => URL.parse(issuer) ?? [])
  const checked = await Promise.all(
    [...issuers].map(([issuer, trust]) => checkTrusted(issuer, trust, options)),
  )
  const counts = `${countOf(tenants.length, 'tenant')}, ${countOf(issuers.size, 'issuer')}`
  return { urls, results: [ok(check, counts), ...checked.flat()] }
}

type JwtIssuer = CompiledTenant['issuers'][number]
/** Undefined: its tokens are opaque. */
type Trust = JwtIssuer | undefined

function issuersOf(tenants: readonly CompiledTenant[]): ReadonlyMap<string, Trust> {
  const opaque = tenants
    .flatMap(({ opaqueIssuers = [] }) => opaqueIssuers)
    .map(({ issuer }) => [issuer, undefined] as const)
  const jwt = tenants
    .flatMap(({ issuers }) => issuers)
    .map((trust) => [trust.profile.issuer, trust] as const)
  return new Map<string, Trust>([...opaque, ...jwt])
}

async function checkTrusted(
  issuer: string,
  trust: Trust,
  options: ProbeOptions,
): Promise<readonly CheckResult[]> {
  const check = `issuer ${issuer}`
  if (trust === undefined) return [skipped(check, 'it is asked only about a token')]
  const { profile } = trust
  if (profile.keys.from === 'inline') return [skipped(check, 'its keys are in the document')]
  if (profile.keys.from === 'metadata')
    return [skipped(check, 'SAML metadata is checked by "token-broker explain"')]
  if (profile.tls?.clientCertificate !== undefined)
    return [skipped(check, 'it needs the client certificate of the broker')]
  const ca = profile.tls?.ca
  const tls = ca === undefined ? {} : { tls: { ca } }
  return condenseReport(check, await checkIssuer(issuer, { ...options, ...tls, profile }))
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
