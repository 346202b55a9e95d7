/** Reads single settings from the environment; what is wrong is told by the variable's name and never by its value. */
import { BrokerError } from '@token-broker/core'
import type { AwsCredentials } from '../adapters/signed-call.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** @throws {BrokerError} `config_invalid` */
export function readUrl(name: string, value: string | undefined, httpAllowed: boolean): string {
  if (!value) throw invalid(name, 'set it to a URL')
  if (!URL.canParse(value)) throw invalid(name, 'it is not a URL')
  const { protocol } = new URL(value)
  if (protocol === 'https:' || (protocol === 'http:' && httpAllowed)) return value
  throw invalid(name, 'it must be an https URL')
}

/** Lambda sets them, and never changes them within an environment. */
export function readAwsCredentials(neededBy: string, environment: Environment): AwsCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment
  if (!accessKeyId || !secretAccessKey)
    throw invalid(neededBy, 'it needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  const sessionToken = environment.AWS_SESSION_TOKEN
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

export function invalid(name: string, what: string): BrokerError {
  return new BrokerError('config_invalid', `Environment variable ${name}: ${what}.`)
}
