/** Composes what backends need from its settings. The broker loads this file lazily (bundle.ts). */
import type { DeveloperIdentities } from '@token-broker/core'
import { readSdkError, refusalCodeOf } from '../sdk-error.ts'
import {
  createDeveloperIdentities,
  type DeveloperIdentitiesOptions,
} from './developer-identities.ts'
import { createKeyFinder, type FindRootKey, type KeyPairPorts } from './key-pairs/find-root-key.ts'
import { createKeyPairReader } from './key-pairs/key-pair-table.ts'
import { createKmsOpener, type KmsDecryptOptions } from './key-pairs/kms-decrypt-call.ts'
import { openWithSecret } from './key-pairs/seal-key.ts'
import {
  createDynamodbIdentities,
  type DynamodbIdentitiesOptions,
} from './linked/dynamodb-identities.ts'

export interface DeveloperSettings {
  /** The broker's table. */
  readonly table: DynamodbIdentitiesOptions
  /** Undefined: key pairs are encrypted with a key that is derived from the pool's secret. */
  readonly kms: KmsDecryptOptions | undefined
  /** Milliseconds, from a clock that is never set back. */
  readonly ageClock: () => number
}

type Options = Omit<DeveloperIdentitiesOptions, 'findRootKey' | 'tableOf'> & DeveloperSettings

export function openDeveloperIdentities(options: Options): DeveloperIdentities {
  return createDeveloperIdentities({
    ...options,
    findRootKey: createFinder(options),
    tableOf: openTable(options),
  })
}

function openTable({ table, refusal }: Options): DeveloperIdentitiesOptions['tableOf'] {
  const identities = createDynamodbIdentities(table)
  const failed = tableFailure(table, refusal)
  return (pool, signal) => ({
    get: (name) => identities.get(pool, name, signal).catch(failed),
    putIf: (name, item, previousVersion) =>
      identities.putIf(pool, name, item, previousVersion, signal).catch(failed),
  })
}

function createFinder({ table, kms, ageClock, secrets, refusal }: Options): FindRootKey {
  const readItem = createKeyPairReader(table)
  const failed = tableFailure(table, refusal)
  const openByKms = kms && createKmsOpener(kms)
  const open: KeyPairPorts['open'] = async (sealedKey, context, pool, signal) => {
    if (openByKms)
      return openByKms(sealedKey, context, pool, signal).catch(kmsFailure(kms, refusal))
    // The first secret is never replaced.
    const [secret = ''] = (await secrets.get(pool.secret)).trim().split(/\s+/)
    return openWithSecret(sealedKey, secret, context)
  }
  const read: KeyPairPorts['read'] = (...args) => readItem(...args).catch(failed)
  return createKeyFinder({ read, open, ageClock })
}

/** As with the table of tenants, also a missing table or permission may be corrected soon. */
function tableFailure({ tableName }: DynamodbIdentitiesOptions, refusal: Options['refusal']) {
  return (error: unknown): never => {
    const message = `DynamoDB table ${tableName}: ${readSdkError(error).text}`
    throw refusal('upstream_unavailable', message, { retryAfterSeconds: 1 })
  }
}

function kmsFailure({ keyArn }: KmsDecryptOptions, refusal: Options['refusal']) {
  return (error: unknown): never => {
    const { code, status, text } = readSdkError(error)
    const isThrottled = /Throttling|TooManyRequests|LimitExceeded/.test(code)
    const refused = isThrottled ? 'throttled' : refusalCodeOf(status, 'config_invalid')
    throw refusal(refused, `KMS key ${keyArn}: ${text}`, { retryAfterSeconds: 1 })
  }
}
