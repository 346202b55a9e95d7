/** Debian's unmodified botocore and AWS CLI: credentials, and errors and retries after refusals. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type RefusingBroker,
  startRefusingBroker,
  WELL_FORMED_TOKEN,
} from '../fixtures/refusing-broker.ts'
import { type ServedBroker, serveBroker } from '../fixtures/served-broker.ts'
import { SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/sts-server.ts'
import { observeClient, readTable } from './refusal-table.ts'
import { findCredentials, reportedBy, runProgram } from './run-program.ts'
import {
  containerEnvironment,
  environment,
  ROLE,
  type SdkEnvironment,
  stsEnvironment,
} from './sdk-environment.ts'

const PYTHON = '/usr/bin/python3'
const CLI = '/usr/bin/aws'
const TOKEN_BROKER = path.join(import.meta.dirname, '../../packages/cli/src/main.ts')

const missing = [
  ...(spawnSync(PYTHON, ['-c', 'import botocore']).status === 0 ? [] : ['python3-botocore']),
  ...(spawnSync(CLI, ['--version']).status === 0 ? [] : ['awscli']),
]
const skipped = missing.length > 0 && process.env.CI !== 'true'
if (skipped) console.log(`Skipped: these Debian packages are not installed: ${missing.join(', ')}.`)

let served: ServedBroker
let folder: string
beforeAll(async () => {
  served = await serveBroker()
  folder = mkdtempSync(path.join(tmpdir(), 'token-broker-python-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await served.close()
})

function tokenFile(token: string): string {
  const file = path.join(folder, 'token')
  writeFileSync(file, token)
  return file
}

const runBotocore = (...environments: SdkEnvironment[]) =>
  findCredentials(PYTHON, [path.join(import.meta.dirname, 'botocore-client.py')], environments)

describe.skipIf(skipped)('botocore', () => {
  it('gets credentials from the STS endpoint, if the token file ends in a newline', async () => {
    const file = tokenFile(`${await served.token()}\n`)
    const { result, requests } = await served.counting(() =>
      runBotocore(stsEnvironment(served.url, file)),
    )
    expect([result, requests]).toEqual([
      [{ secretAccessKey: SECRET_ACCESS_KEY, sessionToken: SESSION_TOKEN }],
      1,
    ])
  })

  it('gets credentials from the container endpoint', async () => {
    const variables = containerEnvironment(served.url, await served.token())
    const { result, requests } = await served.counting(() => runBotocore(variables))
    expect([result, requests]).toEqual([
      [{ secretAccessKey: SECRET_ACCESS_KEY, sessionToken: SESSION_TOKEN }],
      1,
    ])
  })

  it('reports a refusal of the process in its profile after one request', async () => {
    const broker = await startRefusingBroker('access_denied')
    const file = tokenFile(WELL_FORMED_TOKEN)
    const options = `--no-cache --endpoint ${broker.url} --token-file ${file}`
    const command = `node ${TOKEN_BROKER} credential-process ${options}`
    const [error] = await runBotocore({ CREDENTIAL_PROCESS: command })
    expect([error?.raised, error?.message]).toEqual([
      'CredentialRetrievalError',
      expect.stringContaining('access_denied'),
    ])
    expect(broker.requests()).toBe(1)
    await broker.close()
  })

  it('reports the request id of a refusal of the STS endpoint', async () => {
    const [error] = await runBotocore(
      stsEnvironment(served.url, tokenFile(await served.token({ exp: 1 }))),
    )
    expect(error).toMatchObject({
      raised: 'ExpiredTokenException',
      code: 'ExpiredTokenException',
      requestId: expect.stringMatching(/^request-/),
    })
  })

  const sts = ({ url }: RefusingBroker) => stsEnvironment(url, tokenFile(WELL_FORMED_TOKEN))
  const container = ({ url }: RefusingBroker) => containerEnvironment(url, WELL_FORMED_TOKEN)

  it.concurrent.each([
    ['STS Query API', sts],
    ['Container credentials endpoint', container],
  ])(
    'at the %s, errors and retries are as documented',
    async (endpoint, variables) => {
      const observed = await observeClient(async (brokers) =>
        (await runBotocore(...brokers.map(variables))).map(reportedBy),
      )
      expect(observed).toEqual(readTable(endpoint).get('botocore'))
    },
    120_000,
  )
})

describe.skipIf(skipped)('the AWS CLI', () => {
  const sts = (...args: string[]) => ['sts', ...args, '--endpoint-url', `${served.url}/sts`]

  it('gets credentials from the STS endpoint', async () => {
    const args = [
      '--role-arn',
      ROLE,
      '--role-session-name',
      'me',
      '--web-identity-token',
      await served.token(),
    ]
    const env = environment({})
    const { status, stdout } = await runProgram(
      CLI,
      sts('assume-role-with-web-identity', ...args),
      { env },
    )
    expect([status, JSON.parse(stdout).Credentials.SecretAccessKey]).toEqual([0, SECRET_ACCESS_KEY])
  })

  it('uses credentials of the container endpoint, and reports an unsupported action', async () => {
    const env = containerEnvironment(served.url, await served.token())
    const { result, requests } = await served.counting(() =>
      runProgram(CLI, sts('get-caller-identity'), { env }),
    )
    expect(result.stderr).toContain('InvalidAction')
    expect(requests).toBe(2)
  })
})
