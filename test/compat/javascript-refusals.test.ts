/** The errors and retries of unmodified JavaScript clients for each refusal of each endpoint. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromHttp } from '@aws-sdk/credential-provider-http'
import { fromTokenFile } from '@aws-sdk/credential-provider-web-identity'
import { REFUSAL_CODES } from '@token-broker/core'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromTokenBroker } from '../../packages/client/src/index.ts'
import { type RefusingBroker, WELL_FORMED_TOKEN } from '../fixtures/refusing-broker.ts'
import { fillColumn, observeClient, type ReportedError, readTable } from './refusal-table.ts'
import { ROLE } from './sdk-environment.ts'

let folder: string
let tokenFile: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'token-broker-refusals-'))
  tokenFile = path.join(folder, 'token')
  writeFileSync(tokenFile, WELL_FORMED_TOKEN)
})
afterAll(() => rmSync(folder, { recursive: true }))

type Client = (broker: RefusingBroker) => Promise<unknown>

const containerUrl = (url: string) => `${url}/v1/tenants/acme/grants/read/credentials`
const ASSUME_ROLE = { Action: 'AssumeRoleWithWebIdentity', RoleArn: ROLE, RoleSessionName: 'me' }
const SUBJECT = {
  subject_token: WELL_FORMED_TOKEN,
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
}
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

const post = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields) })

/** Without a client: the status, and the code of the protocol if it has one. */
const RESPONSES: Readonly<Record<string, (url: string) => Promise<string>>> = {
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
  'Native API': async (url) => {
    const headers = { authorization: `Bearer ${WELL_FORMED_TOKEN}` }
    return `${(await fetch(`${url}/v1/credentials`, { method: 'POST', headers })).status}`
  },
}

const CLIENTS: Readonly<Record<string, Readonly<Record<string, Client>>>> = {
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
  'Token exchange': { oauth4webapi: ({ url }) => exchangeToken(url) },
  'Native API': {
    fromTokenBroker: ({ url }) => fromTokenBroker({ endpoint: url, token: WELL_FORMED_TOKEN })(),
  },
}

/** Columns that are tested in other files. */
const OTHER_CLIENTS = ['botocore', 'Go']

describe.each(Object.keys(CLIENTS))('%s', (endpoint) => {
  const clients = CLIENTS[endpoint] ?? {}
  const table = readTable(endpoint)

  it('responds as documented', async () => {
    const respond =
      RESPONSES[endpoint] ?? (() => Promise.reject(new Error(`Unknown endpoint: ${endpoint}`)))
    const observed = await fillColumn((brokers) =>
      Promise.all(brokers.map(({ url }) => respond(url))),
    )
    expect(observed).toEqual(table.get('response'))
  })

  it.concurrent.each(Object.entries(clients))(
    'errors and retries of %s are as documented',
    async (name, client) => {
      const observed = await observeClient((brokers) =>
        Promise.all(brokers.map((broker) => errorOf(client(broker)))),
      )
      expect(observed).toEqual(table.get(name))
    },
    60_000,
  )

  it('has a documented row for each code, and no column without a test', () => {
    const tested = ['response', ...Object.keys(clients), ...OTHER_CLIENTS]
    for (const [client, cells] of table) {
      expect(tested).toContain(client)
      expect(Object.keys(cells)).toEqual([...REFUSAL_CODES])
    }
  })
})

/** The class, and what distinguishes errors of one class: `Code`, `error`, `code` or `name`. */
async function errorOf(work: Promise<unknown>): Promise<ReportedError> {
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
