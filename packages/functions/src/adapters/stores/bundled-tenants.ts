/** Reads tenants from the file that lies beside the bundle; each is parsed when it is first asked for. */
import { readFileSync } from 'node:fs'
import {
  BrokerError,
  type CompiledTenant,
  type IssuerTrust,
  isObject,
  type VerificationProfile,
} from '@token-broker/core'
import { createLruMap } from '../lru-map.ts'
import { isCompiledTenant } from './compiled-shape.ts'
import type { TenantSource } from './tenant-source.ts'

const VERSION = 1
const MAX_PARSED_TENANTS = 1_000
const NEWLINE = 0x0a

/** First line of the file; one JSON line a tenant follows. */
interface Index {
  readonly version: typeof VERSION
  readonly issuers: Readonly<Record<string, readonly IssuerTrust[]>>
  /** Tenant id to offset and length of its line in bytes, counted from the end of the index line. */
  readonly tenants: Readonly<Record<string, readonly [number, number]>>
  readonly origins: Readonly<Record<string, 1>>
  readonly prefetch: readonly VerificationProfile[]
}

export interface BundledTenants {
  readonly store: TenantSource
  /** Issuers whose keys are wanted at start. */
  readonly prefetch: readonly VerificationProfile[]
}

/** @throws {BrokerError} `config_invalid` where the file is missing or is not one that the build wrote */
export function createBundledTenants(filePath: string): BundledTenants {
  const file = readFile(filePath)
  const endOfIndex = file.indexOf(NEWLINE)
  const index = endOfIndex === -1 ? undefined : parseLine(file.subarray(0, endOfIndex))
  if (!isIndex(index)) throw invalid(`${filePath} is not a tenants file of version ${VERSION}.`)
  const lines = file.subarray(endOfIndex + 1)
  const parsed = createLruMap<CompiledTenant>(MAX_PARSED_TENANTS)

  const parseTenant = (tenant: string): CompiledTenant | undefined => {
    const place = own(index.tenants, tenant)
    if (!place) return undefined
    const document = parseLine(lines.subarray(place[0], place[0] + place[1]))
    if (!isCompiledTenant(document, tenant)) throw invalid(`Tenant ${tenant} cannot be read from ${filePath}.`)
    parsed.set(tenant, document)
    return document
  }

  return {
    store: {
      findTrusts: async (issuer) => own(index.issuers, issuer) ?? [],
      load: async (tenant) => parsed.get(tenant) ?? parseTenant(tenant),
      allowsOrigin: async (origin) => own(index.origins, origin) === 1,
    },
    prefetch: index.prefetch,
  }
}

function readFile(filePath: string): Buffer {
  try {
    return readFileSync(filePath)
  } catch (cause) {
    throw new BrokerError('config_invalid', `The tenants file ${filePath} cannot be read.`, { cause })
  }
}

function parseLine(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Callers choose the name: `__proto__` and `constructor` must find nothing. */
function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** The build wrote the file after every check; what is tested here is that it is that file, and whole. */
function isIndex(value: unknown): value is Index {
  if (!isObject(value) || value.version !== VERSION) return false
  return isObject(value.issuers) && isObject(value.tenants) && isObject(value.origins) && Array.isArray(value.prefetch)
}

function invalid(message: string): BrokerError {
  return new BrokerError('config_invalid', message)
}
