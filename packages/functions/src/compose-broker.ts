/** Composes the broker from its configuration: which adapter implements which port. */
import { BrokerError } from '@token-broker/core'
import { createStdoutAudit } from './adapters/audit/stdout-audit.ts'
import { withMetrics } from './adapters/audit/with-metrics.ts'
import { createAgeClock } from './adapters/caching.ts'
import { createIdentityPools } from './adapters/identity-pools/identity-pools.ts'
import type { DeveloperSettings } from './adapters/identity-pools/open-developer-identities.ts'
import { createCallerLimits } from './adapters/limits/caller-limits.ts'
import type { SecretStore } from './adapters/secret-store.ts'
import { createAwsSecrets } from './adapters/secrets/aws-secrets.ts'
import { createCachedSecrets } from './adapters/secrets/cached-secrets.ts'
import { createEnvironmentSecrets } from './adapters/secrets/environment-secrets.ts'
import { type KnownSessions, openKnownSessions } from './adapters/sessions/known-sessions.ts'
import { openSessionReuse } from './adapters/sessions/open-session-reuse.ts'
import { createKmsSigner, openKms } from './adapters/signers/kms-signer.ts'
import { createLocalSigner } from './adapters/signers/local-signer.ts'
import { createCachedTenants } from './adapters/stores/cached-tenants.ts'
import { createDynamodbTenants, openDynamodbTable } from './adapters/stores/dynamodb-tenants.ts'
import { createLayeredTenants } from './adapters/stores/layered-tenants.ts'
import type { TenantSource } from './adapters/stores/tenant-source.ts'
import { createSts } from './adapters/sts/assume-role.ts'
import { createJsonFetcher } from './adapters/verifiers/https-json.ts'
import { createJwtVerifier } from './adapters/verifiers/jwt-verifier.ts'
import { createKeyCache } from './adapters/verifiers/key-cache.ts'
import { createOpaqueVerifier } from './adapters/verifiers/opaque-verifier.ts'
import { proofVerifier } from './adapters/verifiers/proof-verifier.ts'
import { createSamlVerifier } from './adapters/verifiers/saml-verifier.ts'
import { type AppParts, createApp, STS_PATHS } from './app.ts'
import { composeReadiness, knownProblemOf, openBundledTenants } from './compose-readiness.ts'
import type { Configuration } from './configuration/broker-configuration.ts'
import { createOriginReporter } from './cross-origin.ts'
import type { App } from './http.ts'

/** Clock, randomness and output, which only roots may access. */
export interface RuntimePorts {
  /**
   * Milliseconds since the epoch, from the system clock, by which tokens expire and requests are
   * signed. Not from a monotonic clock, which stops while the machine sleeps (nodejs/node#47724).
   */
  readonly now: () => number
  /** Nanoseconds since an arbitrary moment, from a monotonic clock, with which stages are timed. */
  readonly monotonicNs: () => bigint
  readonly newId: () => string
  readonly auditStream: NodeJS.WritableStream
  /** Gets what the audit stream did not write. */
  readonly errorStream: NodeJS.WritableStream
}

/** @throws {BrokerError} `config_invalid` */
export function composeBroker(configuration: Configuration, ports: RuntimePorts): App {
  const { now, monotonicNs, newId } = ports
  const bundled = openBundledTenants(configuration)
  const ageClock = createAgeClock(ports)
  const table = openTable(configuration, { now, ageClock })
  const tenants = withTable(bundled.store, table, ageClock)
  const rule = {
    allowLoopback: configuration.local,
    privateHosts: configuration.privateIssuerHosts,
    proxy: configuration.proxy,
  }
  const secrets = createCachedSecrets(createSecrets(configuration, now), ageClock)
  const fetchJson = createJsonFetcher(rule, { secrets })
  const keyCache = createKeyCache({ fetchJson, now: ageClock })
  const { signer, publicKeys } = createSigner(configuration, now)
  const audit = createStdoutAudit(ports.auditStream, ports.errorStream)
  const namespace = configuration.metricsNamespace
  const parts: AppParts = {
    tenants,
    allowsOrigin: tenants.allowsOrigin,
    reportDeniedOrigin: createOriginReporter({
      log: (line) => ports.errorStream.write(line),
      allowsOrigin: tenants.allowsOrigin,
      ...{ now, ageClock },
    }),
    verifier: createJwtVerifier({ keyCache }),
    proofVerifier,
    opaqueVerifier: createOpaqueVerifier({ rule, secrets, now, ageClock, newId }),
    samlVerifier: createSamlVerifier({ keyCache, now }),
    identityPools: createIdentityPools({
      ...{ secrets, now, ageClock, newId },
      issuer: configuration.issuer,
      storage: configuration.linksStorage,
      formerPoolEndpoint: configuration.formerPoolEndpoint,
      region: configuration.region,
      proxy: configuration.proxy,
      developers: developerSettings(configuration, { now, ageClock }),
    }),
    signer,
    sts: createSts({
      region: configuration.region,
      brokerIssuer: configuration.issuer,
      proxy: configuration.proxy,
      ...(configuration.stsEndpoint ? { endpoint: configuration.stsEndpoint } : {}),
    }),
    openReuse: openSessionReuse({ now, monotonicNs }),
    audit: namespace
      ? withMetrics(audit, { namespace, countKeyFetches: keyCache.countFetches })
      : audit,
    brokerIssuer: configuration.issuer,
    publicKeys,
    sessionNameKey: configuration.sessionNameKey,
    explain: configuration.explain,
    sessions: openSessions(configuration, now),
    findProblems: composeReadiness(configuration, bundled, {
      ...{ signer, table, now, ageClock },
      log: (line) => ports.auditStream.write(line),
    }),
    now,
    monotonicNs,
    newId,
    limits: createCallerLimits(configuration.limits, ageClock),
  }
  void keyCache.prefetch(bundled.prefetch)
  return createApp(parts)
}

