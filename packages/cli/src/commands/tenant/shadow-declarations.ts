/** Help and options of `token-broker tenant shadow`. */
import {
  type CommandGroup,
  declareCommand,
  type OptionDeclaration,
} from '../../command-line/declaration.ts'
import { FORMAT_OPTION } from '../document-declarations.ts'
import { TABLE_OPTIONS } from './table-options.ts'

const CANDIDATE = 'Candidate options'

const TENANT = { name: 'TENANT', summary: 'the id of a tenant' } as const
const EXPECT_CANDIDATE = {
  expect: {
    value: 'CANDIDATE',
    summary:
      'the number of the candidate that you saw: another one is not replaced; "latest" is any',
    group: CANDIDATE,
    offers: ['latest'],
  },
} as const satisfies Record<string, OptionDeclaration>

const FAILED = [1, 'the command line is wrong, or a permission is missing'] as const
const UNAVAILABLE = [4, 'the table cannot be reached; try again later'] as const
const CHANGED = [3, 'the tenant or its candidate is not as expected'] as const

const PUT = declareCommand({
  name: 'put',
  summary: 'put a document beside the one in force, as its candidate',
  description:
    'The candidate decides each request of the tenant too, without effect: audit records say ' +
    'where it differs. It is checked like a document that "tenant put" writes. A tenant has at ' +
    'most one candidate.',
  operands: [{ name: 'FILE', summary: 'a tenant document', completes: 'file' }],
  options: { ...EXPECT_CANDIDATE, ...TABLE_OPTIONS },
  exitCodes: [
    [0, 'written, or unchanged'],
    [1, 'the document is invalid'],
    [3, 'the tenant or its candidate is not as expected, or another tenant claims the same'],
    UNAVAILABLE,
  ],
  examples: [
    {
      command: 'token-broker tenant shadow put acme.candidate.yaml',
      does: 'put a candidate of a tenant that has none',
    },
    {
      command: 'token-broker tenant shadow put acme.candidate.yaml --expect 2',
      does: 'replace candidate 2',
    },
  ],
  load: async () => (await import('./shadow.ts')).putCandidate,
})

const STATUS = declareCommand({
  name: 'status',
  summary: 'show the candidate, and what it would have changed',
  description:
    'Prints the number of the candidate, and the version beside which it was put. With audit ' +
    'records, it counts the decisions since then: which callers would have gained or lost ' +
    'access, or got something else, by grant.',
  operands: [TENANT],
  options: {
    records: {
      value: 'FILE',
      summary: 'a file with audit records; - is standard input; may be repeated',
      group: CANDIDATE,
      completes: 'file',
      isRepeatable: true,
    },
    'log-group': {
      value: 'NAME',
      summary: 'read them from a log group of CloudWatch Logs, since the candidate was put',
      group: CANDIDATE,
    },
    ...TABLE_OPTIONS,
    ...FORMAT_OPTION,
  },
  exitCodes: [[0, 'printed'], FAILED, [3, 'the tenant has no candidate'], UNAVAILABLE],
  examples: [
    { command: 'token-broker tenant shadow status acme', does: 'show the candidate' },
    {
      command: 'token-broker tenant shadow status acme --records broker.log',
      does: 'show who would have gained or lost access',
    },
    {
      command: 'token-broker tenant shadow status acme --log-group /aws/lambda/broker',
      does: 'the same, by all records since the candidate was put',
    },
  ],
  load: async () => (await import('./shadow-status.ts')).showCandidate,
})

const PROMOTE = declareCommand({
  name: 'promote',
  summary: 'make the candidate the document in force, as a new version',
  description:
    'Refused if the tenant was changed since the candidate was put, unless --expect names the ' +
    'version that it replaces.',
  operands: [TENANT],
  options: {
    expect: {
      value: 'VERSION',
      summary: 'the version of the tenant that the candidate replaces; "latest" is any',
      group: CANDIDATE,
      offers: ['latest'],
    },
    candidate: {
      value: 'N',
      summary: 'the number of the candidate that you saw: another one is not promoted',
      group: CANDIDATE,
    },
    ...TABLE_OPTIONS,
  },
  exitCodes: [[0, 'written'], [1, 'the candidate is no longer valid'], CHANGED, UNAVAILABLE],
  examples: [
    {
      command: 'token-broker tenant shadow promote acme --candidate 3',
      does: 'promote candidate 3',
    },
    {
      command: 'token-broker tenant shadow promote acme --expect 8',
      does: 'replace version 8, which is newer than the candidate',
    },
  ],
  load: async () => (await import('./shadow.ts')).promoteCandidate,
})

const DROP = declareCommand({
  name: 'drop',
  summary: 'remove the candidate',
  operands: [TENANT],
  options: { ...EXPECT_CANDIDATE, ...TABLE_OPTIONS },
  exitCodes: [[0, 'removed'], FAILED, CHANGED, UNAVAILABLE],
  examples: [
    { command: 'token-broker tenant shadow drop acme --expect 3', does: 'remove candidate 3' },
  ],
  load: async () => (await import('./shadow.ts')).dropCandidate,
})

export const SHADOW: CommandGroup = {
  name: 'shadow',
  summary: 'put a candidate beside a tenant, which decides without effect',
  description:
    'A candidate document decides the same requests as the one in force, without effect. Audit ' +
    'records say where the two differ, before the candidate is promoted.',
  commands: [PUT, STATUS, PROMOTE, DROP],
  exitCodes: [[0, 'done'], [1, 'an invalid document or option'], CHANGED, UNAVAILABLE],
  examples: [
    { command: 'token-broker tenant shadow put acme.candidate.yaml', does: 'put a candidate' },
    {
      command: 'token-broker tenant shadow status acme --records broker.log',
      does: 'show who would have gained or lost access',
    },
    { command: 'token-broker tenant shadow promote acme --candidate 3', does: 'promote it' },
  ],
}
