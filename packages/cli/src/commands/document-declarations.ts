/** Help and options of the commands that read tenant documents, such as `validate` and `can`. */
import { declareCommand } from '../command-line/declaration.ts'
import { ORIGIN_OPTION } from './caller-options.ts'
import { BOUNDARIES_OPTION, TOKEN_OPTIONS } from './token-options.ts'

const GROUP = 'Tenant documents'

/** `--format`, for every command with output for programs. */
export const FORMAT_OPTION = {
  format: {
    value: 'FORMAT',
    choices: ['text', 'json'],
    summary: 'text for people, or json for programs (default: text)',
    group: 'Output options',
  },
} as const

export const VALIDATE = declareCommand({
  name: 'validate',
  group: GROUP,
  summary: 'check tenant documents and print every finding',
  description:
    'Checks tenant documents as a deployment does, and prints every finding with its file, line, ' +
    'path and correction. A deployment refuses documents with errors. Actions, resource types ' +
    'and condition keys are compared with a catalogue of IAM that is part of this program. ' +
    'Nothing is sent anywhere.\n\n' +
    'Each finding begins with its level and its id, which docs/lint.md explains. Of a directory, ' +
    'the files that are skipped are listed, each with the reason.',
  operands: [
    {
      name: 'FILES...',
      summary: 'tenant documents, or directories of .yaml, .yml and .json files',
      completes: 'file',
    },
  ],
  options: {
    strict: { summary: 'report warnings as errors', group: 'Lint options' },
    ...BOUNDARIES_OPTION,
    ...FORMAT_OPTION,
  },
  exitCodes: [
    [0, 'no document has an error'],
    [1, 'a document has an error, or the command line has'],
  ],
  examples: [
    { command: 'token-broker validate tenants/', does: 'check all documents of a directory' },
    {
      command:
        'token-broker validate --boundaries arn:aws:iam::111122223333:policy/tenants tenants/',
      does: 'also refuse created roles with another permissions boundary',
    },
    {
      command: 'token-broker validate --strict tenants/',
      does: 'fail for warnings too, in a pipeline',
    },
    {
      command: 'token-broker validate --format json tenants/acme.yaml',
      does: 'print the findings as a JSON array',
    },
  ],
  load: async () => (await import('./validate.ts')).validateDocuments,
})

export const PROVE = declareCommand({
  name: 'prove',
  group: GROUP,
  summary: 'prove that no two callers reach the same, for all claim values',
  description:
    'Decides for each statement and each session tag whether two callers with different values ' +
    'can reach one text, for all values that the patterns allow. Where they can, prints two such ' +
    'callers and a text. Nothing is sent anywhere.',
  operands: [
    {
      name: 'FILES...',
      summary: 'tenant documents, or directories of .yaml, .yml and .json files',
      completes: 'file',
    },
  ],
  options: FORMAT_OPTION,
  exitCodes: [
    [0, 'all is proved, the same for all callers, or declared as shared'],
    [1, 'something is not proved, a document is invalid, or the command line is'],
  ],
  examples: [
    { command: 'token-broker prove tenants/', does: 'prove all documents of a directory' },
    {
      command: 'token-broker prove --format json tenants/acme.yaml',
      does: 'print what is proved as JSON',
    },
  ],
  load: async () => (await import('./prove.ts')).proveDocuments,
})

/** The source of a recorded request. */
const RECORD_OPTIONS = {
  'request-id': {
    value: 'ID',
    summary: 'in place of a token, the recorded request to decide about again',
    group: 'Record options',
  },
  records: {
    value: 'FILE',
    summary: 'file with log lines, also as .gz; - is standard input; may be repeated (default: -)',
    group: 'Record options',
    completes: 'file',
    isRepeatable: true,
  },
  'log-group': {
    value: 'NAME',
    summary: 'in place of --records, a log group of CloudWatch Logs',
    group: 'Record options',
  },
} as const

