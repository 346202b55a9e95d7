/** Reads from the environment whether GetCallerIdentity is supported, and where. */
import type { AwsCredentials } from '../adapters/signed-call.ts'
import {
  type Environment,
  invalidSetting,
  readAwsCredentials,
  readServiceEndpoint,
} from './settings.ts'

export interface SessionsSettings {
  /** In which the clients of the STS endpoint may be configured to be. */
  readonly regions: readonly string[]
  /** Undefined: in memory, for the local runtime. */
  readonly table:
    | {
        readonly tableName: string
        /** Undefined: AWS's endpoint in the function's region. */
        readonly endpoint: string | undefined
        readonly credentials: AwsCredentials
      }
    | undefined
}

/** Each has a key for each day, in an item of the table. */
const MAX_REGIONS = 10

/**
 * @returns undefined where no table is set, except in the local runtime
 * @throws {BrokerError} `config_invalid`
 */
export function readSessions(environment: Environment): SessionsSettings | undefined {
  const tableName = environment.BROKER_SESSIONS_TABLE
  if (!tableName && environment.BROKER_LOCAL !== '1') return undefined
  return {
    regions: readRegions(environment),
    table: tableName
      ? {
          tableName,
          endpoint: readServiceEndpoint('BROKER_DYNAMODB_ENDPOINT', environment),
          credentials: readAwsCredentials('BROKER_SESSIONS_TABLE', environment),
        }
      : undefined,
  }
}

function readRegions(environment: Environment): readonly string[] {
  const name = 'BROKER_SESSIONS_REGIONS'
  const text = environment[name] || environment.AWS_REGION || 'us-east-1'
  const regions = [...new Set(text.split(',').map((region) => region.trim()))]
  if (regions.length <= MAX_REGIONS && regions.every((region) => /^[a-z\d-]{1,64}$/.test(region)))
    return regions
  throw invalidSetting(
    name,
    'is invalid',
    `set it to at most ${MAX_REGIONS} regions, separated by commas, such as eu-west-1,us-east-1`,
  )
}
