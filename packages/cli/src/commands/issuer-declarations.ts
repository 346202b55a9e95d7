/** Help and options of the commands about issuers. */
import { type CommandGroup, declareCommand } from '../command-line/declaration.ts'
import { FORMAT_OPTION } from './document-declarations.ts'
import { TOKEN_OPTIONS } from './token-options.ts'

const { 'allow-loopback-http': loopback, 'private-issuer-hosts': privateHosts } = TOKEN_OPTIONS

/** Of the commands that call issuers. */
export const ISSUER_CALL_OPTIONS = {
  'allow-loopback-http': loopback,
  'private-issuer-hosts': privateHosts,
} as const

const CHECK = declareCommand({
  name: 'check',
  summary: 'check what an identity provider publishes, as the broker would use it',
  description:
    'Fetches the discovery document and the keys of an issuer, and checks the address, TLS, ' +
    'redirects, the name of the issuer (a slash at its end is part of it), each key, algorithms, ' +
    'and the clock. The code of the broker then fetches the keys too. Prints what to write in a ' +
    'tenant document; with --tenants, compares documents with what the issuer publishes.',
  operands: [{ name: 'URL', summary: 'the issuer, exactly as iss in its tokens' }],
  options: {
    tenants: {
      value: 'PATH',
      summary: 'tenant documents to compare: a directory, or one file',
      group: 'Document options',
      completes: 'file',
    },
    ...ISSUER_CALL_OPTIONS,
    ...FORMAT_OPTION,
  },
  exitCodes: [
    [0, 'the broker can use the issuer'],
    [1, 'the command line or a document is invalid'],
    [3, 'a check failed'],
  ],
  examples: [
    { command: 'token-broker issuer check https://id.example', does: 'check an issuer' },
    {
      command: 'token-broker issuer check https://id.example --tenants tenants/',
      does: 'compare tenant documents with it',
    },
  ],
  load: async () => (await import('./print-issuer-check.ts')).printIssuerCheck,
})

export const ISSUER: CommandGroup = {
  name: 'issuer',
  group: 'Tenant documents',
  summary: 'check an identity provider',
  commands: [CHECK],
  exitCodes: CHECK.exitCodes,
  examples: CHECK.examples,
}
