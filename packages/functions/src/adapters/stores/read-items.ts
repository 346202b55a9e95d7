/** Parses items of the tenants table; an item that this release cannot have written is refused. */
import {
  BrokerError,
  type CandidateDocument,
  type CompiledTenant,
  isObject,
  isTenantId,
  type RequiredClaim,
  type TrustingTenant,
  type VerificationProfile,
} from '@token-broker/core'
import { isCompiledTenant } from './tenant-source.ts'
import { COMPILED_FORMAT, type Item } from './tenant-table.ts'

export interface Head {
  /** 1 or more. */
  readonly version: number
  readonly format: number
  /** Undefined: the tenant was removed. */
  readonly compiledJson: string | undefined
  readonly at: string
  readonly by: string
  /** Partitions that may contain an index item of the tenant. */
  readonly indexed: readonly string[]
  /** Whether the index items are of this version. */
  readonly settled: boolean
  /** How often a candidate was put, dropped or promoted; 0: never. */
  readonly candidateNumber: number
  /** Of {@link StoredCandidate}; undefined: there is none. */
  readonly candidateJson: string | undefined
}

export interface Version {
  readonly version: number
  /** The head's version when this one was written; 0: there was none. */
  readonly previous: number
  readonly action: 'put' | 'rollback' | 'rm' | 'promote'
  readonly at: string
  readonly by: string
  /** The YAML or JSON document as it was written; undefined: the tenant was removed. */
  readonly source: string | undefined
}

/** Index item: a tenant trusts an issuer. */
export interface TrustItem {
  readonly tenant: string
  readonly profileJson: string
  readonly profile: VerificationProfile
  readonly trusting: TrustingTenant
}

/** @throws {BrokerError} `config_invalid` for an item that no release wrote */
export function readHead(item: Item, tenant: string): Head {
  const [version, format] = [Number(item.version?.N), Number(item.format?.N)]
  const compiledJson = item.compiled?.S
  const indexed = parseJson(item.indexed?.S)
  const isStateValid = item.state?.S === (compiledJson === undefined ? 'removed' : 'live')
  if (
    !Number.isSafeInteger(version) ||
    !Number.isSafeInteger(format) ||
    !isStateValid ||
    !isStrings(indexed)
  )
    throw unreadableItem(`head of tenant ${tenant}`)
  return {
    version,
    format,
    compiledJson,
    at: textOf(item.at),
    by: textOf(item.by),
    indexed,
    settled: item.settled?.S === 'yes',
    candidateNumber: Number(item.candidateNumber?.N ?? 0),
    candidateJson: item.candidate?.S,
  }
}

/**
 * @returns undefined: the tenant was removed
 * @throws {BrokerError} `config_invalid` if the document is corrupt or of another format
 */
export function readCompiled(
  { format, compiledJson, candidateJson }: Head,
  tenant: string,
): CompiledTenant | undefined {
  if (compiledJson === undefined) return undefined
  if (format !== COMPILED_FORMAT)
    throw new BrokerError(
      'config_invalid',
      `Tenant ${tenant} is stored in compiled format ${format}, but this release reads format ` +
        `${COMPILED_FORMAT}; put the tenant again.`,
    )
  const document = parseJson(compiledJson)
  if (!isCompiledTenant(document, tenant))
    throw unreadableItem(`compiled document of tenant ${tenant}`)
  return candidateJson === undefined
    ? document
    : { ...document, candidate: candidateOf(candidateJson) }
}

/** One that cannot be read decides nothing, and the document in force is used all the same. */
function candidateOf(json: string): CandidateDocument {
  const value = parseJson(json)
  const { format, documentSha256, compiledJson } = isObject(value) ? value : {}
  const isReadable = format === COMPILED_FORMAT && typeof compiledJson === 'string'
  return {
    documentSha256: typeof documentSha256 === 'string' ? documentSha256 : 'unknown',
    compiledJson: isReadable ? compiledJson : '',
  }
}

/** @throws {BrokerError} `config_invalid` for an item that no release wrote */
export function readVersion(item: Item): Version {
  const [version, previous] = [Number(item.version?.N), Number(item.previous?.N)]
  const action = item.action?.S
  if (!Number.isSafeInteger(version) || !Number.isSafeInteger(previous) || !isAction(action))
    throw unreadableItem('version of a tenant')
  return {
    version,
    previous,
    action,
    at: textOf(item.at),
    by: textOf(item.by),
    source: item.source?.S,
  }
}

/** @returns undefined for an item that no release wrote, or that is of another issuer */
export function readTrust(item: Item, issuer: string): TrustItem | undefined {
  const tenant = item.sk?.S
  const profileJson = item.profile?.S
  const profile = parseJson(profileJson)
  const audiences = parseJson(item.audiences?.S)
  // Items of earlier releases have no `requires`: their tenants are candidates of every request.
  const requires = parseJson(item.requires?.S)
  if (tenant === undefined || profileJson === undefined) return undefined
  if (!isTenantId(tenant) || !isProfile(profile, issuer) || !isStrings(audiences)) return undefined
  if (item.requires === undefined) return { tenant, profileJson, profile, trusting: { audiences } }
  if (!isRequiredClaim(requires)) return undefined
  return { tenant, profileJson, profile, trusting: { audiences, requires } }
}

/** @param what names the item, such as `head of tenant acme` */
export function unreadableItem(what: string): BrokerError {
  return new BrokerError(
    'config_invalid',
    `The ${what} in the tenants table is corrupt, or another program wrote it; restore it.`,
  )
}

/** @returns undefined for anything but JSON */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string')
}

function isRequiredClaim(value: unknown): value is RequiredClaim {
  return isObject(value) && isStrings(value.claim) && typeof value.value === 'string'
}

export function isProfile(value: unknown, issuer: string): value is VerificationProfile {
  if (!isObject(value) || value.issuer !== issuer || !isObject(value.keys)) return false
  const { algorithms, types, maxTokenAgeSeconds, clockToleranceSeconds } = value
  return (
    isStrings(algorithms) &&
    isStrings(types) &&
    typeof maxTokenAgeSeconds === 'number' &&
    typeof clockToleranceSeconds === 'number'
  )
}

function isAction(text: string | undefined): text is Version['action'] {
  return text === 'put' || text === 'rollback' || text === 'rm' || text === 'promote'
}

function textOf(attribute: Item[string] | undefined): string {
  return attribute?.S ?? ''
}
