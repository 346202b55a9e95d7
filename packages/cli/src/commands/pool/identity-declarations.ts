/** Help and options of the commands for identities: `token-broker pool identities` and others. */
import { declareCommand } from '../../command-line/declaration.ts'
import { FORMAT_OPTION } from '../document-declarations.ts'
import { TABLE_OPTIONS } from '../tenant/table-options.ts'
import { POOL_OPTION } from './pool-option.ts'

const POOL_ID = 'eu-central-1:11111111-2222-4333-8444-555555555555'
const IDENTITY_ID = 'eu-central-1:22222222-3333-4444-8555-666666666666'

const FAILED = [1, 'the command line is wrong, or a permission is missing'] as const
const CONTENDED = [3, 'other requests keep changing the identity; try again'] as const
const UNAVAILABLE = [4, 'the table cannot be reached; try again later'] as const

const GROUP = 'Identities'
const IDENTITY = [{ name: 'IDENTITY', summary: 'the id of the identity' }]

export const IDENTITY_COMMANDS = [
  declareCommand({
    name: 'identities',
    group: GROUP,
    summary: 'list the identities of a pool with linking',
    description:
      'Lists the identities of which the table has an item: users, and guests who signed in or ' +
      'were disabled. Other guests have no item.',
    options: { ...POOL_OPTION, ...TABLE_OPTIONS, ...FORMAT_OPTION },
    exitCodes: [[0, 'listed'], FAILED, UNAVAILABLE],
    examples: [
      { command: `token-broker pool identities --pool ${POOL_ID}`, does: 'list all identities' },
    ],
    load: async () => (await import('./identities.ts')).listIdentities,
  }),
  declareCommand({
    name: 'describe',
    group: GROUP,
    summary: 'show the state of an identity, its logins and what is merged into it',
    operands: IDENTITY,
    options: { ...POOL_OPTION, ...TABLE_OPTIONS, ...FORMAT_OPTION },
    exitCodes: [[0, 'shown'], FAILED, UNAVAILABLE],
    examples: [
      {
        command: `token-broker pool describe ${IDENTITY_ID} --pool ${POOL_ID}`,
        does: 'show an identity',
      },
    ],
    load: async () => (await import('./identities.ts')).describeIdentity,
  }),
  declareCommand({
    name: 'disable',
    group: GROUP,
    summary: 'refuse the logins of an identity from now on',
    description:
      'Disables an identity: all its logins are refused. An id that ' +
      'was never used may be disabled in advance. Sessions that were issued before are valid ' +
      'until they expire.',
    operands: IDENTITY,
    options: { ...POOL_OPTION, ...TABLE_OPTIONS },
    exitCodes: [[0, 'disabled, now or before'], FAILED, CONTENDED, UNAVAILABLE],
    examples: [
      {
        command: `token-broker pool disable ${IDENTITY_ID} --pool ${POOL_ID}`,
        does: 'disable an identity',
      },
    ],
    load: async () => (await import('./identities.ts')).disableIdentityOf,
  }),
  declareCommand({
    name: 'delete',
    group: GROUP,
    summary: 'delete an identity; its logins get new ones',
    description:
      'Deletes an identity for good. Its logins get new identities when they return, and the id ' +
      'is never used again. What the app stored under the id is not deleted.',
    operands: IDENTITY,
    options: { ...POOL_OPTION, ...TABLE_OPTIONS },
    exitCodes: [[0, 'deleted, now or before'], FAILED, CONTENDED, UNAVAILABLE],
    examples: [
      {
        command: `token-broker pool delete ${IDENTITY_ID} --pool ${POOL_ID}`,
        does: 'delete an identity',
      },
    ],
    load: async () => (await import('./identities.ts')).deleteIdentityOf,
  }),
]
