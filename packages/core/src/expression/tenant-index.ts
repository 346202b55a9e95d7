/** Indexes the tenants of a trust by audience and by the claim values that they require. */
import type { RequiredClaim } from '../model/compiled-tenant.ts'
import {
  type AudienceTenants,
  type IssuerTrust,
  MAX_CANDIDATES,
  SHOWN_AUDIENCES,
  type TenantIndex,
  type TrustingTenant,
} from '../model/tenant-store.ts'
import { indexConditions } from './condition-index.ts'

/** Limit of different claims by which the tenants of one audience are found. */
const MAX_INDEXED_CLAIMS = 16

type TrustingTenants = Readonly<Record<string, TrustingTenant>>

/** The tenants of one audience, as data; lists are cut as in {@link AudienceTenants}. */
export interface IndexedAudience extends Pick<AudienceTenants, 'names' | 'always'> {
  readonly byClaim: readonly {
    readonly claim: readonly string[]
    /** Names of the tenants that require a value, by that value. */
    readonly names: Readonly<Record<string, readonly string[]>>
  }[]
}

const indexes = new WeakMap<IssuerTrust, TenantIndex>()

/** Made once for each trust that the store returns. */
export function tenantIndexOf(trust: IssuerTrust): TenantIndex {
  if ('index' in trust) return trust.index
  const index = indexes.get(trust) ?? indexTenants(trust.tenants)
  indexes.set(trust, index)
  return index
}

function indexTenants(tenants: TrustingTenants): TenantIndex {
  const byAudience = indexByAudience(tenants)
  return {
    first: firstTenants(tenants),
    audiences: someAudiences(byAudience),
    has: async (tenant) => Object.hasOwn(tenants, tenant),
    accepting: async (audiences) =>
      audiences.flatMap((audience) => byAudience.get(audience) ?? []).map(audienceTenants),
  }
}

export function firstTenants(tenants: TrustingTenants): string[] {
  return Object.keys(tenants).slice(0, MAX_CANDIDATES)
}

export function someAudiences(byAudience: ReadonlyMap<string, unknown>): string[] {
  return [...byAudience.keys()].slice(0, SHOWN_AUDIENCES + 1)
}

export function indexByAudience(tenants: TrustingTenants): ReadonlyMap<string, IndexedAudience> {
  const pairs = Object.entries(tenants).flatMap(([name, { audiences, requires }]) =>
    audiences.map((audience) => ({ audience, name, requires })),
  )
  return new Map(
    [...Map.groupBy(pairs, ({ audience }) => audience)].map(([audience, accepting]) => [
      audience,
      indexAudience(accepting),
    ]),
  )
}

/** Tenants of claims beyond the limit are candidates of every request. */
function indexAudience(
  tenants: readonly { readonly name: string; readonly requires: RequiredClaim | undefined }[],
): IndexedAudience {
  const { always, byClaim } = indexConditions(tenants.map(({ requires }) => requires))
  const beyond = byClaim
    .slice(MAX_INDEXED_CLAIMS)
    .flatMap(({ positions }) => Object.values(positions).flat())
  const namesAt = (positions: readonly number[]) =>
    cut(positions).map((position) => tenants[position]?.name ?? '')
  return {
    names: cut(tenants).map(({ name }) => name),
    always: namesAt([...always, ...beyond]),
    byClaim: byClaim.slice(0, MAX_INDEXED_CLAIMS).map(({ claim, positions }) => ({
      claim,
      names: Object.fromEntries(
        Object.entries(positions).map(([value, found]) => [value, namesAt(found)]),
      ),
    })),
  }
}

function audienceTenants({ names, always, byClaim }: IndexedAudience): AudienceTenants {
  return {
    names,
    always,
    claims: byClaim.map(({ claim }) => claim),
    requiring: async (claim, values) => {
      const byValue = byClaim[claim]?.names ?? {}
      return values.flatMap((value) =>
        Object.hasOwn(byValue, value) ? (byValue[value] ?? []) : [],
      )
    },
  }
}

function cut<Element>(list: readonly Element[]): readonly Element[] {
  return list.slice(0, MAX_CANDIDATES + 1)
}
