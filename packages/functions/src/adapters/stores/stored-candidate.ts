/** The candidate document in the head of a tenant, for the command line. */
import { isObject } from '@token-broker/core'
import { type Head, parseJson, unreadableItem } from './read-items.ts'
import { COMPILED_FORMAT } from './tenant-table.ts'

/** What the head contains as JSON. The broker reads the first three members. */
export interface StoredCandidate {
  readonly format: number
  /** SHA-256 of `source`, in lower-case hex. */
  readonly documentSha256: string
  readonly compiledJson: string
  /** The YAML or JSON document as it was written. */
  readonly source: string
  /** The version of the tenant beside which it was put. */
  readonly besideVersion: number
  readonly at: string
  readonly by: string
}

export function candidateJsonOf(candidate: Omit<StoredCandidate, 'format'>): string {
  return JSON.stringify({ format: COMPILED_FORMAT, ...candidate })
}

/**
 * @returns undefined: the tenant has no candidate
 * @throws {BrokerError} `config_invalid` for one that no release wrote
 */
export function readStoredCandidate(
  { candidateJson }: Head,
  tenant: string,
): StoredCandidate | undefined {
  if (candidateJson === undefined) return undefined
  const value = parseJson(candidateJson)
  if (!isStoredCandidate(value)) throw unreadableItem(`candidate of tenant ${tenant}`)
  return value
}

function isStoredCandidate(value: unknown): value is StoredCandidate {
  if (!isObject(value)) return false
  const { format, besideVersion } = value
  return (
    Number.isSafeInteger(format) &&
    Number.isSafeInteger(besideVersion) &&
    ['documentSha256', 'compiledJson', 'source', 'at', 'by'].every(
      (name) => typeof value[name] === 'string',
    )
  )
}
