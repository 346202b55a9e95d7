/**
 * A token of AWS, for a role.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://a103a2cc-b461-473d-84fe-6c4f6d45af88.tokens.sts.global.api.aws'
const ROLE = 'arn:aws:iam::123456789012:role/DataProcessingRole'

export const AWS_WEB_IDENTITY: ProviderSample = {
  kind: 'aws-web-identity',
  algorithm: 'ES384',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    iss: ISSUER,
    aud: 'https://broker.example',
    sub: ROLE,
    jti: 'b1946ac9-2492-4d23-9a44-6a9ec1b2c3d4',
    'https://sts.amazonaws.com/': {
      aws_account: '123456789012',
      source_region: 'us-east-1',
      org_id: 'o-abc1234567',
      ou_path: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/',
      principal_tags: { environment: 'production', team: 'data-engineering' },
      lambda_source_function_arn: 'arn:aws:lambda:us-east-1:123456789012:function:process-data',
      request_tags: { 'job-id': 'job-2024-001' },
    },
  },
  lifetimeSeconds: 900,
  documents: discoveredAt(ISSUER, `${ISSUER}/.well-known/jwks.json`),
  subject: ROLE,
  resource: 'arn:aws:s3:::acme-imports/123456789012/*',
  otherApplication: { aud: 'https://api.example.com' },
  otherTenant: { iss: 'https://00000000-b461-473d-84fe-6c4f6d45af88.tokens.sts.global.api.aws' },
  mistakes: {
    'A token of another role': { sub: 'arn:aws:iam::123456789012:role/WebServer' },
    'A token for several audiences': { aud: ['https://broker.example', 'https://api.example.com'] },
    'A token of another account': {
      iss: 'https://11111111-b461-473d-84fe-6c4f6d45af88.tokens.sts.global.api.aws',
    },
  },
}
