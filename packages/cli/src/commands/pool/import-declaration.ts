/** Help and options of `token-broker pool import`. */
import { declareCommand } from '../../command-line/declaration.ts'

export const IMPORT_POOL = declareCommand({
  name: 'import',
  group: 'Migration',
  summary: 'turn an identity pool of Amazon Cognito into a tenant document',
  description:
    'Reads what the AWS CLI prints of an identity pool, and writes a tenant document to standard ' +
    'output. What you have to do, and what does not carry over, is printed to standard error. ' +
    'Sessions may do nothing until you write the policies of the grants. Nothing is sent anywhere.',
  options: {
    pool: {
      value: 'FILE',
      summary: 'output of "aws cognito-identity describe-identity-pool" (required)',
      group: 'Import options',
      completes: 'file',
    },
    roles: {
      value: 'FILE',
      summary: 'output of "aws cognito-identity get-identity-pool-roles" (required)',
      group: 'Import options',
      completes: 'file',
    },
    'principal-tags': {
      value: 'FILE',
      summary:
        'output of "aws cognito-identity get-principal-tag-attribute-map"; once for each ' +
        'provider that has tags',
      group: 'Import options',
      completes: 'file',
      isRepeatable: true,
    },
    tenant: {
      value: 'NAME',
      summary: "id of the tenant (default: made from the pool's name)",
      group: 'Import options',
    },
  },
  exitCodes: [
    [0, 'the document was written, and compiles'],
    [1, 'a file or the command line is wrong, or the pool cannot become a document'],
  ],
  examples: [
    {
      command: 'token-broker pool import --pool pool.json --roles roles.json > tenants/game.yaml',
      does: 'write the document of a pool',
    },
  ],
  load: async () => (await import('./import-cognito-pool.ts')).importPool,
})
