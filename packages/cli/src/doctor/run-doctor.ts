/** All checks of a broker, its issuers, its AWS resources and this machine, in a fixed order. */
import { type ProxySettings, readProxySettings } from '@token-broker/core/proxy-settings'
import type { Configuration } from '@token-broker/functions/settings'
import { type CheckResult, skipped } from '../checks/check-result.ts'
import { checkClock } from '../checks/connection-checks.ts'
import type { ProbeOptions } from '../checks/probe-url.ts'
import { checkIssuer } from '../issuer-check/check-issuer.ts'
import type { Environment } from '../terminal.ts'
import { checkEndpoint, checkPublishedKey, condenseReport } from './check-endpoint.ts'
import { checkLocalKey, checkSettings, type SigningKey, skipSettings } from './check-settings.ts'
import { checkTenants } from './check-tenants.ts'
import { checkCache, checkProgram, checkProxy, isUsableProxy } from './local-checks.ts'
import type { BrokerVariables } from './read-environment.ts'

export interface DoctorInput {
  /** Undefined: they are not known. */
  readonly variables: BrokerVariables | undefined
  readonly endpoint: string | undefined
  readonly tenants: string | undefined
  readonly allowLoopback: boolean
  readonly privateHosts: ReadonlySet<string>
  /** Of this program. */
  readonly env: Environment
  readonly now: () => number
}

export async function runDoctor(input: DoctorInput): Promise<readonly CheckResult[]> {
  const { variables, endpoint, env, now } = input
  const settings = variables && checkSettings(variables)
  const configuration = settings?.configuration
  const proxySettings = readProxySettings(env)
  const proxy = proxySettings && isUsableProxy(proxySettings) ? proxySettings : undefined
  const allowLoopback = input.allowLoopback || configuration?.local === true
  const privateHosts = new Set([
    ...input.privateHosts,
    ...(configuration?.privateIssuerHosts ?? []),
  ])
  // The broker and its own issuer are public; the issuers of tenants may be in private networks.
  const publicCalls: ProbeOptions = { now, rule: { allowLoopback, privateHosts: new Set(), proxy } }
  const issuerCalls: ProbeOptions = { now, rule: { allowLoopback, privateHosts, proxy } }
  const issuer = configuration?.issuer ?? endpoint
  const [key, checkedEndpoint, report, tenants, aws] = await Promise.all([
    configuration && checkSigningKey(configuration, proxy),
    endpoint === undefined ? undefined : checkEndpoint(endpoint, issuerCalls),
    issuer === undefined ? undefined : checkIssuer(issuer, publicCalls),
    checkTenants(input.tenants, issuerCalls),
    configuration
      ? checkAws(configuration, proxy)
      : [skipped('tables', 'the settings are not known')],
  ])
  const clock = checkedEndpoint
    ? checkClock(checkedEndpoint.probe)
    : report?.results.find(({ check }) => check === 'clock')
  const urls = [issuer, endpoint, configuration?.stsEndpoint ?? stsUrl(configuration)]
    .flatMap((text) => (text === undefined ? [] : (URL.parse(text) ?? [])))
    .concat(tenants.urls)
  const notKnown = 'neither --endpoint nor BROKER_ISSUER is known'
  return [
    checkProgram(),
    ...(settings?.results ?? skipSettings()),
    ...(key ? [key.result] : settings ? [skipped('signing key', 'the settings are invalid')] : []),
    ...(checkedEndpoint?.results ?? [skipped('endpoint', 'write --endpoint URL')]),
    ...(report
      ? condenseReport('own issuer', withoutClock(report))
      : [skipped('own issuer', notKnown)]),
    ...(report ? checkPublishedKey(key?.keyId, report) : []),
    ...tenants.results,
    clock ?? skipped('clock', notKnown),
    ...aws,
    checkCache(env),
    ...(await checkProxy(urls, proxySettings)),
  ]
}

/** It has a line of its own. */
function withoutClock(report: Awaited<ReturnType<typeof checkIssuer>>) {
  return { ...report, results: report.results.filter(({ check }) => check !== 'clock') }
}

function stsUrl(configuration: Configuration | undefined): string | undefined {
  return configuration && `https://sts.${configuration.region}.amazonaws.com`
}

async function checkSigningKey(
  configuration: Configuration,
  proxy: ProxySettings | undefined,
): Promise<SigningKey> {
  const { kmsSigning } = configuration
  if (kmsSigning === undefined) return checkLocalKey(configuration)
  const { key, algorithm, endpoint } = kmsSigning
  const { checkKmsSigningKey } = await import('./aws-checks.ts')
  const access = { region: key.region, endpoint, proxy }
  return checkKmsSigningKey(key, algorithm, access)
}

async function checkAws(
  { tenantsTable, sessions, identities, region }: Configuration,
  proxy: ProxySettings | undefined,
): Promise<readonly CheckResult[]> {
  const tables = [
    tenantsTable && {
      ...{ setting: 'BROKER_TENANTS_TABLE', name: tenantsTable.tableName, keys: ['pk', 'sk'] },
      endpoint: tenantsTable.endpoint,
    },
    sessions?.table && {
      ...{ setting: 'BROKER_SESSIONS_TABLE', name: sessions.table.tableName, keys: ['pk'] },
      endpoint: sessions.table.endpoint,
    },
    identities && {
      ...{ setting: 'BROKER_IDENTITIES_TABLE', name: identities.table.tableName },
      ...{ keys: ['pk', 'sk'], endpoint: identities.table.endpoint },
    },
  ].filter((table) => table !== undefined)
  const poolKey = identities?.keyPairKms
  if (tables.length === 0) return [skipped('tables', 'the settings name none')]
  const { checkKmsPoolKey, checkTable } = await import('./aws-checks.ts')
  return Promise.all([
    ...tables.map(({ endpoint, ...table }) => checkTable(table, { region, endpoint, proxy })),
    ...(poolKey ? [checkKmsPoolKey(poolKey.keyArn, { ...poolKey, proxy })] : []),
  ])
}
