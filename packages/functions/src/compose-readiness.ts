/** What a broker needs to issue credentials: found missing at the start, or when someone asks. */
import { BrokerError, type Signer } from '@token-broker/core'
import { printableJson } from './adapters/audit/printable-json.ts'
import { type BundledTenants, createBundledTenants } from './adapters/stores/bundled-tenants.ts'
import { reloadTenants } from './adapters/stores/reloaded-tenants.ts'
import type { TenantSource } from './adapters/stores/tenant-source.ts'
import type { Configuration } from './configuration/broker-configuration.ts'
import { type ReadinessProblem, StartFailure } from './configuration/start-failure.ts'
import type { FindProblems } from './endpoints/health.ts'

const NO_TENANTS: ReadinessProblem = {
  code: 'tenants_missing',
  problem: 'The file of tenants contains none, and no table of tenants is configured.',
  fix: 'Add tenant documents and build again, or set BROKER_TENANTS_TABLE.',
}
const TENANTS_UNREADABLE: ReadinessProblem = {
  code: 'tenants_unreadable',
  problem: 'The tenants of the deployment cannot be read.',
  fix: 'Build and deploy again; the first line of the log has the reason.',
}
const NO_SIGNING_KEY: ReadinessProblem = {
  code: 'signing_key_missing',
  problem: 'Grants need a token of the broker, and it has no key to sign one.',
  fix: 'Set BROKER_KMS_SIGNING_KEY or BROKER_SIGNING_KEY.',
}

/**
 * Opens the tenants of the bundle.
 * @throws {StartFailure} they cannot be read, or the broker could issue credentials to nobody
 */
export function openBundledTenants(configuration: Configuration): BundledTenants {
  const { tenantsFile, reloadsTenants } = configuration
  const bundled = readBundledTenants(tenantsFile, reloadsTenants)
  if (bundled.tenants > 0 || configuration.tenantsTable !== undefined) return bundled
  const { problem, fix } = NO_TENANTS
  throw new StartFailure(`${problem} ${fix} The file is ${tenantsFile}.`, NO_TENANTS)
}

function readBundledTenants(file: string, reloads: boolean): BundledTenants {
  try {
    const bundled = createBundledTenants(file)
    if (!reloads) return bundled
    return { ...bundled, store: reloadTenants(file, () => createBundledTenants(file).store) }
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    throw new StartFailure(error.message, TENANTS_UNREADABLE, error)
  }
}

/**
 * Loads what makes the checks with the first question; see `readiness.ts`. What is missing already
 * at the start is logged at once.
 */
export function composeReadiness(
  configuration: Configuration,
  { minting }: BundledTenants,
  parts: {
    readonly signer: Signer | undefined
    readonly table: TenantSource | undefined
    readonly now: () => number
    readonly ageClock: () => number
    readonly log: (line: string) => void
  },
): FindProblems {
  const known = minting > 0 && !hasKey(configuration) ? [NO_SIGNING_KEY] : []
  for (const { code, problem, fix } of known) {
    const time = new Date(parts.now()).toISOString()
    const reason = `${problem} ${fix}`
    parts.log(`${printableJson({ time, event: 'start', outcome: 'error', code, reason })}\n`)
  }
  let loaded: Promise<FindProblems> | undefined
  return async (signal) => {
    loaded ??= import('./readiness.ts').then(({ createReadiness }) =>
      createReadiness({ known, ...parts }),
    )
    return (await loaded)(signal)
  }
}

function hasKey({ kmsSigning, signingKey }: Configuration): boolean {
  return kmsSigning !== undefined || signingKey !== undefined
}

/** What anyone may know of the reason for which a broker has not started. */
export function knownProblemOf(failure: BrokerError): ReadinessProblem {
  if (failure instanceof StartFailure) return failure.known
  return {
    code: 'start_failed',
    problem: 'The broker could not be started.',
    fix: 'Read the reason in the first line of its log.',
  }
}
