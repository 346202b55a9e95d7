/** Reads from the environment which DynamoDB table holds more tenants. */
import type { AwsCredentials } from '../adapters/signed-call.ts'
import { type Environment, readAwsCredentials, readUrl } from './settings.ts'

export interface TenantsTableSettings {
  readonly tableName: string
  /** Another DynamoDB than AWS's in the function's region. */
  readonly endpoint: string | undefined
  readonly credentials: AwsCredentials
}

/** @throws {BrokerError} `config_invalid` */
export function readTenantsTable(environment: Environment): TenantsTableSettings | undefined {
  const { BROKER_TENANTS_TABLE: tableName, BROKER_DYNAMODB_ENDPOINT: endpoint } = environment
  if (!tableName) return undefined
  return {
    tableName,
    endpoint: endpoint ? readUrl('BROKER_DYNAMODB_ENDPOINT', endpoint, true) : undefined,
    credentials: readAwsCredentials('BROKER_TENANTS_TABLE', environment),
  }
}
