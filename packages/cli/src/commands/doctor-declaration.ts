/** Help and options of `token-broker doctor`. */
import { declareCommand } from '../command-line/declaration.ts'
import { FORMAT_OPTION } from './document-declarations.ts'
import { ISSUER_CALL_OPTIONS } from './issuer-declarations.ts'

const BROKER = 'Broker options'

export const DOCTOR = declareCommand({
  name: 'doctor',
  group: 'Operation',
  summary: 'check a broker: settings, keys, issuers, clock, AWS, endpoint, cache and proxy',
  description:
    'Checks what a broker needs, and prints one line for each check: ok, warning, failed, or ' +
    'skipped and why; and below it the fix. Tables and KMS keys are read with your own AWS ' +
    'credentials. No value of a setting is printed but URLs and names, and nothing is changed.',
  options: {
    env: {
      value: 'FILE',
      summary:
        'environment variables of the broker: NAME=value lines, JSON, or the output of "aws ' +
        'lambda get-function-configuration" (default: the environment, if it has BROKER_ISSUER)',
      group: BROKER,
      completes: 'file',
    },
    endpoint: { value: 'URL', summary: 'the URL of a running broker', group: BROKER },
    tenants: {
      value: 'PATH',
      summary: 'tenant documents, whose issuers are checked: a directory, or one file',
      group: BROKER,
      completes: 'file',
    },
    ...ISSUER_CALL_OPTIONS,
    ...FORMAT_OPTION,
  },
  exitCodes: [
    [0, 'no check failed'],
    [1, 'the command line is invalid'],
    [3, 'a check failed'],
  ],
  examples: [
    {
      command: 'token-broker doctor --endpoint https://broker.example --tenants tenants/',
      does: 'check a running broker and the issuers of its tenants',
    },
    {
      command: 'token-broker doctor --env function.json --endpoint https://broker.example',
      does: 'also check the settings of its function, its keys and its tables',
    },
  ],
  load: async () => (await import('./print-doctor.ts')).printDoctor,
})
