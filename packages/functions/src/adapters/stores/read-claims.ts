/**
 * Parses what tenants claim: for the command line, which lets no two tenants claim one audience of
 * an issuer, unless their `member` conditions differ, and no tenant share what another releases.
 */
import {
  type CompiledGrant,
  type CompiledPool,
  type CompiledTenant,
  isObject,
} from '@token-broker/core'
import { type Head, isStrings, parseJson, unreadableItem } from './read-items.ts'
import type { Item } from './tenant-table.ts'

/** A tenant's claim on audiences of an issuer. */
export interface IssuerClaim {
  readonly issuer: string
  readonly audiences: readonly string[]
  /** CEL; undefined: all callers. */
  readonly member?: string
}

/** A grant's claim on its role, and on the audience of the tokens that it releases. */
export type GrantClaim = Pick<CompiledGrant, 'roleArn' | 'releasedAudience'>

/** The claim on an identity pool's id, and on the audience of the tokens that it releases. */
export type PoolClaim = Pick<CompiledPool, 'id' | 'releasedAudience'>

/** What one document claims. */
export interface TenantClaims {
  readonly tenant: string
  readonly issuers: readonly IssuerClaim[]
  /** By the name of the grant. */
  readonly grants: Readonly<Record<string, GrantClaim>>
  readonly identityPools: readonly PoolClaim[]
}

/** The claims of a version that is being written, or whose writer stopped. */
export interface Claims extends TenantClaims {
  readonly version: number
  /** The head's version when this one was written; 0: there was none. */
  readonly previous: number
}

/** What the index says about a tenant's claim on one issuer. */
export interface IndexedClaim {
  readonly tenant: string
  /** Undefined: the item cannot be read. */
  readonly audiences: readonly string[] | undefined
  /** Empty: there is no condition. Undefined: an earlier release wrote the item. */
  readonly member: string | undefined
}

export function claimsOf({
  tenant,
  issuers,
  grants,
  identityPools = [],
}: CompiledTenant): TenantClaims {
  return {
    tenant,
    issuers: issuers.map(({ profile, audiences, member }) => ({
      issuer: profile.issuer,
      audiences,
      ...(member === undefined ? {} : { member }),
    })),
    grants: Object.fromEntries(
      Object.entries(grants).map(([name, { roleArn, releasedAudience }]) => [
        name,
        { roleArn, ...(releasedAudience === undefined ? {} : { releasedAudience }) },
      ]),
    ),
    identityPools: identityPools.map(({ id, releasedAudience }) => ({
      id,
      ...(releasedAudience === undefined ? {} : { releasedAudience }),
    })),
  }
}

/** @throws {BrokerError} `config_invalid` for an item that no release wrote */
export function readClaims(item: Item): Claims {
  const sortKey = item.sk?.S ?? ''
  const claims = {
    tenant: sortKey.replace(/#\d+$/, ''),
    issuers: parseJson(item.issuers?.S),
    grants: parseJson(item.grants?.S),
    identityPools: parsePools(item.identityPools),
  }
  const [version, previous] = [Number(item.version?.N), Number(item.previous?.N)]
  const isValid = Number.isSafeInteger(version) && Number.isSafeInteger(previous)
  if (!isValid || !isTenantClaims(claims)) throw unreadableItem(`claims item ${sortKey}`)
  return { ...claims, version, previous }
}

export function readIndexedClaim(item: Item): IndexedClaim {
  const audiences = parseJson(item.audiences?.S)
  return {
    tenant: item.sk?.S ?? '',
    audiences: isStrings(audiences) ? audiences : undefined,
    member: item.member?.S,
  }
}

/**
 * The claims of a head of any format: those of an earlier release count too.
 * @throws {BrokerError} `config_invalid` for a document that no release wrote
 */
export function readHeadClaims({ compiledJson }: Head, tenant: string): TenantClaims {
  if (compiledJson === undefined) return { tenant, issuers: [], grants: {}, identityPools: [] }
  const document = parseJson(compiledJson)
  const {
    issuers: trusted,
    opaqueIssuers,
    grants,
    identityPools = [],
  } = isObject(document) ? document : {}
  const issuers = (Array.isArray(trusted) ? trusted : []).map((issuer: unknown) =>
    isObject(issuer) && isObject(issuer.profile)
      ? { ...issuer, issuer: issuer.profile.issuer }
      : undefined,
  )
  const claims = { tenant, issuers, grants, identityPools }
  const hasIssuer = issuers.length > 0 || Array.isArray(opaqueIssuers)
  if (!hasIssuer || !isTenantClaims(claims))
    throw unreadableItem(`compiled document of tenant ${tenant}`)
  return claims
}

function isTenantClaims(
  value: Readonly<Record<keyof TenantClaims, unknown>>,
): value is TenantClaims {
  const { issuers, grants, identityPools } = value
  return (
    Array.isArray(issuers) &&
    issuers.every(isIssuerClaim) &&
    isObject(grants) &&
    Object.values(grants).every(isGrantClaim) &&
    Array.isArray(identityPools) &&
    identityPools.every(isPoolClaim)
  )
}

function isIssuerClaim(value: unknown): value is IssuerClaim {
  return (
    isObject(value) &&
    typeof value.issuer === 'string' &&
    isStrings(value.audiences) &&
    isOptionalText(value.member)
  )
}

function isGrantClaim(value: unknown): value is GrantClaim {
  return (
    isObject(value) && typeof value.roleArn === 'string' && isOptionalText(value.releasedAudience)
  )
}

function isPoolClaim(value: unknown): value is PoolClaim {
  return isObject(value) && typeof value.id === 'string' && isOptionalText(value.releasedAudience)
}

/** An earlier release, which knows no pools, wrote items without them. */
function parsePools(attribute: Item[string] | undefined): unknown {
  return attribute === undefined ? [] : parseJson(attribute.S)
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
