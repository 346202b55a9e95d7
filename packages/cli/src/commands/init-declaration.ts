/** Help and options of `token-broker init`. */
import { declareCommand } from '../command-line/declaration.ts'
import { FORMAT_OPTION } from './document-declarations.ts'
import { ISSUER_CALL_OPTIONS } from './issuer-declarations.ts'

const INPUT = 'Input options'
const CONTENT = 'Document options'
const OUTPUT = 'Output options'

/** The kinds of the pages about providers. The implementation alone loads their documents. */
export const PRESET_KINDS = [
  ...['apple', 'auth0', 'aws-web-identity', 'bitbucket', 'buildkite', 'circleci'],
  ...['cloudflare-access', 'cognito-user-pool', 'entra', 'facebook', 'facebook-limited-login'],
  ...['firebase', 'github', 'github-actions', 'gitlab', 'google', 'keycloak', 'kubernetes'],
  ...['login-with-amazon', 'okta', 'spiffe'],
] as const

export const INIT = declareCommand({
  name: 'init',
  group: 'Tenant documents',
  summary: 'start a tenant document for an identity provider',
  description:
    'Writes the first version of a tenant document, with comments that say what to change, and ' +
    'checks it as validate and prove do. Its input is an issuer, whose documents are fetched; or ' +
    'the public keys of an issuer; or a preset, for a provider that the broker knows.',
  operands: [
    {
      name: 'FILE',
      summary: 'the document to write, such as acme.yaml (default: standard output)',
      completes: 'file',
      isOptional: true,
    },
  ],
  options: {
    issuer: {
      value: 'URL',
      summary:
        'the issuer, exactly as iss in its tokens; its documents are fetched, unless ' +
        '--keys or --preset says where the keys are',
      group: INPUT,
    },
    keys: {
      value: 'FILE',
      summary: 'the public keys of the issuer: a JWK set, one JWK, or PEM',
      group: INPUT,
      completes: 'file',
    },
    preset: {
      value: 'KIND',
      choices: PRESET_KINDS,
      summary: 'the provider',
      group: INPUT,
    },
    ...ISSUER_CALL_OPTIONS,
    tenant: {
      value: 'NAME',
      summary: 'the name of the tenant (default: that of FILE, or acme)',
      group: CONTENT,
    },
    audience: {
      value: 'TEXT',
      summary: 'the aud of the tokens (default: an example, to be replaced)',
      group: CONTENT,
    },
    role: {
      value: 'ARN',
      summary: 'the role of the grant (default: an example, to be replaced)',
      group: CONTENT,
    },
    tests: { summary: 'also write NAME.test.yaml beside FILE, for "test"', group: OUTPUT },
    force: { summary: 'overwrite files that exist', group: OUTPUT },
    ...FORMAT_OPTION,
  },
  exitCodes: [
    [0, 'written'],
    [1, 'the command line is invalid, or a file exists already'],
    [3, 'the documents of the issuer cannot be used'],
  ],
  examples: [
    {
      command: 'token-broker init --preset github-actions --tests acme.yaml',
      does: 'start a tenant for jobs of GitHub Actions, with tests',
    },
    {
      command: 'token-broker init --issuer https://id.example --audience my-app acme.yaml',
      does: 'start a tenant for an issuer with discovery',
    },
    {
      command: 'token-broker init --issuer https://id.example --keys public.pem',
      does: 'print a document that lists a key',
    },
  ],
  load: async () => (await import('./write-first-document.ts')).writeFirstDocument,
})