export const EXPLAIN = declareCommand({
  name: 'explain',
  group: GROUP,
  summary: 'show what the broker would decide about a token, and why',
  description:
    'Verifies a token and applies the tenant documents to it, as the broker would, and prints ' +
    'every check. No request is sent to AWS, except to read the table of --table. The keys of ' +
    'the issuer are fetched unless a document contains them. An issuer of opaque tokens is ' +
    'asked about the token; the secret for that comes from the environment.',
  options: {
    ...TOKEN_OPTIONS,
    ...ORIGIN_OPTION,
    ...RECORD_OPTIONS,
    watch: {
      summary:
        'explain again whenever a document, the token or the claims are saved, until stopped',
      group: 'Output options',
    },
    ...FORMAT_OPTION,
  },
  exitCodes: [
    [0, 'the broker would issue credentials'],
    [1, 'a document is invalid, or the command line is'],
    [3, 'the broker would refuse'],
  ],
  examples: [
    {
      command: 'token-broker explain --tenants tenants/ --token token.jwt',
      does: 'explain the decision about a token in a file',
    },
    {
      command: 'login-tool | token-broker explain --tenants tenants/ --grant reports',
      does: 'read the token from standard input and request one grant',
    },
    {
      command: 'token-broker explain --tenants tenants/ --token old.jwt --now 2026-01-31T12:00:00Z',
      does: 'explain a token that has expired since',
    },
    {
      command: 'token-broker explain --tenants tenants/ --tenant acme --issuer github.com',
      does: 'explain an opaque token, about which its issuer is asked',
    },
    {
      command: 'token-broker explain --tenants tenants/ --token-type saml2 --token response.b64',
      does: 'explain a SAML response',
    },
    {
      command: `token-broker explain --tenants tenants/ --claims '{"sub":"alice","org":"acme"}'`,
      does: 'explain a caller without a token',
    },
    {
      command: 'token-broker explain --table token-broker-tenants --token token.jwt',
      does: "decide by the documents in the broker's table",
    },
    {
      command: 'token-broker explain --watch --tenants tenants/ --claims claims.json',
      does: 'explain again after each change of a document or of the claims',
    },
    {
      command: 'token-broker explain --tenants tenants/ --request-id 7f3c9a --records broker.log',
      does: 'decide about a recorded request again, and compare with its record',
    },
  ],
  load: async () => (await import('./explain.ts')).explainToken,
})

export const CAN = declareCommand({
  name: 'can',
  group: GROUP,
  summary: 'show whether the session of a token could do something at AWS, and why',
  description:
    'Decides about a token as explain does, and evaluates the session policy for one action and ' +
    'resource: allowed or denied, by which statement, or which part of the closest statement ' +
    'fails and the smallest change that would allow the request. Where it depends on condition ' +
    'keys that are not known, they are listed. The policies of the role itself are not ' +
    'evaluated: a session can do what both allow. No request is sent to AWS.',
  operands: [
    { name: 'ACTION', summary: 'one action, such as s3:GetObject' },
    { name: 'RESOURCE', summary: 'one ARN, or * for an action without a resource' },
  ],
  options: {
    context: {
      value: 'KEY=VALUE',
      summary: 'a condition key of the request; several times for several keys or values',
      group: 'AWS request options',
      isRepeatable: true,
    },
    absent: {
      value: 'KEY',
      summary: 'a condition key that the request does not have; may be repeated',
      group: 'AWS request options',
      isRepeatable: true,
    },
    ...TOKEN_OPTIONS,
    ...FORMAT_OPTION,
  },
  exitCodes: [
    [0, 'the session policy allows the request'],
    [1, 'a document is invalid, or the command line is'],
    [3, 'the session policy denies the request, or the broker would refuse the token'],
    [5, 'it depends on condition keys that are not known'],
  ],
  examples: [
    {
      command:
        'token-broker can --tenants tenants/ --token t.jwt s3:GetObject arn:aws:s3:::data/red/x',
      does: 'check one object',
    },
    {
      command:
        'token-broker can --tenants tenants/ --token t.jwt --context s3:prefix=red/ ' +
        's3:ListBucket arn:aws:s3:::data',
      does: 'check a listing with a prefix',
    },
  ],
  load: async () => (await import('./can.ts')).checkPermission,
})

export const DIFF = declareCommand({
  name: 'diff',
  group: GROUP,
  summary: 'show who gains and who loses what by a change of tenant documents',
  description:
    'Compares two versions of tenant documents for all callers, as sets of requests, and prints ' +
    'what is gained and lost, each with a shortest example. Conditions in CEL are compared as ' +
    'text: where two differ, it is not known who gains. Nothing is sent anywhere.',
  operands: [
    { name: 'OLD', summary: 'the old version: a file, or a directory', completes: 'file' },
    { name: 'NEW', summary: 'the new version: a file, or a directory', completes: 'file' },
  ],
  options: { ...BOUNDARIES_OPTION, ...FORMAT_OPTION },
  exitCodes: [
    [0, 'nobody gains anything'],
    [1, 'a document is invalid, or the command line is'],
    [3, 'somebody gains, or it is not known whether somebody does'],
  ],
  examples: [
    {
      command: 'token-broker diff old/acme.yaml acme.yaml',
      does: 'compare two versions of a tenant',
    },
    {
      command: 'token-broker diff --format json deployed/ tenants/',
      does: 'compare two directories, for programs',
    },
  ],
  load: async () => (await import('./diff-documents.ts')).diffDocuments,
})
