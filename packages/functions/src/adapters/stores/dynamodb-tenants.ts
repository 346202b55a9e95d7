/** Reads tenants from the DynamoDB table: one Query finds who trusts an issuer, one GetItem loads a document. */
import { BrokerError, type IssuerTrust } from '@token-broker/core'
import { readCompiled, readHead } from './read-items.ts'
import { readTrust, type TrustItem } from './read-trust.ts'
import type { TenantSource } from './tenant-source.ts'
import {
  fitsKey,
  headKey,
  type Item,
  issuerPartition,
  isTenantId,
  type Key,
  originPartition,
} from './tenant-table.ts'

export interface TenantTable {
  /** @throws {BrokerError} `upstream_unavailable` */
  getItem(key: Key): Promise<Item | undefined>
  /**
   * All items of a partition, or the first ones.
   * @throws {BrokerError} `upstream_unavailable`
   */
  query(partition: string, mostItems?: number): Promise<readonly Item[]>
}

/** What callers can make up (an `iss`, a tenant, an origin) and no table can hold is not asked for. */
export function createDynamodbTenants(table: TenantTable): TenantSource {
  return {
    async findTrusts(issuer) {
      const partition = issuerPartition(issuer)
      const items = fitsKey(partition) ? await table.query(partition) : []
      const trusts = items
        .map((item) => readTrust(item, issuer))
        .filter((trust) => trust !== undefined)
      // A foreign item beside good ones must not take those tenants' callers away.
      if (items.length > 0 && trusts.length === 0)
        throw new BrokerError(
          'config_invalid',
          `What the table says about the issuer ${issuer} cannot be read.`,
        )
      return gatherTrusts(trusts)
    },
    async load(tenant) {
      const item = isTenantId(tenant) ? await table.getItem(headKey(tenant)) : undefined
      return item && readCompiled(readHead(item, tenant), tenant)
    },
    async allowsOrigin(origin) {
      const partition = originPartition(origin)
      return fitsKey(partition) && (await table.query(partition, 1)).length > 0
    },
  }
}

/** Tenants with equal profiles share an entry, so that a token is verified once for all of them. */
function gatherTrusts(items: readonly TrustItem[]): IssuerTrust[] {
  const byProfile = Map.groupBy(items, ({ profileJson }) => profileJson)
  return [...byProfile.values()].flatMap((ofProfile) =>
    ofProfile.slice(0, 1).map(({ profile }) => ({
      profile,
      tenants: Object.fromEntries(ofProfile.map(({ tenant, audiences }) => [tenant, audiences])),
    })),
  )
}
