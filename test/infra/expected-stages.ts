/** The properties of the stages in `stacks/stages.ts` that their tests expect. */

const SECRETS_MANAGER =
  'secretsmanager:GetSecretValue on ' +
  'arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-broker'
const PARAMETER_STORE =
  'ssm:GetParameter on arn:aws:ssm:eu-west-1:111122223333:parameter/token-broker'

export const EXPECTED = {
  production: {
    domain: 'broker.example.com',
    days: 365,
    rate: 500,
    burst: 1000,
    reserved: 200,
    keys: [1, 2],
    secrets: `${SECRETS_MANAGER}/production/*`,
    kept: true,
    identifies: false,
    pools: undefined,
    limits: undefined,
  },
  staging: {
    domain: 'broker.staging.example.com',
    days: 30,
    rate: 50,
    burst: 100,
    reserved: 20,
    keys: [1, 2],
    secrets: `${SECRETS_MANAGER}/staging/*`,
    kept: false,
    identifies: true,
    pools: { rate: 50, burst: 100 },
    limits: { clientAddress: { requests: 20, seconds: 1, burst: 40 } },
  },
  'pr-7': {
    domain: undefined,
    days: 7,
    rate: 10,
    burst: 20,
    reserved: undefined,
    keys: [1],
    secrets: `${PARAMETER_STORE}/pr-7/secrets/*`,
    kept: false,
    identifies: false,
    pools: undefined,
    limits: { clientAddress: { requests: 20, seconds: 1, burst: 40 } },
  },
}
/** Variables that Lambda sets. */
export const LAMBDA_VARIABLES = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 's',
  AWS_SESSION_TOKEN: 't',
}
/** By function. */
export const ROUTES = {
  broker: [
    'GET /healthz',
    'GET /saml',
    'GET /v1/tenants/{tenant}/grants/{grant}/credentials',
    'OPTIONS /',
    'OPTIONS /{proxy+}',
    'POST /',
    'POST /sts',
    'POST /v1/credentials',
    'POST /v1/saml/acs',
    'POST /v1/token',
  ],
  issuer: ['GET /.well-known/jwks.json', 'GET /.well-known/openid-configuration'],
}
