/** Reads single settings from the environment; an error names the variable and never its value. */
import { BrokerError, isSecureUrl } from '@token-broker/core'
import type { AwsCredentials } from '../adapters/signed-call.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the broker's own issuer URL from `BROKER_ISSUER`. Plain http is accepted only on the
 * loopback interface, and only where `BROKER_LOCAL` is `1`.
 * @returns the URL without a trailing slash
 * @throws {BrokerError} `config_invalid`
 */
export function readIssuerUrl({ BROKER_ISSUER: text, BROKER_LOCAL: local }: Environment): string {
  const url = text ? URL.parse(text) : null
  if (text && (url?.protocol === 'https:' || (local === '1' && url && isSecureUrl(url))))
    return text.replace(/\/$/, '')
  const problem = text ? 'is not an https URL' : 'is not set'
  throw invalidSetting('BROKER_ISSUER', problem, "set it to the broker's https URL")
}

/**
 * Reads the URL of an endpoint that is called in place of AWS's. Any http URL is accepted, because
 * such an endpoint may be on a private network.
 * @returns undefined if the variable is not set
 * @throws {BrokerError} `config_invalid`
 */
export function readServiceEndpoint(name: string, environment: Environment): string | undefined {
  const text = environment[name]
  if (!text) return undefined
  const protocol = URL.parse(text)?.protocol
  if (protocol === 'https:' || protocol === 'http:') return text
  throw invalidSetting(name, 'is not an https or http URL', 'correct or remove it')
}

/**
 * Reads the credentials of the function's role. Lambda sets them, and they stay the same for the
 * whole life of an execution environment.
 * @param neededBy the variable that makes the credentials necessary
 * @throws {BrokerError} `config_invalid`
 */
export function readAwsCredentials(neededBy: string, environment: Environment): AwsCredentials {
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
 * @param problem what is wrong, such as `is not a URL`
 * @param remedy what to write instead
 */
export function invalidSetting(
  name: string,
  problem: string,
  remedy: string,
  cause?: unknown,
): BrokerError {
  const message = `Environment variable ${name} ${problem}; ${remedy}.`
  return new BrokerError('config_invalid', message, { cause })
}
