/** Help and options of `token-broker test`. */
import { declareCommand } from '../command-line/declaration.ts'
import { BOUNDARIES_OPTION } from './token-options.ts'

export const TEST = declareCommand({
  name: 'test',
  group: 'Tenant documents',
  summary: 'run tests of rules: what stated callers get, and what they do not',
  description:
    'Runs the tests beside tenant documents, such as acme.test.yaml of acme.yaml. A test states ' +
    'the claims of a caller and a request, and what the broker must decide: the grant, the rule, ' +
    'the refusal, the session policy, and what the session can and cannot do at AWS. No ' +
    'signature is needed, and nothing is sent anywhere.',
  operands: [
    {
      name: 'FILES...',
      summary: 'files with rule tests, or directories of .test.yaml, .yml and .json files',
      completes: 'file',
    },
  ],
  options: {
    coverage: {
      summary: 'also print which rules, grants and statements no test reaches',
      group: 'Test options',
    },
    watch: {
      summary: 'run again whenever a test or a document is saved, until it is stopped',
      group: 'Test options',
    },
    ...BOUNDARIES_OPTION,
    format: {
      value: 'FORMAT',
      choices: ['text', 'json', 'junit'],
      summary: 'text for people, json for programs, or junit for CI systems (default: text)',
      group: 'Output options',
    },
  },
  exitCodes: [
    [0, 'every test passed'],
    [1, 'a test failed, a document or a test is invalid, or the command line is'],
  ],
  examples: [
    { command: 'token-broker test tenants/', does: 'run all tests of a directory' },
    {
      command: 'token-broker test --coverage tenants/acme.test.yaml',
      does: 'also show what no test reaches',
    },
    { command: 'token-broker test --watch tenants/', does: 'run again after each change' },
    {
      command: 'token-broker test --format junit tenants/ > rule-tests.xml',
      does: 'write a report for a CI system',
    },
  ],
  load: async () => (await import('./test-rules.ts')).testRules,
})
