/** Help and options of `token-broker audit`. */
import { type CommandGroup, declareCommand } from '../command-line/declaration.ts'

const FILTER = 'Filter options'
const SOURCE = 'Source options'

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
    'CLI wrap them. Other lines are skipped and counted. Control characters of records are ' +
    'escaped.',
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

export const AUDIT: CommandGroup = {
  name: 'audit',
  group: 'Operation',
  summary: 'read audit records: who got what, who was refused, and why',
  description: SHOW.description ?? '',
  commands: [SHOW, SUMMARY],
  byDefault: SHOW,
  exitCodes: EXIT_CODES,
  examples: [...SHOW.examples, ...SUMMARY.examples.slice(0, 1)],
}
