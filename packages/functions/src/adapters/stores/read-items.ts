/** Reads items of the tenants table: whatever is not as this release writes it is refused. */
import { BrokerError, type CompiledTenant } from '@token-broker/core'
import { isCompiledTenant } from './compiled-shape.ts'
import { isStrings, parseJson } from './stored-json.ts'
import { COMPILED_FORMAT, type Item } from './tenant-table.ts'

export interface Head {
  /** 1 and up. */
  readonly version: number
  readonly format: number
  /** Absent: the tenant was removed. */
  readonly compiledJson: string | undefined
  readonly at: string
  readonly by: string
  /** Partitions that may hold an index item of the tenant. */
  readonly indexed: readonly string[]
  /** Whether those items are of this version. */
  readonly settled: boolean
}

export interface Version {
  readonly version: number
  /** The version that it was written on top of, and took the place of if it became one of the head; 0: none. */
  readonly previous: number
  readonly action: 'put' | 'rollback' | 'rm'
  readonly at: string
  readonly by: string
  /** YAML or JSON as it was written; absent where the tenant was removed. */
  readonly source: string | undefined
}

/** @throws {BrokerError} `config_invalid` for an item that no release wrote */
export function readHead(item: Item, tenant: string): Head {
  const [version, format] = [Number(item.version?.N), Number(item.format?.N)]
  const compiledJson = item.compiled?.S
  const indexed = parseJson(item.indexed?.S ?? '')
  const stateHolds = item.state?.S === (compiledJson === undefined ? 'removed' : 'live')
  if (
    !Number.isSafeInteger(version) ||
    !Number.isSafeInteger(format) ||
    !stateHolds ||
    !isStrings(indexed)
  )
    throw invalid(`What the table says about the tenant ${tenant} cannot be read.`)
  return {
    version,
    format,
    compiledJson,
    at: textOf(item.at),
    by: textOf(item.by),
    indexed,
    settled: item.settled?.S === 'yes',
  }
}

/**
 * @returns undefined: the tenant was removed
 * @throws {BrokerError} `config_invalid` for a document of another format, or of none
 */
export function readCompiled(
  { format, compiledJson }: Head,
  tenant: string,
): CompiledTenant | undefined {
  if (compiledJson === undefined) return undefined
  if (format !== COMPILED_FORMAT)
    throw invalid(
      `Tenant ${tenant} is stored in compiled format ${format}, not ${COMPILED_FORMAT}; put it again.`,
    )
  const document = parseJson(compiledJson)
  if (!isCompiledTenant(document, tenant))
    throw invalid(`The stored document of tenant ${tenant} cannot be read.`)
  return document
}

/** @throws {BrokerError} `config_invalid` for an item that no release wrote */
export function readVersion(item: Item): Version {
  const [version, previous] = [Number(item.version?.N), Number(item.previous?.N)]
  const action = item.action?.S
  if (!Number.isSafeInteger(version) || !Number.isSafeInteger(previous) || !isAction(action))
    throw invalid('A version cannot be read from the table.')
  return {
    version,
    previous,
    action,
    at: textOf(item.at),
    by: textOf(item.by),
    source: item.source?.S,
  }
}

function textOf(attribute: Item[string] | undefined): string {
  return attribute?.S ?? ''
}

function isAction(text: string | undefined): text is Version['action'] {
  return text === 'put' || text === 'rollback' || text === 'rm'
}

function invalid(message: string): BrokerError {
  return new BrokerError('config_invalid', message)
}
