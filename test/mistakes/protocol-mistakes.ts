/** Mistakes in requests to the other endpoints: STS, token exchange, containers, identity pools. */
import { mark, openly, withoutValues } from './marked.ts'
import {
  formRequest,
  type RequestMistake,
  requestMistake,
  stsParameters,
} from './request-mistake.ts'
import { POOL_ID } from './world-documents.ts'

const OTHER_POOL = 'eu-central-1:00000000-1111-4222-8333-444455556666'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
const REFUSED = /not authorized|grants|access_?denied|AccessDenied|invalid_target|NotAuthorized/i
const WHAT_TO_DO = /RoleArn|tenant|grant|operator|request ?id/i
const OTHER_POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::orchard-home/alice/*' },
  ],
}

/** Parameters of the token exchange, added to those of a request that works. */
const exchange = (fields: Readonly<Record<string, string | undefined>>) => (token: string) =>
  formRequest('/v1/token', {
    grant_type: EXCHANGE,
    subject_token_type: ID_TOKEN,
    subject_token: token,
    ...fields,
  })
const cognito =
  (target: string, body: (token: string) => object, pool = POOL_ID) =>
  (token: string) => ({
    path: `/cognito/${pool}`,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityService.${target}`,
    },
    body: JSON.stringify(body(token)),
  })

export const PROTOCOL_MISTAKES: readonly RequestMistake[] = [
  requestMistake(
    'session too long at STS',
    'an hour is requested at the STS endpoint, as a GitHub action does',
    stsParameters({ DurationSeconds: '3600' }),
    openly(
      /duration/i,
      /1,?800|30 ?m/,
      /3,?600|1 ?h/,
      /at most|request|raise|maxDuration|send|shorter/i,
    ),
    { named: '81' },
  ),
  requestMistake(
    'unknown role at STS',
    'the role is of no grant',
    stsParameters({ RoleArn: 'arn:aws:iam::111122223333:role/orchard-onw' }),
    {
      operator: mark(
        /role/i,
        /role\/orchard-own/,
        /role\/orchard-onw/,
        /did you mean|name|add|write|request/i,
      ),
      response: mark(REFUSED, /rule|grant/, /role\/orchard-onw/, WHAT_TO_DO),
    },
    { named: 'issue', secrets: ['orchard-audit', 'packers'] },
  ),
  requestMistake(
    'policy outside the grant at STS',
    'the policy allows another action',
    stsParameters({
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Sid: 'Put', Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }],
      }),
    }),
    openly(
      /policy/i,
      /grant/,
      /\bPut\b|Statement\[0\]|s3:PutObject/,
      /remove|narrow|request|limit|allow less/i,
    ),
    { named: 'issue' },
  ),
  requestMistake(
    'managed policy of another grant',
    'the managed policy does not belong to the grant',
    stsParameters({
      Policy: JSON.stringify(OTHER_POLICY),
      'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/AdministratorAccess',
    }),
    openly(
      /managed|PolicyArns/i,
      /grant|none|no managed/i,
      /AdministratorAccess/,
      /remove|request|send|omit/i,
    ),
    { named: 'issue' },
  ),
  requestMistake(
    'policy that is not JSON at STS',
    'the policy is cut',
    stsParameters({ Policy: '{"Version":"2012-10-17","Statement":[' }),
    openly(/policy/i, /JSON/, /not|end/i, /send|check|close|write|correct|must/i),
  ),
  requestMistake(
    'action of STS',
    'AssumeRole is called',
    stsParameters({ Action: 'AssumeRole' }),
    openly(/action/i, /AssumeRoleWithWebIdentity/, /AssumeRole\b/, /use|call|send|supports/i),
    { named: 'issue' },
  ),
  requestMistake(
    'no role at STS',
    'the role is missing',
    stsParameters({ RoleArn: undefined }),
    openly(/RoleArn/, /ARN/, /missing|absent|no |without|must/i, /send|must|set|name/i),
  ),
  requestMistake(
    'no token at STS',
    'the token is missing',
    stsParameters({ WebIdentityToken: undefined }),
    openly(/WebIdentityToken|token/i, /token/i, /missing|absent|empty|no |without/i, /send|set/i),
  ),
  requestMistake(
    'duration in words at STS',
    'the duration is not a number',
    stsParameters({ DurationSeconds: '1h' }),
    openly(/duration/i, /number|900/i, /1h|not/i, /send|must|write|seconds/i),
  ),
  requestMistake(
    'grant type',
    'the grant type is of another flow',
    exchange({ grant_type: 'client_credentials' }),
    openly(
      /grant_type/,
      /token-exchange/,
      /client_credentials|not supported|unsupported/,
      /send|use|must|write/i,
    ),
  ),
  requestMistake(
    'type of the subject token',
    'the type of the subject token is a refresh token',
    exchange({ subject_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }),
    openly(
      /subject_token_type/,
      /id_token/,
      /refresh_token|not supported/,
      /send|use|must|one of|write/i,
    ),
  ),
  requestMistake(
    'requested token type',
    'a SAML assertion is requested',
    exchange({ requested_token_type: 'urn:ietf:params:oauth:token-type:saml2' }),
    openly(
      /requested_token_type/,
      /aws-credentials|jwt/,
      /saml2|not supported/,
      /send|use|must|one of|omit|write/i,
    ),
    { named: '83' },
  ),
  requestMistake(
    'scope',
    'the scope names a grant without its prefix',
    exchange({ scope: 'own' }),
    openly(/scope/, /grant:/, /\bown\b|unknown|not/, /send|use|must|write/i),
  ),
  requestMistake(
    'JSON at the token exchange',
    'the parameters are sent as JSON',
    (token) => ({
      path: '/v1/token',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: EXCHANGE, subject_token: token }),
    }),
    openly(
      /content-type/i,
      /application\/x-www-form-urlencoded/,
      /application\/json/,
      /send|use|set|must/i,
    ),
  ),
  requestMistake(
    'unknown tenant at the container endpoint',
    'the tenant in the path is misspelt',
    (token) => ({
      method: 'GET',
      path: '/v1/tenants/orchrad/grants/own/credentials',
      headers: { authorization: `Bearer ${token}` },
    }),
    {
      operator: mark(
        /tenant/,
        /\borchard\b|no tenant|exist/,
        /orchrad/,
        /did you mean|name|add|correct|check|write/i,
      ),
      response: mark(REFUSED, /tenant/, /orchrad/, /tenant|operator|request ?id/i),
    },
    { named: 'issue', secrets: ['packers'] },
  ),
  requestMistake(
    'no token at the container endpoint',
    'the request has no token',
    () => ({ method: 'GET', path: '/v1/tenants/orchard/grants/own/credentials' }),
    openly(
      /token/i,
      /Authorization|AWS_CONTAINER_AUTHORIZATION_TOKEN/,
      /no |missing|without|absent/i,
      /send|set/i,
    ),
  ),
  requestMistake(
    'unknown pool',
    'no tenant has the identity pool',
    cognito(
      'GetId',
      (token) => ({ IdentityPoolId: OTHER_POOL, Logins: { orchard: token } }),
      OTHER_POOL,
    ),
    {
      operator: mark(
        /pool/i,
        /5f1e0b4c|no tenant|identityPools|exist/,
        /00000000-1111/,
        /add|check|name|identityPools|did you mean/i,
      ),
      response: withoutValues(
        /pool|not authorized|NotAuthorized|ResourceNotFound/i,
        /pool|operator|request ?id/i,
      ),
    },
    { named: 'issue', secrets: ['packers'] },
  ),
  requestMistake(
    'pool of another address',
    'the pool in the body is not that of the address',
    cognito('GetId', (token) => ({ IdentityPoolId: OTHER_POOL, Logins: { orchard: token } })),
    openly(
      /IdentityPoolId|pool/i,
      /5f1e0b4c|path|address/i,
      /00000000-1111|other|differ|body/i,
      /send|use|configure|must|name/i,
    ),
  ),
  requestMistake(
    'unknown provider',
    'the login names a provider that the pool does not have',
    cognito('GetId', (token) => ({
      IdentityPoolId: POOL_ID,
      Logins: { 'id.orchard.test': token },
    })),
    {
      operator: mark(
        /login|provider/i,
        /\borchard\b/,
        /id\.orchard\.test/,
        /add|name|logins|did you mean|send/i,
      ),
      response: withoutValues(
        /login|provider|NotAuthorized/i,
        /login|provider|operator|request ?id/i,
      ),
    },
    { named: 'issue' },
  ),
]
