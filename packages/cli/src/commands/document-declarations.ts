/** Help and options of the commands that read tenant documents, such as `validate` and `can`. */
import { declareCommand } from '../command-line/declaration.ts'
import { ACTOR_OPTIONS, POOL_CALLER_OPTIONS } from './caller-options.ts'

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

/** `--boundaries`, for the commands that check documents as a stage does. */
export const BOUNDARIES_OPTION = {
  boundaries: {
    value: 'ARNS',
    summary:
      'policies that the stage accepts as permissions boundaries, separated by commas ' +
      "(default: all of the role's account, and none of AWS)",
    group: 'Document options',
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
    'Each finding ends with its level and its id, which docs/lint.md explains.',
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

/** The options of the commands that decide about a token. */
const TOKEN_OPTIONS = {
  tenants: {
    value: 'DIR',
    summary: 'tenant documents: a directory, or one file (required)',
    group: 'Request options',
    completes: 'file',
  },
  token: {
    value: 'FILE',
    summary: 'file with the subject token (default: standard input)',
    group: 'Request options',
    completes: 'file',
  },
  'token-type': {
    value: 'TYPE',
    choices: ['saml2'],
    summary:
      'saml2: the token is a SAML 2.0 response in base64 (default: a JWT or an opaque token)',
    group: 'Request options',
  },
  tenant: {
    value: 'NAME',
    summary: 'the tenant that the caller requests',
    group: 'Request options',
  },
  issuer: {
    value: 'NAME',
    summary: 'the issuer that the caller names, for a token that is not a JWT',
    group: 'Request options',
  },
  ...ACTOR_OPTIONS,
  grant: {
    value: 'NAME',
    summary: 'the grant that the caller requests',
    group: 'Request options',
  },
  policy: {
    value: 'FILE|JSON',
    summary: 'the session policy that the caller requests: a file, or JSON',
    group: 'Request options',
    completes: 'file',
  },
  ...POOL_CALLER_OPTIONS,
  now: {
    value: 'TIME',
    summary: 'decide as at this time, such as 2026-01-31T12:00:00Z (default: the current time)',
    group: 'Verification options',
  },
  'allow-loopback-http': {
    summary: 'allow keys to be fetched from this machine, also over http',
    group: 'Verification options',
  },
  'private-issuer-hosts': {
    value: 'HOSTS',
    summary: 'comma-separated hosts of issuers in private networks, as the broker has them',
    group: 'Verification options',
  },
  ...BOUNDARIES_OPTION,
} as const

export const EXPLAIN = declareCommand({
  name: 'explain',
  group: GROUP,
  summary: 'show what the broker would decide about a token, and why',
  description:
    'Verifies a token and applies the tenant documents to it, as the broker would, and prints ' +
    'every check. No request is sent to AWS. The keys of the issuer are fetched unless a ' +
    'document contains them. An issuer of opaque tokens is asked about the token; the secret ' +
    'for that comes from the environment.',
  options: { ...TOKEN_OPTIONS, ...FORMAT_OPTION },
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
