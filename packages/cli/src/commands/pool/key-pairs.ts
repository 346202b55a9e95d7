/** `token-broker pool key`: creates, lists and revokes the key pairs of an identity pool. */
import { readFile } from 'node:fs/promises'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import {
  type KeyPairContext,
  keyPairKey,
  keyPairPartition,
  newKeyPairItem,
  readKeyPairItem,
  rootKeyOf,
  sealWithSecret,
} from '@token-broker/functions/key-pairs'
import { EXIT, quote, UsageError } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import { readPoolId } from '../../pool/pool-ids.ts'
import { createRandomKeyPair } from '../../pool/random-key-pair.ts'
import { nameOperator } from '../../tenant/operator-name.ts'
import { ABSENT, type Condition } from '../../tenant/operator-table.ts'
import { TenantError } from '../../tenant/tenant-error.ts'
import { printColumns, printJson, printMessage } from '../../terminal.ts'
import type { TableOption } from '../tenant/table-options.ts'
import { withTable } from '../tenant/with-table.ts'

type KeyCall<Option extends string = never> = CommandCall<TableOption | 'pool' | Option>

const NOT_REVOKED: Condition = { ConditionExpression: 'attribute_not_exists(revokedAt)' }
/** As `identityPools[].secret` of a tenant document requires. */
const MIN_SECRET_CHARACTERS = 32

/** Prints the secret, which is stored nowhere in clear text. */
export async function createKeyPair(
  call: KeyCall<'kms-key' | 'pool-secret-file' | 'format'>,
): Promise<number> {
  const { terminal } = call
  const pool = readPoolId(call.option('pool'))
  const seal = readSeal(call)
  return withTable(call, async (table) => {
    const { keyId, secret } = createRandomKeyPair()
    const sealedKey = await seal(rootKeyOf(secret), { pool, key: keyId })
    const createdAt = new Date().toISOString()
    const keyPair = {
      ...{ keyId, sealedKey, createdAt, createdBy: await nameOperator() },
      ...{ revokedAt: undefined, revokedBy: undefined },
    }
    if (!(await table.put(newKeyPairItem(pool, keyPair), ABSENT))) {
      // The SDK repeats a call whose response was lost; then the item is this one.
      const stored = await table.get(keyPairKey(pool, keyId))
      if (stored?.sealedKey?.S !== sealedKey)
        throw new TenantError('the key pair was not stored; try again', EXIT.conflict)
    }
    if (call.option('format') === 'json')
      printJson(terminal, { pool, accessKeyId: keyId, secretAccessKey: secret, createdAt })
    else terminal.print(`AWS_ACCESS_KEY_ID=${keyId}\nAWS_SECRET_ACCESS_KEY=${secret}\n`)
    printMessage(terminal, `${keyId}: keep the secret now; it cannot be shown again`)
    return EXIT.done
  })
}

/** Never prints what verifies signatures, not even encrypted. */
export async function listKeyPairs(call: KeyCall<'format'>): Promise<number> {
  const pool = readPoolId(call.option('pool'))
  return withTable(call, async (table) => {
    const items = await table.query(keyPairPartition(pool))
    const keyPairs = items.map(readKeyPairItem).map(({ sealedKey: _, ...keyPair }) => ({
      ...keyPair,
      state: keyPair.revokedAt === undefined ? 'active' : 'revoked',
    }))
    if (call.option('format') === 'json') printJson(call.terminal, keyPairs)
    else
      printColumns(
        call.terminal,
        keyPairs.map(({ keyId, state, createdAt, createdBy, revokedAt, revokedBy }) => [
          ...[keyId, state, createdAt, createdBy],
          ...(revokedAt === undefined ? [] : [revokedAt, revokedBy ?? '']),
        ]),
      )
    return EXIT.done
  })
}

export async function revokeKeyPair(call: KeyCall): Promise<number> {
  const { terminal, operands } = call
  const [keyId = ''] = operands
  const pool = readPoolId(call.option('pool'))
  return withTable(call, async (table) => {
    const item = await table.get(keyPairKey(pool, keyId))
    if (!item)
      throw new UsageError(
        `the pool ${pool} has no key pair ${quote(keyId)}; see "token-broker pool key list"`,
      )
    const keyPair = readKeyPairItem(item)
    if (keyPair.revokedAt !== undefined) {
      terminal.print(`${keyId}: already revoked at ${keyPair.revokedAt}\n`)
      return EXIT.done
    }
    const revoked = {
      ...keyPair,
      sealedKey: undefined,
      revokedAt: new Date().toISOString(),
      revokedBy: await nameOperator(),
    }
    // Where the condition is not met, it has been revoked in the meantime.
    await table.put(newKeyPairItem(pool, revoked), NOT_REVOKED)
    terminal.print(`${keyId}: revoked; brokers accept it for at most 60 s more\n`)
    return EXIT.done
  })
}

type Seal = (rootKey: Buffer, context: KeyPairContext) => Promise<string>

/** As the broker is configured: `BROKER_POOL_KEYS_KMS_KEY`, or the pool's secret. */
function readSeal({ option, terminal }: KeyCall<'kms-key' | 'pool-secret-file'>): Seal {
  const file = option('pool-secret-file')
  const keyArn = option('kms-key') ?? (file ? undefined : terminal.env.BROKER_POOL_KEYS_KMS_KEY)
  if ((file === undefined) === (keyArn === undefined || keyArn === ''))
    throw new UsageError(
      '--kms-key: expected the KMS key of the broker, found nothing; write --kms-key ARN, or set ' +
        'BROKER_POOL_KEYS_KMS_KEY; for a broker without one, write --pool-secret-file FILE',
    )
  return async (rootKey, context) => {
    if (file !== undefined) return sealWithSecret(rootKey, await readPoolSecret(file), context)
    const { encryptWithKms } = await import('../../pool/encrypt-with-kms.ts')
    return encryptWithKms(rootKey, keyArn ?? '', context, readProxySettings(terminal.env))
  }
}

/** The first secret of the pool, which is never replaced. */
async function readPoolSecret(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`--pool-secret-file: the file ${quote(file)} cannot be read`)
  })
  const [secret = ''] = text.trim().split(/\s+/)
  if (secret.length >= MIN_SECRET_CHARACTERS) return secret
  throw new UsageError(
    `--pool-secret-file: expected a secret of at least ${MIN_SECRET_CHARACTERS} characters`,
  )
}
