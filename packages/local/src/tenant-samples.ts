/** Which demo user gets credentials of each tenant, for the commands that `npm start` prints. */
import type { CompiledTenant } from '@token-broker/core'
import { wouldIssue } from './decide-for-user.ts'
import { DEMO_USERS } from './demo-users.ts'

export interface TenantSample {
  readonly tenant: string
  /** Issuers with the audiences that are accepted, for people. */
  readonly issuers: readonly string[]
  readonly grants: readonly string[]
  /** Undefined: no token of the demo IdP gets credentials. */
  readonly login: DemoUserLogin | undefined
  /** Whether the tenant trusts the demo IdP. */
  readonly trustsDemoIdp: boolean
}

export interface DemoUserLogin {
  readonly username: string
  readonly token: 'id_token' | 'access_token'
  /** Of the access token; undefined: none is asked for. */
  readonly resource: 'urn:broker' | 'urn:opaque' | undefined
}

/** @param idpUrl of the demo IdP; undefined: it does not run */
export async function findTenantSamples(
  tenants: readonly CompiledTenant[],
  idpUrl: string | undefined,
): Promise<readonly TenantSample[]> {
  return Promise.all(tenants.map((tenant) => findSample(tenant, idpUrl)))
}

async function findSample(
  tenant: CompiledTenant,
  idpUrl: string | undefined,
): Promise<TenantSample> {
  const kinds = idpUrl === undefined ? [] : kindsFor(tenant, idpUrl)
  const isOfIdp = ({ issuer }: { readonly issuer: string }) => issuer === idpUrl
  return {
    tenant: tenant.tenant,
    issuers: issuersOf(tenant),
    grants: Object.keys(tenant.grants),
    login: idpUrl === undefined ? undefined : await findLogin(tenant, kinds, idpUrl),
    trustsDemoIdp:
      tenant.issuers.some(({ profile }) => isOfIdp(profile)) ||
      (tenant.opaqueIssuers ?? []).some(isOfIdp),
  }
}

interface Kind extends Omit<DemoUserLogin, 'username'> {
  readonly audience: string
}

/** The tokens of the demo IdP that the tenant accepts by their issuer and audience. */
function kindsFor(
  { issuers, opaqueIssuers = [] }: CompiledTenant,
  idpUrl: string,
): readonly Kind[] {
  const audiences = issuers
    .filter(({ profile }) => profile.issuer === idpUrl)
    .flatMap((issuer) => issuer.audiences)
  const kinds: readonly Kind[] = [
    { token: 'id_token', resource: undefined, audience: 'demo' },
    { token: 'access_token', resource: 'urn:broker', audience: 'urn:broker' },
  ]
  const isOpaque = opaqueIssuers.some(({ issuer }) => issuer === idpUrl)
  return [
    ...kinds.filter(({ audience }) => audiences.includes(audience)),
    ...(isOpaque
      ? [{ token: 'access_token', resource: 'urn:opaque', audience: 'demo' } as const]
      : []),
  ]
}

async function findLogin(
  tenant: CompiledTenant,
  kinds: readonly Kind[],
  issuer: string,
): Promise<DemoUserLogin | undefined> {
  for (const { audience, token, resource } of kinds)
    for (const [username, user] of DEMO_USERS) {
      const isOpaque = resource === 'urn:opaque'
      if (await wouldIssue(tenant, user, { issuer, audience, isOpaque }))
        return { username, token, resource }
    }
  return undefined
}

function issuersOf({ issuers, opaqueIssuers = [] }: CompiledTenant): readonly string[] {
  return [
    ...issuers.map(({ profile, audiences }) => `${profile.issuer} (${audiences.join(', ')})`),
    ...opaqueIssuers.map(({ issuer }) => `${issuer} (opaque tokens)`),
  ]
}
