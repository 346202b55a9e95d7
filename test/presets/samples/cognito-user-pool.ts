/**
 * A token of an Amazon Cognito user pool.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Example1'
const USER = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const CLIENT_ID = '1example23456789abcdefghij'

export const COGNITO_USER_POOL: ProviderSample = {
  kind: 'cognito-user-pool',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: {},
  claims: {
    sub: USER,
    device_key: 'us-west-2_aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    'cognito:groups': ['files', 'admin'],
    iss: ISSUER,
    version: 2,
    client_id: CLIENT_ID,
    origin_jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeef',
    event_id: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeee00',
    token_use: 'access',
    scope: 'phone openid profile email',
    auth_time: 1676313851,
    jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeee01',
    username: 'my-test-user',
  },
  lifetimeSeconds: 3600,
  documents: discoveredAt(ISSUER, `${ISSUER}/.well-known/jwks.json`),
  subject: USER,
  resource: `arn:aws:s3:::acme-files/${USER}/*`,
  accepted: {
    'that is an ID token': {
      aud: CLIENT_ID,
      client_id: undefined,
      scope: undefined,
      username: undefined,
      token_use: 'id',
      'cognito:username': 'my-test-user',
    },
  },
  alternatives: {
    'tokens of a pool with the updated issuer': {
      replace: [['//cognito-idp', '//issuer-cognito-idp']],
      described: [],
      claims: { iss: 'https://issuer-cognito-idp.us-west-2.amazonaws.com/us-west-2_Example1' },
      subject: USER,
      documents: discoveredAt(
        'https://issuer-cognito-idp.us-west-2.amazonaws.com/us-west-2_Example1',
        'https://issuer-cognito-idp.us-west-2.amazonaws.com/us-west-2_Example1/.well-known/jwks.json',
      ),
    },
  },
  otherApplication: { client_id: '9otherclient456789abcdefgh' },
  otherTenant: { iss: 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Example2' },
  mistakes: {
    'A token of another app client': { client_id: '9otherclient456789abcdefgh' },
    'An access token with a resource, which has `aud`': { aud: 'https://api.acme.example' },
    'A token of a user who is not in the group': { 'cognito:groups': ['guests'] },
    'A token of an identity pool': { iss: 'https://cognito-identity.amazonaws.com' },
  },
}