/** An app that refuses everything: a wrong setting is reported to every caller, not by a crash. */
export function composeUnconfiguredBroker(error: unknown, ports: RuntimePorts): App {
  const refusal = startFailureOf(error)
  const fail = () => Promise.reject(refusal)
  return createApp({
    tenants: { findTrusts: fail, findPool: fail, load: fail },
    allowsOrigin: async () => false,
    reportDeniedOrigin: async () => undefined,
    verifier: { verify: fail },
    proofVerifier: { verify: () => false },
    opaqueVerifier: { verify: fail },
    samlVerifier: { read: fail, verify: fail },
    identityPools: { identify: fail, developers: { verify: fail, run: fail, identify: fail } },
    signer: undefined,
    sts: { assumeRoleWithWebIdentity: fail },
    audit: createStdoutAudit(ports.auditStream, ports.errorStream),
    brokerIssuer: '',
    sessionNameKey: '',
    publicKeys: fail,
    explain: false,
    sessions: undefined,
    startFailure: refusal,
    findProblems: async () => [knownProblemOf(refusal)],
    now: ports.now,
    monotonicNs: ports.monotonicNs,
    newId: ports.newId,
    limits: createCallerLimits(undefined, createAgeClock(ports)),
  })
}

/** Any other error could quote a setting, so that its text is not repeated. */
export function startFailureOf(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  return new BrokerError('config_invalid', 'The broker could not be started.', { cause: error })
}

/** @returns undefined where there is no table of tenants */
function openTable(
  { tenantsTable, region, proxy }: Configuration,
  { now, ageClock }: { now: () => number; ageClock: () => number },
): TenantSource | undefined {
  if (tenantsTable === undefined) return undefined
  return createDynamodbTenants(openDynamodbTable({ ...tenantsTable, region, proxy, now }), ageClock)
}

/** Bundled documents come first; a table adds to them. */
function withTable(
  bundled: TenantSource,
  table: TenantSource | undefined,
  ageClock: () => number,
): TenantSource {
  if (table === undefined) return bundled
  return createLayeredTenants(bundled, createCachedTenants(table, ageClock))
}

/** What backends need of the deployment. */
function developerSettings(
  { identities, region, proxy }: Configuration,
  { now, ageClock }: { now: () => number; ageClock: () => number },
): DeveloperSettings | undefined {
  if (!identities) return undefined
  const { table, keyPairKms } = identities
  return {
    table: { ...table, region, proxy, now },
    kms: keyPairKms && { ...keyPairKms, proxy, now },
    ageClock,
  }
}

/** GetCallerIdentity must be signed for the broker's own URL, and a path of the endpoint. */
function openSessions(
  { sessions, issuer, region, proxy }: Configuration,
  now: () => number,
): KnownSessions | undefined {
  if (sessions === undefined) return undefined
  const { host, pathname } = new URL(issuer)
  const paths = STS_PATHS.map((path) => pathname.replace(/\/$/, '') + path)
  const { regions, table } = sessions
  return openKnownSessions({
    regions,
    table: table && { ...table, region, proxy, now },
    address: { host, paths },
    now,
  })
}

function createSecrets({ secrets, region, proxy }: Configuration, now: () => number): SecretStore {
  if (secrets.from === 'environment') return createEnvironmentSecrets(secrets.variables)
  const { from, prefix, ...access } = secrets
  const options = { ...access, region, proxy, now }
  return createAwsSecrets(prefix, async () => {
    if (from === 'secrets-manager') {
      const calls = await import('./adapters/secrets/secrets-manager-calls.ts')
      return calls.createSecretsManagerReader(options)
    }
    const calls = await import('./adapters/secrets/parameter-store-calls.ts')
    return calls.createParameterStoreReader(options)
  })
}

function createSigner(
  { signingKey, nextSigningKey, kmsSigning, issuer, proxy }: Configuration,
  now: () => number,
): Pick<AppParts, 'signer' | 'publicKeys'> {
  if (kmsSigning !== undefined) {
    const { key, algorithm, ...access } = kmsSigning
    const kms = openKms({ ...access, region: key.region, proxy, now })
    return { signer: createKmsSigner({ kms, key, algorithm, issuer }), publicKeys: undefined }
  }
  if (signingKey === undefined) return { signer: undefined, publicKeys: async () => ({ keys: [] }) }
  const signer = createLocalSigner({
    currentKey: signingKey,
    issuer,
    ...(nextSigningKey === undefined ? {} : { nextKey: nextSigningKey }),
  })
  return { signer, publicKeys: signer.publicJwks }
}
