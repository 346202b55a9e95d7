/** Tenants from the file next to the bundle; each is parsed when it is first needed. */
import {
  BrokerError,
  type CompiledTenant,
  type IssuerTrust,
  type VerificationProfile,
} from '@token-broker/core'
import { createLruMap } from '../caching.ts'
import { createTrustReader } from './bundled-trusts.ts'
import { openTenantsFile } from './read-tenants-file.ts'
import { isCompiledTenant, type TenantSource } from './tenant-source.ts'

const MAX_PARSED = 1_000

export interface BundledTenants {
  readonly store: TenantSource
  /** Profiles whose keys are fetched at start. */
  readonly prefetch: readonly VerificationProfile[]
  /** How many tenants there are, and how many have a grant that needs a signing key. */
  readonly tenants: number
  readonly minting: number
}

/**
 * @throws {BrokerError} `config_invalid` where the file is missing or is not one that the build
 *   wrote
 */
export function createBundledTenants(filePath: string): BundledTenants {
  const file = openTenantsFile(filePath)
  const tenants = createLruMap<CompiledTenant>(MAX_PARSED)
  // So that a name takes as long as that of a parsed tenant: anyone can send names and compare.
  const unknown = createLruMap<true>(MAX_PARSED)
  const trusts = createLruMap<readonly IssuerTrust[]>(MAX_PARSED)
  const readTrusts = createTrustReader(file, () => unreadable('An issuer', filePath))

  const readTenant = (name: string): CompiledTenant | undefined => {
    const document = file.find('tenant', name)
    if (document === undefined) {
      unknown.set(name, true)
      return undefined
    }
    if (!isCompiledTenant(document, name)) throw unreadable(`Tenant ${name}`, filePath)
    tenants.set(name, document)
    return document
  }

  const findTrusts = (issuer: string): readonly IssuerTrust[] => {
    const found = readTrusts(issuer)
    if (found === undefined) return []
    trusts.set(issuer, found)
    return found
  }

  const readPool = (tenant: unknown): string | undefined => {
    if (tenant !== undefined && typeof tenant !== 'string') throw unreadable('A pool', filePath)
    return tenant
  }

  return {
    store: {
      findTrusts: async (issuer) => trusts.get(issuer) ?? findTrusts(issuer),
      load: async (tenant) =>
        tenants.get(tenant) ?? (unknown.get(tenant) ? undefined : readTenant(tenant)),
      findPool: async (id) => readPool(file.find('pool', id)),
      allowsOrigin: async (origin) => file.find('origin', origin) === true,
    },
    ...file.header,
  }
}

function unreadable(what: string, filePath: string): BrokerError {
  return new BrokerError('config_invalid', `${what} cannot be read from ${filePath}.`)
}
