/** Debian's unmodified botocore and AWS CLI: credentials, and errors and retries after refusals. */
import { describe, expect, it } from 'vitest'
import { closeAfterTests, SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/index.ts'
import { startRefusingBroker, WELL_FORMED_TOKEN } from '../fixtures/refusing-broker.ts'
import { startServedBroker } from '../fixtures/served-broker.ts'
import { callWithBotocore } from './identity-pool/python-pool-clients.ts'
import { runAwsCli, runBotocore, skipsPython } from './python-programs.ts'
import { observeClient, readTable } from './refusal-table.ts'
import { reportedBy } from './run-program.ts'
import {
  credentialProcessCommand,
  POOL,
  poolUrl,
  ROLE,
  sdkEnvironment,
  writeToken,
} from './sdk-environment.ts'

const skips = skipsPython()
const served = await startServedBroker()
const tokenFile = writeToken(WELL_FORMED_TOKEN)

describe.skipIf(skips)('botocore', () => {
  it('gets credentials from the STS endpoint, if the token file ends in a newline', async () => {
    const file = writeToken(`${await served.token()}\n`)
    const { result, requests } = await served.counting(() =>
      runBotocore(sdkEnvironment.sts(served.url, file)),
    )
    expect([result, requests]).toEqual([
      [{ secretAccessKey: SECRET_ACCESS_KEY, sessionToken: SESSION_TOKEN }],
      1,
    ])
  })

  it('gets credentials from the container endpoint', async () => {
    const variables = sdkEnvironment.container(served.url, await served.token())
    const { result, requests } = await served.counting(() => runBotocore(variables))
    expect([result, requests]).toEqual([
      [{ secretAccessKey: SECRET_ACCESS_KEY, sessionToken: SESSION_TOKEN }],
      1,
    ])
  })

  it('reports a refusal of the process in its profile after one request', async () => {
    const broker = await closeAfterTests(startRefusingBroker('access_denied'))
    const command = credentialProcessCommand(broker.url, tokenFile)
    const [error] = await runBotocore({ CREDENTIAL_PROCESS: command })
    expect([error?.raised, error?.message]).toEqual([
      'CredentialRetrievalError',
      expect.stringContaining('access_denied'),
    ])
    expect(broker.requests()).toBe(1)
  })

  it('reports the request id of a refusal of the STS endpoint', async () => {
    const [error] = await runBotocore(
      sdkEnvironment.sts(served.url, writeToken(await served.token({ exp: 1 }))),
    )
    expect(error).toMatchObject({
      raised: 'ExpiredTokenException',
      code: 'ExpiredTokenException',
      requestId: expect.stringMatching(/^request-/),
    })
  })

  it.concurrent.each([
    ['STS Query API', (url: string) => sdkEnvironment.sts(url, tokenFile)],
    [
      'Container credentials endpoint',
      (url: string) => sdkEnvironment.container(url, WELL_FORMED_TOKEN),
    ],
  ])(
    'at the %s, errors and retries are as documented',
    async (endpoint, variablesFor) => {
      const observed = await observeClient(async (brokers) =>
        (await runBotocore(...brokers.map(({ url }) => variablesFor(url)))).map(reportedBy),
      )
      expect(observed).toEqual(readTable(endpoint).get('botocore'))
    },
    120_000,
  )
})

describe.skipIf(skips)('botocore, as a client of an identity pool', () => {
  it.concurrent.each([
    ['legacy', 'botocore'],
    ['standard', 'botocore, standard'],
  ] as const)(
    'errors and retries in the mode %s are as documented',
    async (retries, column) => {
      const observed = await observeClient(async (brokers) => {
        const outcomes = await callWithBotocore(
          ...brokers.map(({ url }) => ({
            ...{ endpoint: poolUrl(url), operation: 'GetId', retries },
            input: { IdentityPoolId: POOL },
          })),
        )
        return outcomes.map(reportedBy)
      })
      expect(observed).toEqual(readTable('Identity pools').get(column))
    },
    120_000,
  )
})

describe.skipIf(skips)('the AWS CLI', () => {
  const sts = (...args: string[]) => ['sts', ...args, '--endpoint-url', `${served.url}/sts`]

  it('gets credentials from the STS endpoint', async () => {
    const token = await served.token()
    const role = ['--role-arn', ROLE, '--role-session-name', 'me', '--web-identity-token', token]
    const args = sts('assume-role-with-web-identity', ...role)
    const { status, stdout } = await runAwsCli(args, sdkEnvironment.of({}))
    expect([status, JSON.parse(stdout).Credentials.SecretAccessKey]).toEqual([0, SECRET_ACCESS_KEY])
  })

  it('uses credentials of the container endpoint, and reports an unsupported action', async () => {
    const env = sdkEnvironment.container(served.url, await served.token())
    const { result, requests } = await served.counting(() =>
      runAwsCli(sts('get-session-token'), env),
    )
    expect(result.stderr).toContain('InvalidAction')
    expect(requests).toBe(2)
  })
})
