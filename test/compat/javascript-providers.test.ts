/** The providers and the default chain of the AWS SDK for JavaScript v3, set up by environment. */
import { STSClient } from '@aws-sdk/client-sts'
import { fromHttp } from '@aws-sdk/credential-provider-http'
import { fromProcess } from '@aws-sdk/credential-provider-process'
import { fromTokenFile } from '@aws-sdk/credential-provider-web-identity'
import { fromContainerMetadata } from '@smithy/credential-provider-imds'
import { describe, expect, it } from 'vitest'
import { closeAfterTests, SECRET_ACCESS_KEY } from '../fixtures/index.ts'
import { startRefusingBroker, WELL_FORMED_TOKEN } from '../fixtures/refusing-broker.ts'
import { startServedBroker } from '../fixtures/served-broker.ts'
import { type SdkEnvironment, sdkEnvironment, writeToken } from './sdk-environment.ts'

const served = await startServedBroker()
const token = await served.token()
const tokenFile = writeToken(token)
const defaultChain = () => new STSClient({}).config.credentials()
const sts = () => sdkEnvironment.sts(served.url, writeToken(`${token}\n`))
const container = () => sdkEnvironment.container(served.url, token)
const containerByFile = () => sdkEnvironment.containerWithTokenFile(served.url, tokenFile)
const profile = (url = served.url) => sdkEnvironment.profile(url, tokenFile)

it.each([
  ['fromTokenFile', () => fromTokenFile()(), sts],
  ['fromHttp, with a token', () => fromHttp()(), container],
  ['fromHttp, with a token file', () => fromHttp()(), containerByFile],
  ['fromContainerMetadata', fromContainerMetadata(), container],
  ['fromProcess, through a profile', () => fromProcess()(), () => profile()],
  ['the default chain at the STS endpoint', defaultChain, sts],
  ['the default chain at the container endpoint, with a token', defaultChain, container],
  ['the default chain at the container endpoint, with a token file', defaultChain, containerByFile],
  ['the default chain with a profile', defaultChain, () => profile()],
])('%s gets credentials with one request', async (_name, provide, variables) => {
  const { result, requests } = await served.counting(() => within(variables(), provide))
  expect([result.secretAccessKey, result.expiration]).toEqual([
    SECRET_ACCESS_KEY,
    new Date('2030-01-01T00:00:00Z'),
  ])
  expect(requests).toBe(1)
})

describe('fromContainerMetadata', () => {
  it.each(['https://broker.example', 'http://[::1]:8787', 'http://127.0.0.2:8787'])(
    'sends no request to %s',
    async (url) => {
      const provided = within(sdkEnvironment.container(url, token), fromContainerMetadata())
      await expect(provided).rejects.toThrow('is not a valid container metadata service hostname')
    },
  )

  it('does not read a token file, so that the request has no token', async () => {
    const provided = within(containerByFile(), fromContainerMetadata())
    await expect(provided).rejects.toMatchObject({ name: 'ProviderError', statusCode: 400 })
  })
})

describe('a refusal', () => {
  // fromHttp sends four requests, then fromContainerMetadata one.
  it('makes the default chain send five requests to the container endpoint', async () => {
    const broker = await closeAfterTests(startRefusingBroker('access_denied'))
    const provided = within(sdkEnvironment.container(broker.url, WELL_FORMED_TOKEN), defaultChain)
    // The reason is lost. An app that needs it has to set fromHttp as the client's credentials.
    await expect(provided).rejects.toThrow(/^Could not load credentials from any providers$/)
    expect(broker.requests()).toBe(5)
  })

  it('makes the default chain report a host that fromContainerMetadata rejects', async () => {
    const provided = within(
      sdkEnvironment.container('http://127.0.0.2:9', WELL_FORMED_TOKEN),
      defaultChain,
    )
    await expect(provided).rejects.toThrow(
      '127.0.0.2 is not a valid container metadata service hostname',
    )
  })

  it('is reported by fromProcess after one request', async () => {
    const broker = await closeAfterTests(startRefusingBroker('access_denied'))
    const provided = within(profile(broker.url), () => fromProcess()())
    await expect(provided).rejects.toMatchObject({
      name: 'CredentialsProviderError',
      message: expect.stringContaining('access_denied'),
    })
    expect(broker.requests()).toBe(1)
  })
})

/** The providers of the SDK read the environment of the process. */
async function within<Result>(
  variables: SdkEnvironment,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = process.env
  process.env = { PATH: before.PATH, ...variables }
  try {
    return await work()
  } finally {
    process.env = before
  }
}
