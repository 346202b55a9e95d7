/** Creates the items that the command line writes to the tenants table. */
import type {
  CompiledGrant,
  CompiledIssuer,
  CompiledPool,
  CompiledTenant,
} from '@token-broker/core'
import type { Claims } from './read-claims.ts'
import type { Head, Version } from './read-items.ts'
import type { TrustSummary } from './read-summary.ts'
import {
  audiencePartition,
  COMPILED_FORMAT,
  claimsKey,
  headKey,
  issuerPartition,
  itemKey,
  type Key,
  memberPartition,
  NAMES_PARTITION,
  type NewItem,
  originPartition,
  poolPartition,
  releasedAudiencePartition,
  releasedRolePartition,
  rolePartition,
  summaryKey,
  versionKey,
} from './tenant-table.ts'

type IndexItem = NewItem & Key

export function newVersion(
  tenant: string,
  { version, previous, action, at, by, source }: Version,
): NewItem {
  return {
    ...versionKey(tenant, version),
    version: { N: String(version) },
    previous: { N: String(previous) },
    action: { S: action },
    at: { S: at },
    by: { S: by },
    ...(source === undefined ? {} : { source: { S: source } }),
  }
}

export function newHead(tenant: string, head: Omit<Head, 'format'>): NewItem {
  const { version, compiledJson, at, by, indexed, settled, candidateNumber, candidateJson } = head
  return {
    ...headKey(tenant),
    version: { N: String(version) },
    format: { N: String(COMPILED_FORMAT) },
    state: { S: compiledJson === undefined ? 'removed' : 'live' },
    ...(compiledJson === undefined ? {} : { compiled: { S: compiledJson } }),
    at: { S: at },
    by: { S: by },
    indexed: { S: JSON.stringify(indexed) },
    settled: { S: settled ? 'yes' : 'no' },
    ...(candidateNumber === 0 ? {} : { candidateNumber: { N: String(candidateNumber) } }),
    ...(candidateJson === undefined ? {} : { candidate: { S: candidateJson } }),
  }
}

export function newName(tenant: string): NewItem {
  return itemKey(NAMES_PARTITION, tenant)
}

export function newClaims({
  tenant,
  version,
  previous,
  issuers,
  grants,
  identityPools,
}: Claims): NewItem {
  return {
    ...claimsKey(tenant, version),
    version: { N: String(version) },
    previous: { N: String(previous) },
    issuers: { S: JSON.stringify(issuers) },
    grants: { S: JSON.stringify(grants) },
    identityPools: { S: JSON.stringify(identityPools) },
  }
}

/**
 * @param summaries of an issuer's trusts; empty: they are too many, and brokers read all tenants
 * @param version one more than that of the summary on which it is based
 */
export function newSummary(
  issuer: string,
  summaries: readonly TrustSummary[],
  version: number,
): NewItem {
  return {
    ...summaryKey(issuer),
    version: { N: String(version) },
    trusts: { S: JSON.stringify(summaries) },
  }
}

/**
 * One item per issuer, audience, required claim value, identity pool, origin, role of a grant, and
 * role and audience of a released token.
 */
export function newIndexItems(
  { tenant, issuers, identityPools = [], allowedOrigins, grants }: CompiledTenant,
  version: number,
): IndexItem[] {
  const common = (partition: string) => ({
    ...itemKey(partition, tenant),
    version: { N: String(version) },
  })
  const trusts = issuers.map(({ profile, audiences, member = '', memberRequires: requires }) => ({
    ...common(issuerPartition(profile.issuer)),
    profile: { S: JSON.stringify(profile) },
    audiences: { S: JSON.stringify(audiences) },
    member: { S: member },
    ...(requires === undefined ? {} : { requires: { S: JSON.stringify(requires) } }),
  }))
  const partitions = new Set([
    ...issuers.flatMap(partitionsOfIssuer),
    ...identityPools.flatMap(partitionsOfPool),
    ...allowedOrigins.map(originPartition),
    ...Object.values(grants).flatMap(partitionsOfGrant),
  ])
  return [...trusts, ...[...partitions].map(common)]
}

function partitionsOfIssuer({ profile, audiences, memberRequires }: CompiledIssuer): string[] {
  const profileJson = JSON.stringify(profile)
  return audiences.flatMap((audience) => [
    audiencePartition(profileJson, audience),
    memberPartition(profileJson, audience, memberRequires),
  ])
}

function partitionsOfGrant({ roleArn, releasedAudience }: CompiledGrant): string[] {
  const role = rolePartition(roleArn)
  if (releasedAudience === undefined) return [role]
  return [role, releasedRolePartition(roleArn), releasedAudiencePartition(releasedAudience)]
}

function partitionsOfPool({ id, releasedAudience }: CompiledPool): string[] {
  const pool = poolPartition(id)
  return releasedAudience === undefined
    ? [pool]
    : [pool, releasedAudiencePartition(releasedAudience)]
}

/** Size of an item as DynamoDB counts it: the bytes of names and values in UTF-8. */
export function itemBytes(item: NewItem): number {
  const bytesOf = (attribute: NewItem[string]) =>
    Buffer.byteLength('S' in attribute ? attribute.S : attribute.N)
  return Object.entries(item).reduce(
    (sum, [name, attribute]) => sum + Buffer.byteLength(name) + bytesOf(attribute),
    0,
  )
}
