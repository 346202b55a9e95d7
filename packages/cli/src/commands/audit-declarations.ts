/** Help and options of `token-broker audit`. */
import { type CommandGroup, declareCommand } from '../command-line/declaration.ts'
import { FORMAT_OPTION } from './document-declarations.ts'
import { BOUNDARIES_OPTION, TOKEN_OPTIONS } from './token-options.ts'

const FILTER = 'Filter options'
const SOURCE = 'Source options'
const CLOUDTRAIL = 'CloudTrail options'
const POLICY = 'Policy options'

const FILES = {
  name: 'FILES...',
  summary: 'files with log lines; - is standard input (default: standard input)',
  completes: 'file',
  isOptional: true,
} as const

const AUDIT_OPTIONS = {
  'log-group': {
    value: 'NAME',
    summary: 'read a log group of CloudWatch Logs, with your own AWS credentials',
    group: SOURCE,
  },
  'request-id': { value: 'ID', summary: 'only the record of this request', group: FILTER },
  tenant: {
    value: 'NAME',
    summary: 'only records of this tenant, or of callers that requested it',
    group: FILTER,
  },
  code: { value: 'CODE', summary: 'only refusals with this code', group: FILTER },
  subject: { value: 'TEXT', summary: 'only records of this subject', group: FILTER },
  outcome: {
    value: 'OUTCOME',
    choices: ['issued', 'explained', 'identified', 'changed', 'refused', 'error'],
    summary: 'only records with this outcome',
    group: FILTER,
  },
  since: {
    value: 'TIME',
    summary:
      'only records from then on: 2026-01-31T12:00:00Z, or 30m, 2h or 7d ago ' +
      '(default for --log-group: 1h)',
    group: FILTER,
  },
  until: { value: 'TIME', summary: 'only records before then', group: FILTER },
} as const

const EXIT_CODES = [
  [0, 'at least one record was found'],
  [1, 'the command line is invalid, a file cannot be read, or a permission is missing'],
  [3, 'no record was found'],
  [4, 'CloudWatch Logs is not responding; try again later'],
] as const

const SHOW = declareCommand({
  name: 'show',
  summary: 'print audit records (the command that runs without a name)',
  description:
    'Prints the audit records in log lines, one block for each: what was decided about whom, and ' +
    'why. Reads the lines of the broker as they are, and as Lambda, CloudWatch Logs and the AWS ' +
    'CLI wrap them, also compressed with gzip. Other lines are skipped and counted. Control ' +
    'characters of records are escaped.',
  operands: [FILES],
  options: {
    follow: {
      summary: 'wait for new records: of one file, or of the log group',
      group: SOURCE,
    },
    ...AUDIT_OPTIONS,
    format: {
      value: 'FORMAT',
      choices: ['text', 'json'],
      summary: 'text for people, or json for programs: one record per line (default: text)',
      group: 'Output options',
    },
  },
  exitCodes: EXIT_CODES,
  examples: [
    { command: 'token-broker audit broker.log --outcome refused', does: 'show refusals' },
    {
      command: 'token-broker audit --log-group /aws/lambda/broker --request-id 7f3c9a',
      does: 'find the request that a caller reports',
    },
    {
      command: 'npm start | token-broker audit --tenant acme',
      does: 'watch the local runtime',
    },
    {
      command: 'token-broker audit --log-group /aws/lambda/broker --follow --format json',
      does: 'print new records as JSON lines',
    },
  ],
  load: async () => (await import('./audit-records.ts')).printRecords,
})

const SUMMARY = declareCommand({
  name: 'summary',
  summary: 'show who was refused, why and since when',
  description:
    'Counts audit records, and groups refusals by tenant, code and reason: how many, since when, ' +
    'until when, of whom, and a chart over time. Reasons that differ only in numbers, times and ' +
    'quoted values are one.',
  operands: [FILES],
  options: {
    ...AUDIT_OPTIONS,
    format: {
      value: 'FORMAT',
      choices: ['text', 'json'],
      summary: 'text for people, or json for programs (default: text)',
      group: 'Output options',
    },
  },
  exitCodes: EXIT_CODES,
  examples: [
    { command: 'token-broker audit summary broker.log', does: 'summarize a file' },
    {
      command: 'token-broker audit summary --log-group /aws/lambda/broker --since 1d',
      does: 'summarize the last day of a deployed broker',
    },
  ],
  load: async () => (await import('./audit-records.ts')).printSummary,
})

