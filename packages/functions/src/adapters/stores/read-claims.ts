/**
 * Parses what tenants claim: for the command line, which lets no two tenants claim one audience of
 * an issuer, unless their `member` conditions differ.
 */
import { type CompiledIssuer, isObject } from '@token-broker/core'
import { type Head, isStrings, parseJson, unreadableItem } from './read-items.ts'
import type { Item } from './tenant-table.ts'

/** A tenant's claim on audiences of an issuer. */
export interface IssuerClaim {
  readonly issuer: string
  readonly audiences: readonly string[]
  /** CEL; undefined: all callers. */
  readonly member?: string
}

/** The claims of a version that is being written, or whose writer stopped. */
export interface Claims {
  readonly version: number
  /** The head's version when this one was written; 0: there was none. */
  readonly previous: number
  readonly issuers: readonly IssuerClaim[]
}

/** What the index says about a tenant's claim on one issuer. */
export interface IndexedClaim {
  readonly tenant: string
  /** Undefined: the item cannot be read. */
  readonly audiences: readonly string[] | undefined
  /** Empty: there is no condition. Undefined: an earlier release wrote the item. */
  readonly member: string | undefined
}

export function claimsOf(issuers: readonly CompiledIssuer[]): IssuerClaim[] {
  return issuers.map(({ profile, audiences, member }) => ({
    issuer: profile.issuer,
    audiences,
    ...(member === undefined ? {} : { member }),
  }))
}

/** @throws {BrokerError} `config_invalid` for an item that no release wrote */
export function readClaims(item: Item): { readonly tenant: string } & Claims {
  const sortKey = item.sk?.S ?? ''
  const issuers = parseJson(item.issuers?.S)
  const [version, previous] = [Number(item.version?.N), Number(item.previous?.N)]
  const isValid = Number.isSafeInteger(version) && Number.isSafeInteger(previous)
  if (!isValid || !Array.isArray(issuers) || !issuers.every(isIssuerClaim))
    throw unreadableItem(`claims item ${sortKey}`)
  return { tenant: sortKey.replace(/#\d+$/, ''), version, previous, issuers }
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
export function readHeadClaims({ compiledJson }: Head, tenant: string): readonly IssuerClaim[] {
  if (compiledJson === undefined) return []
  const document = parseJson(compiledJson)
  const issuers = isObject(document) && Array.isArray(document.issuers) ? document.issuers : []
  const claims = issuers.map((issuer: unknown) =>
    isObject(issuer) && isObject(issuer.profile)
      ? { ...issuer, issuer: issuer.profile.issuer }
      : undefined,
  )
  if (claims.length === 0 || !claims.every(isIssuerClaim))
    throw unreadableItem(`compiled document of tenant ${tenant}`)
  return claims
}

function isIssuerClaim(value: unknown): value is IssuerClaim {
  return (
    isObject(value) &&
    typeof value.issuer === 'string' &&
    isStrings(value.audiences) &&
    (value.member === undefined || typeof value.member === 'string')
  )
}
