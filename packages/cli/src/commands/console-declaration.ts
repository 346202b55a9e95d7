/** Help and options of `token-broker console`. */
import { declareCommand } from '../command-line/declaration.ts'

const SOURCE = 'Source options'
const SERVER = 'Server options'

export const CONSOLE = declareCommand({
  name: 'console',
  group: 'Operation',
  summary: 'open the operator console in a browser',
  description:
    'Serves a page on 127.0.0.1 that shows tenants, decisions, audit records, rule tests and ' +
    'trust policies, and edits tenant documents. It prints the URL of the page, with an access ' +
    'key that is valid until it ends. It reads and writes with your own rights: files of this ' +
    'machine, and the table and the log group with the credentials that the AWS SDK finds. ' +
    'SIGINT and SIGTERM end it.',
  options: {
    tenants: {
      value: 'DIR',
      summary: 'the directory of the tenant documents',
      group: SOURCE,
      completes: 'file',
    },
    table: {
      value: 'NAME',
      summary: 'the table of tenants (default: $BROKER_TENANTS_TABLE)',
      group: SOURCE,
    },
    'table-endpoint': { value: 'URL', summary: 'the URL of another DynamoDB', group: SOURCE },
    boundaries: {
      value: 'ARNS',
      summary: 'policies that documents may name as permissions boundaries, separated by commas',
      group: SOURCE,
    },
    records: {
      value: 'FILE',
      summary: 'a file with log lines of the broker; may be repeated',
      group: SOURCE,
      completes: 'file',
      isRepeatable: true,
    },
    'log-group': {
      value: 'NAME',
      summary: 'read audit records from a log group of CloudWatch Logs',
      group: SOURCE,
    },
    endpoint: {
      value: 'URL',
      summary: 'the URL of the broker, whose issuer the roles trust',
      group: SOURCE,
    },
    'allow-loopback-http': {
      summary: 'fetch the keys of issuers on this machine too, also over http',
      group: SOURCE,
    },
    'private-issuer-hosts': {
      value: 'HOSTS',
      summary: 'hosts of issuers in private networks, as the broker has them, with commas',
      group: SOURCE,
    },
    port: {
      value: 'PORT',
      summary: 'the port, from 0 to 65535; 0 is any free port (default: 0)',
      group: SERVER,
    },
    open: { summary: 'open the page in the default browser', group: SERVER },
  },
  exitCodes: [
    [0, 'ended by a signal'],
    [1, 'no source is named, one cannot be read, or the port cannot be used'],
  ],
  examples: [
    { command: 'token-broker console --tenants tenants/', does: 'edit and check documents' },
    {
      command: 'token-broker console --table tenants-prod --log-group /aws/lambda/broker --open',
      does: 'look at a deployment, with your own AWS credentials',
    },
  ],
  load: async () => (await import('./run-console.ts')).runConsole,
})
