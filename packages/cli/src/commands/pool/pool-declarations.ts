/** Help and options of `token-broker pool`. */
import { type CommandGroup, declareCommand } from '../../command-line/declaration.ts'
import { FORMAT_OPTION } from '../document-declarations.ts'
import { TABLE_OPTIONS } from '../tenant/table-options.ts'
import { IDENTITY_COMMANDS } from './identity-declarations.ts'
import { IMPORT_POOL } from './import-declaration.ts'
import { POOL_OPTION } from './pool-option.ts'

const FAILED = [1, 'the command line is wrong, or a permission is missing'] as const
const UNAVAILABLE = [4, 'the table or KMS cannot be reached; try again later'] as const

const POOL_ID = 'eu-central-1:11111111-2222-4333-8444-555555555555'

const CREATE = declareCommand({
  name: 'create',
  summary: 'create a key pair, and print its secret once',
  description:
    'Creates a key pair with which the backend of an app signs its requests to the pool, and ' +
    'prints it as environment variables. The broker stores what verifies signatures, encrypted ' +
    'with KMS, and not the secret, which cannot be shown again.',
  options: {
    ...POOL_OPTION,
    'kms-key': {
      value: 'ARN',
      summary: 'the KMS key of the broker (default: $BROKER_POOL_KEYS_KMS_KEY)',
      group: 'Encryption options',
    },
    'pool-secret-file': {
      value: 'FILE',
      summary: 'a file with the secret of the pool, for a broker without a KMS key',
      group: 'Encryption options',
      completes: 'file',
    },
    ...TABLE_OPTIONS,
    ...FORMAT_OPTION,
  },
  exitCodes: [[0, 'created'], FAILED, UNAVAILABLE],
  examples: [
    {
      command: `token-broker pool key create --pool ${POOL_ID} > backend.env`,
      does: 'create a key pair for a backend',
    },
  ],
  load: async () => (await import('./key-pairs.ts')).createKeyPair,
})

const LIST = declareCommand({
  name: 'list',
  summary: 'list the key pairs of a pool',
  options: { ...POOL_OPTION, ...TABLE_OPTIONS, ...FORMAT_OPTION },
  exitCodes: [[0, 'listed'], FAILED, UNAVAILABLE],
  examples: [
    { command: `token-broker pool key list --pool ${POOL_ID}`, does: 'list all key pairs' },
  ],
  load: async () => (await import('./key-pairs.ts')).listKeyPairs,
})

const REVOKE = declareCommand({
  name: 'revoke',
  summary: 'revoke a key pair, within 60 s and for good',
  operands: [{ name: 'KEY', summary: 'the access key id of the key pair' }],
  options: { ...POOL_OPTION, ...TABLE_OPTIONS },
  exitCodes: [[0, 'revoked, now or before'], FAILED, UNAVAILABLE],
  examples: [
    {
      command: `token-broker pool key revoke TBPK2345ABCD2345EFGH --pool ${POOL_ID}`,
      does: 'revoke a key pair',
    },
  ],
  load: async () => (await import('./key-pairs.ts')).revokeKeyPair,
})

const KEY: CommandGroup = {
  name: 'key',
  group: 'Key pairs',
  summary: 'the key pairs with which backends sign requests to a pool',
  description: 'Creates, lists and revokes the key pairs with which backends sign their requests.',
  commands: [CREATE, LIST, REVOKE],
  exitCodes: [[0, 'done'], FAILED, UNAVAILABLE],
  examples: [
    { command: `token-broker pool key list --pool ${POOL_ID}`, does: 'list all key pairs' },
  ],
}

export const POOL: CommandGroup = {
  name: 'pool',
  group: 'Identity pools',
  summary: 'manage the identity pools of a broker',
  description:
    'Reads and writes what the table of a broker contains about identity pools, with the AWS ' +
    'credentials, region and profile that the AWS SDK finds in your environment.',
  commands: [...IDENTITY_COMMANDS, KEY, IMPORT_POOL],
  exitCodes: [[0, 'done'], FAILED, UNAVAILABLE],
  examples: [
    { command: `token-broker pool key create --pool ${POOL_ID}`, does: 'create a key pair' },
  ],
}
