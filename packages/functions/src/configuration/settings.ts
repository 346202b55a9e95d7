/** Reads single settings from the environment; an error names the variable and never its value. */
import { isSecureUrl } from '@token-broker/core'
import { type ProxySettings, readProxySettings } from '@token-broker/core/proxy-settings'
import type { AwsCredentials } from '../adapters/signed-call.ts'
import type { Environment, SettingName } from './setting-names.ts'
import { StartFailure } from './start-failure.ts'

export type { Environment } from './setting-names.ts'

/**
 * Reads the broker's own issuer URL from `BROKER_ISSUER`. Plain http is accepted only on the
 * loopback interface, and only where `BROKER_LOCAL` is `1`.
 * @returns the URL without a trailing slash
 * @throws {BrokerError} `config_invalid`
 */
export function readIssuerUrl({ BROKER_ISSUER: text, BROKER_LOCAL: local }: Environment): string {
  const url = text ? URL.parse(text) : null
  if (url && (url.search || url.hash || url.username || url.password))
    throw invalidSetting(
      'BROKER_ISSUER',
      'has a user, a query or a fragment',
      'set it to an https URL without them, because roles trust exactly this text',
    )
  if (text && (url?.protocol === 'https:' || (local === '1' && url && isSecureUrl(url))))
    return text.replace(/\/$/, '')
  const problem = text ? `is not an https URL${formOf(url)}` : 'is not set'
  const remedy = "set it to the broker's https URL, such as https://broker.example.com"
  throw invalidSetting('BROKER_ISSUER', problem, remedy)
}

/**
 * Reads the URL of an endpoint that is called in place of AWS's. Plain http is accepted only on the
 * loopback interface, and only where `BROKER_LOCAL` is `1`: over the network, others could read the
 * tokens that are sent to STS, and the credentials that it returns.
 * @returns undefined if the variable is not set
 * @throws {BrokerError} `config_invalid`
 */
export function readServiceEndpoint(
  name: SettingName,
  environment: Environment,
): string | undefined {
  const text = environment[name]
  if (!text) return undefined
  const url = URL.parse(text)
  const isLocal = environment.BROKER_LOCAL === '1'
  if (url && (url.protocol === 'https:' || (isLocal && isSecureUrl(url)))) return text
  throw invalidSetting(
    name,
    `is not an https URL${formOf(url)}`,
    'set it to one, or remove it; http works only in the local runtime, on the loopback interface',
  )
}

/** What of a URL may be shown: its scheme, because the rest could be a secret. */
function formOf(url: URL | null): string {
  return url === null ? ' (found no URL)' : ` (found the scheme ${url.protocol.slice(0, -1)})`
}

/** A name or an IPv4 address, or an IPv6 address in brackets. */
const HOST = /^(?:[\w.-]+|\[[\d.:a-f]+\])$/i

/**
 * Reads a comma-separated list of host names and addresses.
 * @returns each as `URL` writes it: in lower case, and IPv6 addresses in brackets
 * @throws {BrokerError} `config_invalid`
 */
export function readHosts(name: SettingName, environment: Environment): ReadonlySet<string> {
  const hosts = (environment[name] ?? '').split(',').map((host) => host.trim())
  return new Set(
    hosts
      .filter((host) => host !== '')
      .map((host) => {
        const url = HOST.test(host) ? URL.parse(`https://${host}`) : null
        if (url) return url.hostname
        throw invalidSetting(
          name,
          'contains an entry that is not a host',
          'write host names or addresses without scheme, port and path, such as id.corp.example',
        )
      }),
  )
}

/**
 * Reads the credentials of the function's role. Lambda sets them, and they stay the same for the
 * whole life of an execution environment.
 * @param neededBy the variable that makes the credentials necessary
 * @throws {BrokerError} `config_invalid`
 */
export function readAwsCredentials(
  neededBy: SettingName,
  environment: Environment,
): AwsCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment
  if (!accessKeyId || !secretAccessKey)
    throw invalidSetting(
      neededBy,
      'needs AWS credentials',
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    )
  const sessionToken = environment.AWS_SESSION_TOKEN
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

/**
 * A deployed function has no proxy, even if these variables are set: a proxy looks up the names of
 * issuers itself, so that their addresses could not be checked.
 * @returns undefined where none is set, and outside the local runtime
 */
export function readProxy(environment: Environment): ProxySettings | undefined {
  return environment.BROKER_LOCAL === '1' ? readProxySettings(environment) : undefined
}

/**
 * Reads `on` or `off`.
 * @returns false if the variable is not set
 * @throws {BrokerError} `config_invalid`
 */
export function readSwitch(name: SettingName, environment: Environment): boolean {
  const value = environment[name] || 'off'
  if (value === 'on' || value === 'off') return value === 'on'
  throw invalidSetting(name, 'is neither on nor off', 'set it to on or off, in lower case')
}

/**
 * The variable has no effect in a deployed function, which must not be silent: `true` would look
 * as if it had one.
 * @throws {BrokerError} `config_invalid`
 */
export function readLocal({ BROKER_LOCAL: local }: Environment): boolean {
  if (!local || local === '1') return local === '1'
  const remedy = 'remove it in a deployment; only the local runtime sets it'
  throw invalidSetting('BROKER_LOCAL', 'is not 1', remedy)
}

/**
 * @param problem what is wrong, such as `is not a URL`; without a value or a path, because anyone
 *   may know it
 * @param remedy what to write instead
 * @param detail what only the operator may know besides, such as a path
 */
export function invalidSetting(
  name: string,
  problem: string,
  remedy: string,
  detail = '',
): StartFailure {
  const what = `Environment variable ${name} ${problem}`
  const known = { code: 'setting_invalid', problem: `${what}.`, fix: `${remedy}.` } as const
  return new StartFailure(`${what}${detail}; ${remedy}.`, known)
}