const SESSION_SOURCES = {
  records: {
    value: 'FILE',
    summary: 'a file with audit records, also as .gz; - is standard input; may be repeated',
    group: SOURCE,
    completes: 'file',
    isRepeatable: true,
  },
  'log-group': AUDIT_OPTIONS['log-group'],
  since: AUDIT_OPTIONS.since,
  until: AUDIT_OPTIONS.until,
  cloudtrail: {
    value: 'PATH',
    summary:
      'a file with events of CloudTrail (.json, .json.gz), or a directory of them; may be repeated',
    group: CLOUDTRAIL,
    completes: 'file',
    isRepeatable: true,
  },
  'cloudtrail-lookup': {
    summary:
      'look up the management events of the last 90 days in your Region, with your own AWS ' +
      'credentials',
    group: CLOUDTRAIL,
  },
  'cloudtrail-log-group': {
    value: 'NAME',
    summary: 'read the log group to which a trail writes, with your own AWS credentials',
    group: CLOUDTRAIL,
  },
} as const

const SESSION_POLICIES = {
  tenants: {
    ...TOKEN_OPTIONS.tenants,
    summary: 'tenant documents, of which the session policy is rendered: a directory, or one file',
    group: POLICY,
  },
  table: { ...TOKEN_OPTIONS.table, group: POLICY },
  'table-endpoint': { ...TOKEN_OPTIONS['table-endpoint'], group: POLICY },
  ...BOUNDARIES_OPTION,
  'role-policy': {
    value: 'FILE',
    summary: 'a policy of the role, as JSON; may be repeated for each of its policies',
    group: POLICY,
    completes: 'file',
    isRepeatable: true,
  },
  'role-policy-lookup': {
    summary: "read the role's policies and boundary from IAM, with your own AWS credentials",
    group: POLICY,
  },
} as const

const SESSION = declareCommand({
  name: 'session',
  summary: 'show what a session did at AWS, and why it was denied',
  description:
    'Prints the life of a session: the request, the decision, the session at AWS and, from ' +
    'events of CloudTrail, what it did and was denied. Each denial is explained by the session ' +
    'policy, the policies of the role or neither, with the smallest change that would allow it, ' +
    'and is compared with what AWS says.\n\n' +
    'The session policy is rendered again from the tenant documents, and used only if it has the ' +
    'digest of the record.',
  operands: [
    {
      name: 'ID...',
      summary: 'the id of a request, an access key id, or the ARN of an assumed role',
    },
  ],
  options: { ...SESSION_SOURCES, ...SESSION_POLICIES, ...FORMAT_OPTION },
  exitCodes: [
    [0, 'at least one record was found'],
    [
      1,
      'the command line or a document is invalid, a file cannot be read, or a permission is ' +
        'missing',
    ],
    [3, 'no record was found'],
    [4, 'an AWS service is not responding; try again later'],
  ],
  examples: [
    {
      command:
        'token-broker audit session 7f3c9a --records broker.log --cloudtrail AWSLogs/ ' +
        '--tenants tenants/',
      does: 'explain what was denied to the session of a request',
    },
    {
      command:
        'token-broker audit session ASIAIOSFODNN7EXAMPLE --log-group /aws/lambda/broker ' +
        '--since 1d --cloudtrail-lookup --role-policy-lookup --tenants tenants/',
      does: 'the same for an access key id, with your own AWS credentials',
    },
  ],
  load: async () => (await import('./audit-session.ts')).printSessions,
})

export const AUDIT: CommandGroup = {
  name: 'audit',
  group: 'Operation',
  summary: 'read audit records: who got what, who was refused, and why',
  description: SHOW.description ?? '',
  commands: [SHOW, SUMMARY, SESSION],
  byDefault: SHOW,
  exitCodes: EXIT_CODES,
  examples: [...SHOW.examples, ...SUMMARY.examples.slice(0, 1), ...SESSION.examples.slice(0, 1)],
}
