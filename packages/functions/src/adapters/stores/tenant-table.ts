/**
 * Layout of the DynamoDB table of tenants, which the command line writes and the broker reads.
 *
 * | pk | sk | contents |
 * |---|---|---|
 * | `tenant#ID` | `head` | the compiled document in force, with its version, and its candidate |
 * | `tenant#ID` | `version#0000000007` | source text, time, author, previous version; immutable |
 * | `issuer#URL` | `ID` | index: the tenant trusts the issuer, with a profile and audiences |
 * | `audience#DIGEST` | `ID` | index: the tenant accepts an audience of an issuer and profile |
 * | `member#DIGEST` | `ID` | index: so it does, and requires a claim value, or none |
 * | `common#URL` | `summary` | index: the profiles and claims of an issuer of many tenants |
 * | `pool#ID` | `ID` | index: the tenant has the identity pool |
 * | `origin#URL` | `ID` | index: pages of the origin may call for the tenant |
 * | `role-of-grant#ARN` | `ID` | index: a grant of the tenant has the role |
 * | `released-role#ARN` | `ID` | index: a grant with the role releases its token |
 * | `released-audience#TEXT` | `ID` | index: a grant releases its token for the audience |
 * | `tenants` | `ID` | index: the tenant exists or existed |
 * | `claims` | `ID#0000000007` | what a version claims that is being written |
 *
 * A change takes effect when the head is written, and with no other item. Index items may be older
 * than the heads, or may remain after a writer has failed: they only select tenants. The pipeline
 * loads the head and verifies the token under the head's profile (`partiesUnder`). A head lists in
 * `indexed` every partition that may contain an index item of its tenant. It is `settled` once a
 * writer has updated all of these items to its version.
 *
 * A candidate document is an attribute of the head, so that a broker reads both at once. Each write
 * of a candidate increases `candidateNumber`, and every write of a head has the condition that
 * version and number are those that were read: no writer of the one loses what the other wrote.
 *
 * A broker reads one page of the index of an issuer. Where there are more tenants, it reads the
 * summary, and looks tenants up by audience, and by the claim values that they require, so that a
 * request costs the same for any number of tenants. Each writer makes the summary again from all
 * index items of the issuer, on the condition that no other writer has done so in the meantime.
 *
 * An audience of an issuer belongs to one tenant, unless `member` conditions separate the tenants,
 * and no tenant has an identity pool of another one, or the role or the audience of a released
 * token of another. Before a writer writes a head, it writes what the version will claim, and then
 * reads the claims of all other writers and the index. Of two writers at once, at least one sees
 * the other. The item is removed when the index contains the version; brokers never read it, nor
 * the index of roles and released audiences.
 */

import { type RequiredClaim, sha256Hex } from '@token-broker/core'

/** Increased when brokers of two releases could misread each other's compiled documents. */
export const COMPILED_FORMAT = 2
/** DynamoDB's limit on an item, in bytes of names and values. */
export const MAX_ITEM_BYTES = 409_600
export const NAMES_PARTITION = 'tenants'
export const CLAIMS_PARTITION = 'claims'
export const VERSION_PREFIX = 'version#'

const ISSUER_PREFIX = 'issuer#'

/** DynamoDB's limit on `pk`. */
const MAX_KEY_BYTES = 2_048

type Attribute = { readonly S: string } | { readonly N: string }
export type NewItem = Readonly<Record<string, Attribute>>
/** An item as it was read: any attribute may be missing or of another type. */
export type Item = Readonly<
  Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>
>
export type Key = { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } }

/** The two operations on the table that the broker needs. */
export interface TenantTable {
  getItem(key: Key): Promise<Item | undefined>
  /** @param maxItems undefined: all items of the partition */
  query(partition: string, maxItems?: number): Promise<readonly Item[]>
}

export function tenantPartition(tenant: string): string {
  return `tenant#${tenant}`
}

export function headKey(tenant: string): Key {
  return itemKey(tenantPartition(tenant), 'head')
}

export function versionKey(tenant: string, version: number): Key {
  return itemKey(tenantPartition(tenant), `${VERSION_PREFIX}${paddedVersion(version)}`)
}

export function claimsKey(tenant: string, version: number): Key {
  return itemKey(CLAIMS_PARTITION, `${claimsPrefix(tenant)}${paddedVersion(version)}`)
}

/** Begins the sort keys of the claims of one tenant, whose id contains no `#`. */
export function claimsPrefix(tenant: string): string {
  return `${tenant}#`
}

export function itemKey(partition: string, sortKey: string): Key {
  return { pk: { S: partition }, sk: { S: sortKey } }
}

export function issuerPartition(issuer: string): string {
  return `${ISSUER_PREFIX}${issuer}`
}

/** @returns undefined for a partition of another kind */
export function issuerOfPartition(partition: string): string | undefined {
  return partition.startsWith(ISSUER_PREFIX) ? partition.slice(ISSUER_PREFIX.length) : undefined
}

/** A summary is read only where the partition of the issuer has more items than are listed. */
export function summaryKey(issuer: string): Key {
  return itemKey(`common#${issuer}`, 'summary')
}

/** @param profileJson as in the index items of the issuer */
export function audiencePartition(profileJson: string, audience: string): string {
  return `audience#${sha256Hex(JSON.stringify([profileJson, audience]))}`
}

/** @param requires undefined: the tenants that require no claim value */
export function memberPartition(
  profileJson: string,
  audience: string,
  requires: RequiredClaim | undefined,
): string {
  const { claim, value } = requires ?? {}
  return `member#${sha256Hex(JSON.stringify([profileJson, audience, claim, value]))}`
}

export function originPartition(origin: string): string {
  return `origin#${origin}`
}

export function poolPartition(id: string): string {
  return `pool#${id}`
}

/** Tenants that use a role. IAM treats names that differ only in case as the same. */
export function rolePartition(roleArn: string): string {
  return `role-of-grant#${roleArn.toLowerCase()}`
}

/** Tenants that release tokens for a role. */
export function releasedRolePartition(roleArn: string): string {
  return `released-role#${roleArn.toLowerCase()}`
}

export function releasedAudiencePartition(audience: string): string {
  return `released-audience#${audience}`
}

/** Whether the name of a partition is within DynamoDB's limit. */
export function isPartitionName(partition: string): boolean {
  return Buffer.byteLength(partition) <= MAX_KEY_BYTES
}

function paddedVersion(version: number): string {
  return String(version).padStart(10, '0')
}
