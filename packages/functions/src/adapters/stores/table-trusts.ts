/** Who trusts an issuer, from the table: of many tenants, only those that a request may need. */
import {
  type AudienceTenants,
  type IndexedTrust,
  type IssuerTrust,
  isTenantId,
  type ListedTrust,
  MAX_CANDIDATES,
  MAX_LISTED,
  tenantIndexOf,
} from '@token-broker/core'
import { MAX_CACHED_TENANTS } from './cached-tenants.ts'
import { readTrust, type TrustItem, unreadableItem } from './read-items.ts'
import { readSummary, type TrustSummary } from './read-summary.ts'
import { createRevalidatingCache } from './revalidating-cache.ts'
import {
  audiencePartition,
  type Item,
  isPartitionName,
  issuerPartition,
  itemKey,
  memberPartition,
  summaryKey,
  type TenantTable,
} from './tenant-table.ts'

/** Where a token has more audiences or values of a claim, all tenants are read instead. */
const MAX_LOOK_UPS = 8

/**
 * The index of an issuer keeps what it has looked up, with the limits of other tenants.
 * @param now milliseconds, from a clock that is never set back
 */
export function createTableTrusts(
  table: TenantTable,
  now: () => number,
): (issuer: string) => Promise<readonly IssuerTrust[]> {
  const shared = { now, maxEntries: MAX_CACHED_TENANTS }
  /** Names of the tenants in a partition, one more than are evaluated. */
  const findNames = createRevalidatingCache<readonly string[]>({
    ...shared,
    load: async (partition) =>
      (await table.query(partition, MAX_CANDIDATES + 1)).flatMap(({ sk }) => sk?.S ?? []),
    isNegative: (names) => names.length === 0,
  })
  /** The profile under which a tenant trusts an issuer, by both names. */
  const findProfile = createRevalidatingCache<string | undefined>({
    ...shared,
    load: async (key) => {
      const [issuer = '', tenant = ''] = JSON.parse(key)
      const item = await table.getItem(itemKey(issuerPartition(issuer), tenant))
      return item && readTrust(item, issuer)?.profileJson
    },
    isNegative: (profileJson) => profileJson === undefined,
  })
  const listAll = async (issuer: string) =>
    listTrusts(await table.query(issuerPartition(issuer)), issuer)
  const findAll = createRevalidatingCache({
    ...shared,
    load: listAll,
    isNegative: (trusts: readonly ListedTrust[]) => trusts.length === 0,
  })

  const indexOf = (issuer: string, summary: TrustSummary): IndexedTrust['index'] => {
    const { profileJson, first, audiences, claims } = summary
    const accepting = async (audience: string): Promise<AudienceTenants[]> => {
      const [names, always] = await Promise.all([
        findNames(audiencePartition(profileJson, audience)),
        findNames(memberPartition(profileJson, audience, undefined)),
      ])
      const requiring: AudienceTenants['requiring'] = async (position, values) => {
        const claim = claims[position] ?? []
        if (values.length > MAX_LOOK_UPS) return requiringAmongAll(audience, claim, values)
        const found = values.map((value) =>
          findNames(memberPartition(profileJson, audience, { claim, value })),
        )
        return (await Promise.all(found)).flat()
      }
      return names.length === 0 ? [] : [{ names, always, claims, requiring }]
    }
    const acceptingAmongAll = async (accepted: readonly string[]) => {
      const trusts = await findAll(issuer)
      const trust = trusts.find(({ profile }) => JSON.stringify(profile) === profileJson)
      return trust ? tenantIndexOf(trust).accepting(accepted) : []
    }
    const requiringAmongAll = async (
      audience: string,
      claim: readonly string[],
      values: readonly string[],
    ) => {
      const [tenants] = await acceptingAmongAll([audience])
      const position = tenants?.claims.findIndex((path) => isSamePath(path, claim)) ?? -1
      return position < 0 || !tenants ? [] : tenants.requiring(position, values)
    }
    return {
      ...{ first, audiences },
      has: async (tenant) =>
        isTenantId(tenant) && (await findProfile(JSON.stringify([issuer, tenant]))) === profileJson,
      accepting: async (accepted) =>
        accepted.length > MAX_LOOK_UPS
          ? acceptingAmongAll(accepted)
          : (await Promise.all(accepted.map(accepting))).flat(),
    }
  }

  return async (issuer) => {
    const partition = issuerPartition(issuer)
    if (!isPartitionName(partition)) return []
    const some = await table.query(partition, MAX_LISTED + 1)
    if (some.length <= MAX_LISTED) return listTrusts(some, issuer)
    const summaries = readSummary(await table.getItem(summaryKey(issuer)), issuer) ?? []
    if (summaries.length === 0) return listAll(issuer)
    return summaries.map((summary) => ({
      profile: summary.profile,
      index: indexOf(issuer, summary),
    }))
  }
}

function isSamePath(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function listTrusts(items: readonly Item[], issuer: string): ListedTrust[] {
  const trusts = items.map((item) => readTrust(item, issuer)).filter((trust) => trust !== undefined)
  // One corrupt item must not lock out the callers of the other tenants.
  if (items.length > 0 && trusts.length === 0) throw unreadableItem(`index of issuer ${issuer}`)
  return groupByProfile(trusts)
}

/** Tenants with equal profiles share an entry, so that a token is verified once for all of them. */
function groupByProfile(items: readonly TrustItem[]): ListedTrust[] {
  const byProfile = Map.groupBy(items, ({ profileJson }) => profileJson)
  return [...byProfile.values()].flatMap((ofProfile) =>
    ofProfile.slice(0, 1).map(({ profile }) => ({
      profile,
      tenants: Object.fromEntries(ofProfile.map(({ tenant, trusting }) => [tenant, trusting])),
    })),
  )
}
