/** The providers and the default chain of the AWS SDK for JavaScript v3, set up by environment. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { STSClient } from '@aws-sdk/client-sts'
import { fromHttp } from '@aws-sdk/credential-provider-http'
import { fromProcess } from '@aws-sdk/credential-provider-process'
import { fromTokenFile } from '@aws-sdk/credential-provider-web-identity'
import { fromContainerMetadata } from '@smithy/credential-provider-imds'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRefusingBroker, WELL_FORMED_TOKEN } from '../fixtures/refusing-broker.ts'
import { type ServedBroker, serveBroker } from '../fixtures/served-broker.ts'
import { SECRET_ACCESS_KEY } from '../fixtures/sts-server.ts'
import {
  containerEnvironment,
  environment,
  type SdkEnvironment,
  stsEnvironment,
} from './sdk-environment.ts'

const TOKEN_BROKER = path.join(import.meta.dirname, '../../packages/cli/src/main.ts')

let served: ServedBroker
let folder: string
let token: string
let tokenFile: string
beforeAll(async () => {
  served = await serveBroker()
  folder = mkdtempSync(path.join(tmpdir(), 'token-broker-providers-'))
  token = await served.token()
  tokenFile = path.join(folder, 'token')
  writeFileSync(tokenFile, token)
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await served.close()
})

/** The SDK's providers read the environment of the process. */
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

const defaultChain = () => new STSClient({}).config.credentials()

function sts(): SdkEnvironment {
  const file = path.join(folder, 'token-with-newline')
  writeFileSync(file, `${token}\n`)
  return stsEnvironment(served.url, file)
}

const container = () => containerEnvironment(served.url, token)
const containerByFile = () =>
  environment({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: container().AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '',
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
  })

function profile(url = served.url): SdkEnvironment {
  // The SDK caches the files that it has read.
  const file = path.join(folder, `config-${new URL(url).port}`)
  const options = `--no-cache --endpoint ${url} --token-file ${tokenFile}`
  const command = `node ${TOKEN_BROKER} credential-process ${options}`
  writeFileSync(file, `[profile broker]\ncredential_process = ${command}\n`)
  return environment({ AWS_PROFILE: 'broker', AWS_CONFIG_FILE: file })
}

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
      const provided = within(containerEnvironment(url, token), fromContainerMetadata())
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
    const broker = await startRefusingBroker('access_denied')
    const provided = within(containerEnvironment(broker.url, WELL_FORMED_TOKEN), defaultChain)
    // The reason is lost. An app that needs it has to set fromHttp as the client's credentials.
    await expect(provided).rejects.toThrow(/^Could not load credentials from any providers$/)
    expect(broker.requests()).toBe(5)
    await broker.close()
  })

  it('makes the default chain report a host that fromContainerMetadata rejects', async () => {
    const provided = within(
      containerEnvironment('http://127.0.0.2:9', WELL_FORMED_TOKEN),
      defaultChain,
    )
    await expect(provided).rejects.toThrow(
      '127.0.0.2 is not a valid container metadata service hostname',
    )
  })

  it('is reported by fromProcess after one request', async () => {
    const broker = await startRefusingBroker('access_denied')
    const provided = within(profile(broker.url), () => fromProcess()())
    await expect(provided).rejects.toMatchObject({
      name: 'CredentialsProviderError',
      message: expect.stringContaining('access_denied'),
    })
    expect(broker.requests()).toBe(1)
    await broker.close()
  })
})
