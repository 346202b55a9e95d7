/** JavaScript clients of each endpoint, and the same requests without a client. */
import { fromHttp } from '@aws-sdk/credential-provider-http'
import { fromTokenFile } from '@aws-sdk/credential-provider-web-identity'
import * as oauth from 'oauth4webapi'
import { fromTokenBroker } from '../../packages/client/src/index.ts'
import { type RefusingBroker, WELL_FORMED_TOKEN } from '../fixtures/refusing-broker.ts'
import { createAmplifyStorage } from './identity-pool/amplify-device.ts'
import { startSdkV2App } from './identity-pool/sdk-v2-device.ts'
import { startPoolProviderApp } from './identity-pool/sdk-v3-devices.ts'
import type { ReportedError } from './refusal-table.ts'
import { containerUrl, POOL, poolUrl, ROLE, writeToken } from './sdk-environment.ts'

const tokenFile = writeToken(WELL_FORMED_TOKEN)

type Client = (broker: RefusingBroker) => Promise<unknown>

const ASSUME_ROLE = { Action: 'AssumeRoleWithWebIdentity', RoleArn: ROLE, RoleSessionName: 'me' }
const SUBJECT = {
  subject_token: WELL_FORMED_TOKEN,
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
}
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

const post = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields) })

/** Without a client: the status, and the code of the protocol if it has one. */
export const RESPONSES: Readonly<Record<string, (url: string) => Promise<string>>> = {
  'STS Query API': async (url) => {
    const response = await post(`${url}/sts`, {
      ...ASSUME_ROLE,
      WebIdentityToken: WELL_FORMED_TOKEN,
    })
    return `${response.status} ${/<Code>(\w+)</.exec(await response.text())?.[1]}`
  },
  'Container credentials endpoint': async (url) => {
    const response = await fetch(containerUrl(url), {
      headers: { authorization: WELL_FORMED_TOKEN },
    })
    return `${response.status} ${JSON.parse(await response.text()).Code}`
  },
  'Token exchange': async (url) => {
    const response = await post(`${url}/v1/token`, { grant_type: TOKEN_EXCHANGE, ...SUBJECT })
    return `${response.status} ${JSON.parse(await response.text()).error}`
  },
  'Identity pools': async (url) => {
    const response = await fetch(poolUrl(url), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityService.GetId',
      },
      body: JSON.stringify({ IdentityPoolId: POOL }),
    })
    return `${response.status} ${JSON.parse(await response.text()).__type}`
  },
  'Native API': async (url) => {
    const headers = { authorization: `Bearer ${WELL_FORMED_TOKEN}` }
    return `${(await fetch(`${url}/v1/credentials`, { method: 'POST', headers })).status}`
  },
}

/** By endpoint and column of its table. */
export const CLIENTS: Readonly<Record<string, Readonly<Record<string, Client>>>> = {
  'STS Query API': {
    'SDK v3 fromTokenFile': ({ url }) => {
      const clientConfig = { region: 'eu-west-1', endpoint: `${url}/sts` }
      return fromTokenFile({ webIdentityTokenFile: tokenFile, roleArn: ROLE, clientConfig })()
    },
  },
  'Container credentials endpoint': {
    'SDK v3 fromHttp': ({ url }) =>
      fromHttp({
        awsContainerCredentialsFullUri: containerUrl(url),
        awsContainerAuthorizationToken: WELL_FORMED_TOKEN,
      })(),
  },
  'Identity pools': {
    'SDK v3 fromCognitoIdentityPool': ({ url }) =>
      startPoolProviderApp({ endpoint: poolUrl(url), poolId: POOL }).session(),
    Amplify: ({ url }) => guestOfAmplify(poolUrl(url)),
    'SDK v2': ({ url }) => startSdkV2App({ endpoint: poolUrl(url), poolId: POOL }).session(),
  },
  'Token exchange': { oauth4webapi: ({ url }) => exchangeToken(url) },
  'Native API': {
    fromTokenBroker: ({ url }) => fromTokenBroker({ endpoint: url, token: WELL_FORMED_TOKEN })(),
  },
}

/** The class, and what distinguishes errors of one class: `Code`, `error`, `code` or `name`. */
export async function errorOf(work: Promise<unknown>): Promise<ReportedError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown) => thrown,
  )
  if (!(error instanceof Error)) return { raised: 'nothing' }
  const raised = error.constructor.name
  const codes = ['Code', 'error', 'code', 'name'].map(
    (name) => Object.entries(error).find(([key]) => key === name)?.[1],
  )
  return { raised, code: codes.find((value) => typeof value === 'string') }
}

async function exchangeToken(url: string): Promise<unknown> {
  const server: oauth.AuthorizationServer = { issuer: url, token_endpoint: `${url}/v1/token` }
  const app: oauth.Client = { client_id: 'app' }
  const options = { [oauth.allowInsecureRequests]: true }
  const response = await oauth.genericTokenEndpointRequest(
    server,
    app,
    oauth.None(),
    TOKEN_EXCHANGE,
    SUBJECT,
    options,
  )
  return oauth.processGenericTokenEndpointResponse(server, app, response)
}

/** As `fetchAuthSession` does it, whose configuration is one for the whole process. */
async function guestOfAmplify(endpoint: string): Promise<unknown> {
  const location = { endpoint, poolId: POOL }
  return createAmplifyStorage(location).credentialsProvider.getCredentialsAndIdentityId({
    authenticated: false,
    forceRefresh: true,
    authConfig: {
      Cognito: { identityPoolId: POOL, identityPoolEndpoint: endpoint, allowGuestAccess: true },
    },
  })
}
