/** Debian's unmodified AWS SDK for Go v2: credentials, and errors and retries after refusals. */
import { beforeAll, describe, expect, it } from 'vitest'
import { SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/index.ts'
import { type RefusingBroker, WELL_FORMED_TOKEN } from '../fixtures/refusing-broker.ts'
import { startServedBroker } from '../fixtures/served-broker.ts'
import { buildGoProgram, skipsGo } from './go-sdk.ts'
import { observeClient, readTable } from './refusal-table.ts'
import { findCredentials, reportedBy } from './run-program.ts'
import { sdkEnvironment, writeToken } from './sdk-environment.ts'

const ENDPOINTS = ['STS Query API', 'Container credentials endpoint'] as const
const refusedTokenFile = writeToken(WELL_FORMED_TOKEN)

describe.skipIf(skipsGo())('the AWS SDK for Go v2', () => {
  let client: string
  beforeAll(async () => {
    client = await buildGoProgram('go-client.go')
  }, 180_000)

  it.each(ENDPOINTS)('gets credentials from the %s by its default chain', async (endpoint) => {
    const served = await startServedBroker()
    const token = await served.token()
    const variables = variablesFor(endpoint, served.url, token, writeToken(token))
    const { result, requests } = await served.counting(() =>
      findCredentials(client, [], [variables]),
    )
    expect([result, requests]).toEqual([
      [{ secretAccessKey: SECRET_ACCESS_KEY, sessionToken: SESSION_TOKEN }],
      1,
    ])
  })

  it.concurrent.each(ENDPOINTS)(
    'at the %s, errors and retries are as documented',
    async (endpoint) => {
      const variables = ({ url }: RefusingBroker) =>
        variablesFor(endpoint, url, WELL_FORMED_TOKEN, refusedTokenFile)
      const observed = await observeClient(async (brokers) =>
        (await findCredentials(client, [], brokers.map(variables))).map(reportedBy),
      )
      expect(observed).toEqual(readTable(endpoint).get('Go'))
    },
    60_000,
  )
})

function variablesFor(
  endpoint: (typeof ENDPOINTS)[number],
  url: string,
  token: string,
  tokenFile: string,
) {
  return endpoint === 'STS Query API'
    ? sdkEnvironment.sts(url, tokenFile)
    : sdkEnvironment.container(url, token)
}
