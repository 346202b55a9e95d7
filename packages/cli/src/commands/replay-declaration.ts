/** Help and options of `token-broker replay`. */
import { declareCommand } from '../command-line/declaration.ts'
import { FORMAT_OPTION } from './document-declarations.ts'
import { BOUNDARIES_OPTION } from './token-options.ts'

export const REPLAY = declareCommand({
  name: 'replay',
  group: 'Tenant documents',
  summary: 'show who would have gained or lost access by a change of tenant documents',
  description:
    'Decides about recorded requests again, by the documents in DIR, and prints whose decisions ' +
    'differ: who gains access, who loses it, and what changes for others. The records must have ' +
    'inputs: write "recordInputs: used-claims" into the tenant document. Each record is decided ' +
    'by the document of its own tenant. Nothing is sent anywhere.\n\n' +
    '"token-broker diff" shows who could gain by the same change, for all callers that are ' +
    'possible.',
  operands: [
    {
      name: 'DIR',
      summary: 'the changed tenant documents: a directory, or one file',
      completes: 'file',
    },
  ],
  options: {
    records: {
      value: 'FILE',
      summary:
        'file with log lines, also as .gz; - is standard input; may be repeated (default: -)',
      group: 'Source options',
      completes: 'file',
      isRepeatable: true,
    },
    ...BOUNDARIES_OPTION,
    ...FORMAT_OPTION,
  },
  exitCodes: [
    [0, 'nobody gains or loses anything'],
    [1, 'a document is invalid, a file cannot be read, or the command line is invalid'],
    [3, 'somebody gains, loses or gets something else'],
    [5, 'no record could be decided again'],
  ],
  examples: [
    {
      command: 'token-broker replay tenants/ --records broker.log',
      does: 'decide about the requests of a log file again',
    },
    {
      command:
        'token-broker audit --log-group /aws/lambda/broker --since 7d --format json | ' +
        'token-broker replay tenants/',
      does: 'decide about the requests of a week again',
    },
    {
      command: 'token-broker replay --format json tenants/acme.yaml --records broker.log',
      does: 'print all changes for programs',
    },
  ],
  load: async () => (await import('./replay-records.ts')).replayRecords,
})
