/** Help and options of `token-broker trust-policy`. */
import { declareCommand } from '../command-line/declaration.ts'
import { FORMAT_OPTION } from './document-declarations.ts'
import { BOUNDARIES_OPTION } from './token-options.ts'

export const TRUST_POLICY = declareCommand({
  name: 'trust-policy',
  group: 'Tenant documents',
  summary: 'print the trust policy that each role needs, or compare it with an existing one',
  description:
    'Prints which web identity tokens each role of the documents must trust, as a deployment ' +
    'creates it. With --check or --check-role, names each difference of an existing policy and ' +
    'what follows from it: "-" that STS refuses tokens of the broker, "+" that others can assume ' +
    'the role too, "?" that it depends. Values are compared exactly, for all tokens.',
  operands: [
    {
      name: 'FILES...',
      summary: 'tenant documents, or directories of .yaml, .yml and .json files',
      completes: 'file',
    },
  ],
  options: {
    issuer: {
      value: 'URL',
      summary: 'the URL of the broker, as BROKER_ISSUER has it (required)',
      group: 'Trust options',
    },
    role: { value: 'ARN', summary: 'this role only', group: 'Trust options' },
    check: {
      value: 'FILE',
      summary:
        'compare with the policy in this file: a trust policy, the output of "aws iam get-role", ' +
        'or an object with trust policies by the ARN of their role',
      group: 'Trust options',
      completes: 'file',
    },
    'check-role': {
      value: 'ARN',
      summary: "compare with the role's policy in IAM, with your own AWS credentials",
      group: 'Trust options',
    },
    ...BOUNDARIES_OPTION,
    ...FORMAT_OPTION,
  },
  exitCodes: [
    [0, 'printed, or no role differs'],
    [1, 'a document is invalid, or the command line is'],
    [3, 'a role differs'],
    [4, 'IAM is not responding; try again later'],
  ],
  examples: [
    {
      command: 'token-broker trust-policy tenants/ --issuer https://broker.example',
      does: 'print the trust policies of all roles',
    },
    {
      command:
        'token-broker trust-policy tenants/ --issuer https://broker.example ' +
        '--check-role arn:aws:iam::111122223333:role/acme-app',
      does: 'compare a role in IAM',
    },
  ],
  load: async () => (await import('./print-trust-policies.ts')).printTrustPolicies,
})
