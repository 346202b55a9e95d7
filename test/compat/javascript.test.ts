/** Unmodified JavaScript clients at the broker's endpoints: the AWS SDK v3 and an OAuth library. */
import {
  AssumeRoleWithWebIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { fromHttp } from '@aws-sdk/credential-provider-http'
import * as oauth from 'oauth4webapi'
import { expect, it } from 'vitest'
import { SECRET_ACCESS_KEY } from '../fixtures/index.ts'
import { startServedBroker } from '../fixtures/served-broker.ts'

const ROLE = 'arn:aws:iam::000000000000:role/broker/acme/read'
const served = await startServedBroker()
const { url, token } = served

it.each(['', '/sts'])('STSClient gets credentials at "%s"', async (base) => {
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: ROLE,
    RoleSessionName: 'me',
    WebIdentityToken: `${await token()}\n`,
  })
  const { Credentials, AssumedRoleUser, ...sizes } = await client(base).send(command)
  expect(Credentials?.SecretAccessKey).toBe(SECRET_ACCESS_KEY)
  expect(Credentials?.Expiration).toEqual(new Date('2030-01-01T00:00:00Z'))
  expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/app/session')
  expect(sizes).toMatchObject({
    PackedPolicySize: 12,
    SessionTokenUtilization: 12,
    SessionTokenSize: 1187,
  })
})

it.each([
  ['ExpiredTokenException', { exp: 1 }, 1],
  ['InvalidIdentityTokenException', { iss: 'https://unknown.example' }, 1],
  ['AccessDenied', { aud: 'other' }, 1],
])('STSClient raises %s for %j, after %i request', async (name, claims, attempts) => {
  const { requests } = await served.counting(async () => {
    const $metadata = { requestId: expect.stringMatching(/^request-/) }
    await expect(assumeRole(claims)).rejects.toMatchObject({ name, $metadata })
  })
  expect(requests).toBe(attempts)
})

it('STSClient raises an error for an action that is not supported', async () => {
  await expect(client().send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
    name: 'InvalidAction',
  })
})

it('fromHttp understands the container endpoint, and its refusals', async () => {
  const provide = (awsContainerAuthorizationToken: string) =>
    fromHttp({
      awsContainerCredentialsFullUri: `${url}/v1/tenants/acme/grants/read/credentials`,
      awsContainerAuthorizationToken,
      maxRetries: 0,
    })()
  expect(await provide(await token())).toMatchObject({ secretAccessKey: SECRET_ACCESS_KEY })
  await expect(provide(await token({ exp: 1 }))).rejects.toMatchObject({ Code: 'ExpiredToken' })
})

it('oauth4webapi performs the token exchange', async () => {
  const server: oauth.AuthorizationServer = { issuer: url, token_endpoint: `${url}/v1/token` }
  const app: oauth.Client = { client_id: 'app' }
  const exchange = async (more: object = {}) => {
    const response = await oauth.genericTokenEndpointRequest(
      server,
      app,
      oauth.None(),
      'urn:ietf:params:oauth:grant-type:token-exchange',
      {
        subject_token: await token(more),
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        audience: 'acme',
      },
      { [oauth.allowInsecureRequests]: true },
    )
    return oauth.processGenericTokenEndpointResponse(server, app, response, {
      recognizedTokenTypes: { n_a: () => {} },
    })
  }
  const response = await exchange()
  expect(JSON.parse(response.access_token)).toMatchObject({
    Version: 1,
    SecretAccessKey: SECRET_ACCESS_KEY,
  })
  await expect(exchange({ exp: 1 })).rejects.toMatchObject({
    error: 'invalid_request',
    status: 400,
  })
})

function client(base = '') {
  return new STSClient({
    region: 'eu-west-1',
    endpoint: `${url}${base}`,
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  })
}

async function assumeRole(claims: object) {
  const WebIdentityToken = await token(claims)
  const input = { RoleArn: ROLE, RoleSessionName: 'me', WebIdentityToken }
  return client('/sts').send(new AssumeRoleWithWebIdentityCommand(input))
}
