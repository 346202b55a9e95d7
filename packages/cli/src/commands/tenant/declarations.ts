/** Help and options of `token-broker tenant`. */
import {
  type CommandGroup,
  declareCommand,
  type OptionDeclaration,
} from '../../command-line/declaration.ts'
import { FORMAT_OPTION } from '../document-declarations.ts'
import { SHADOW } from './shadow-declarations.ts'
import { TABLE_OPTIONS } from './table-options.ts'

const VERSION = 'Version options'

const EXPECT_OPTION = {
  expect: {
    value: 'VERSION',
    summary:
      'the version that you saw: a change on top of another version is refused; "latest" ' +
      'replaces any version',
    group: VERSION,
    offers: ['latest'],
  },
} as const satisfies Record<string, OptionDeclaration>

const versionOption = (summary: string) => ({ version: { value: 'N', summary, group: VERSION } })

const DOCUMENTS = {
  name: 'FILES...',
  summary: 'tenant documents, or directories of .yaml, .yml and .json files',
  completes: 'file',
} as const
const TENANT_OPERAND = { name: 'TENANT', summary: 'the id of a tenant' } as const

const FAILED = [1, 'the command line is wrong, or a permission is missing'] as const
const UNAVAILABLE = [4, 'the table cannot be reached; try again later'] as const
const CHANGED = [
  3,
  'the tenant is at another version than expected, or another tenant claims the same',
] as const

const PUT = declareCommand({
  name: 'put',
  summary: 'write documents, if all of them are valid',
  description:
    'Writes each document as a new version of its tenant. Nothing is written if one document is ' +
    'invalid. A tenant that exists is changed only on top of the version that --expect names. ' +
    'A document that claims an audience of another tenant is refused, and so is one that shares ' +
    'the role or the audience of a released token with another tenant.',
  operands: [DOCUMENTS],
  options: { ...EXPECT_OPTION, ...TABLE_OPTIONS },
  exitCodes: [[0, 'written, or unchanged'], [1, 'a document is invalid'], CHANGED, UNAVAILABLE],
  examples: [
    { command: 'token-broker tenant put acme.yaml', does: 'write a new tenant' },
    {
      command: 'token-broker tenant put acme.yaml --expect 6',
      does: 'change a tenant that is at version 6',
    },
    {
      command: 'token-broker tenant put tenants/ --expect latest',
      does: 'write all documents of a directory, in a pipeline',
    },
  ],
  load: async () => (await import('./put.ts')).putTenants,
})

const DIFF = declareCommand({
  name: 'diff',
  summary: 'show what a put of the document would change',
  operands: [{ name: 'FILE', summary: 'a tenant document', completes: 'file' }],
  options: {
    ...versionOption('the version to compare with (default: the current one)'),
    ...TABLE_OPTIONS,
    ...FORMAT_OPTION,
  },
  exitCodes: [
    [0, 'no difference'],
    [1, 'the document is invalid'],
    [3, 'a difference'],
    UNAVAILABLE,
  ],
  examples: [
    { command: 'token-broker tenant diff acme.yaml', does: 'compare with the current version' },
    {
      command: 'token-broker tenant diff acme.yaml --version 5',
      does: 'compare with version 5',
    },
  ],
  load: async () => (await import('./diff.ts')).diffTenant,
})

const GET = declareCommand({
  name: 'get',
  summary: 'print the document as it was written',
  operands: [TENANT_OPERAND],
  options: {
    ...versionOption('the version to print (default: the current one)'),
    ...TABLE_OPTIONS,
    ...FORMAT_OPTION,
  },
  exitCodes: [[0, 'printed'], FAILED, [3, 'the tenant was removed'], UNAVAILABLE],
  examples: [
    { command: 'token-broker tenant get acme > acme.yaml', does: 'save the document' },
    { command: 'token-broker tenant get acme --version 5', does: 'print an older version' },
  ],
  load: async () => (await import('./show.ts')).getTenant,
})

const LIST = declareCommand({
  name: 'list',
  summary: 'list every tenant with its version',
  options: { ...TABLE_OPTIONS, ...FORMAT_OPTION },
  exitCodes: [[0, 'listed'], FAILED, UNAVAILABLE],
  examples: [
    { command: 'token-broker tenant list', does: 'list all tenants' },
    {
      command: 'token-broker tenant list --table broker-production-tenants --format json',
      does: 'list the tenants of one table as JSON',
    },
  ],
  load: async () => (await import('./show.ts')).listTenants,
})

const HISTORY = declareCommand({
  name: 'history',
  summary: 'list every version of a tenant, and who wrote it',
  operands: [TENANT_OPERAND],
  options: { ...TABLE_OPTIONS, ...FORMAT_OPTION },
  exitCodes: [[0, 'listed'], FAILED, UNAVAILABLE],
  examples: [
    { command: 'token-broker tenant history acme', does: 'list the versions, the newest first' },
  ],
  load: async () => (await import('./show.ts')).showHistory,
})

const ROLLBACK = declareCommand({
  name: 'rollback',
  summary: 'write an old version again, as a new version',
  operands: [TENANT_OPERAND],
  options: {
    ...versionOption('the version to write again (required)'),
    ...EXPECT_OPTION,
    ...TABLE_OPTIONS,
  },
  exitCodes: [[0, 'written'], FAILED, CHANGED, UNAVAILABLE],
  examples: [
    {
      command: 'token-broker tenant rollback acme --version 5 --expect 7',
      does: 'write version 8 with the document of version 5',
    },
  ],
  load: async () => (await import('./change.ts')).rollBackTenant,
})

const RM = declareCommand({
  name: 'rm',
  summary: 'remove a tenant; its history is kept',
  operands: [TENANT_OPERAND],
  options: { ...EXPECT_OPTION, ...TABLE_OPTIONS },
  exitCodes: [[0, 'removed'], FAILED, CHANGED, UNAVAILABLE],
  examples: [
    {
      command: 'token-broker tenant rm acme --expect 8',
      does: 'remove a tenant that is at version 8',
    },
  ],
  load: async () => (await import('./change.ts')).removeStoredTenant,
})

export const TENANT: CommandGroup = {
  name: 'tenant',
  group: 'Tenant documents',
  summary: 'read and write tenant documents in the table of a broker',
  description:
    'Reads and writes the DynamoDB table of a broker, with the AWS credentials, region and ' +
    'profile that the AWS SDK finds in your environment.',
  commands: [PUT, DIFF, GET, LIST, HISTORY, ROLLBACK, RM, SHADOW],
  exitCodes: [
    [0, 'done'],
    [1, 'invalid documents or options, or a missing permission'],
    [3, 'a tenant has changed, was removed, or differs'],
    UNAVAILABLE,
  ],
  examples: [
    { command: 'export BROKER_TENANTS_TABLE=broker-production-tenants', does: 'name the table' },
    { command: 'token-broker tenant diff acme.yaml', does: 'see what would change' },
    { command: 'token-broker tenant put acme.yaml --expect 6', does: 'change version 6' },
  ],
}
