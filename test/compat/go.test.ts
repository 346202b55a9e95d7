/** Debian's unmodified AWS SDK for Go v2: credentials, and errors and retries after refusals. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RefusingBroker, WELL_FORMED_TOKEN } from '../fixtures/refusing-broker.ts'
import { type ServedBroker, serveBroker } from '../fixtures/served-broker.ts'
import { SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/sts-server.ts'
import { observeClient, readTable } from './refusal-table.ts'
import { findCredentials, reportedBy, runProgram } from './run-program.ts'
import { containerEnvironment, type SdkEnvironment, stsEnvironment } from './sdk-environment.ts'

const GO = '/usr/bin/go'
const PACKAGES = '/usr/share/gocode'
const SOURCE = path.join(import.meta.dirname, 'go-client.go')

const installed =
  existsSync(GO) && existsSync(path.join(PACKAGES, 'src/github.com/aws/aws-sdk-go-v2'))
const skipped = !installed && process.env.CI !== 'true'
if (skipped)
  console.log('Skipped: golang-go and golang-github-aws-aws-sdk-go-v2-dev are not installed.')

describe.skipIf(skipped)('the AWS SDK for Go v2', () => {
  let served: ServedBroker
  let folder: string
  let client: string

  beforeAll(async () => {
    served = await serveBroker()
    folder = mkdtempSync(path.join(tmpdir(), 'token-broker-go-'))
    client = path.join(folder, 'client')
    // Debian's packages are sources in a GOPATH, so nothing is downloaded. With Go's cache, another
    // build takes a second.
    const env = {
      HOME: homedir(),
      PATH: process.env.PATH ?? '',
      GOPATH: PACKAGES,
      GO111MODULE: 'off',
      CGO_ENABLED: '0',
    }
    const { status, stderr } = await runProgram(GO, ['build', '-o', client, SOURCE], { env })
    if (status !== 0) throw new Error(stderr)
  }, 180_000)

  afterAll(async () => {
    if (folder !== undefined) rmSync(folder, { recursive: true })
    await served?.close()
  })

  function sts(url: string, token: string): SdkEnvironment {
    const tokenFile = path.join(folder, 'token')
    writeFileSync(tokenFile, token)
    return stsEnvironment(url, tokenFile)
  }

  const endpoints: [string, (url: string, token: string) => SdkEnvironment][] = [
    ['STS Query API', sts],
    ['Container credentials endpoint', containerEnvironment],
  ]

  it.each(endpoints)(
    'gets credentials from the %s by its default chain',
    async (_endpoint, environmentFor) => {
      const variables = environmentFor(served.url, await served.token())
      const { result, requests } = await served.counting(() =>
        findCredentials(client, [], [variables]),
      )
      expect([result, requests]).toEqual([
        [{ secretAccessKey: SECRET_ACCESS_KEY, sessionToken: SESSION_TOKEN }],
        1,
      ])
    },
  )

  it.concurrent.each(endpoints)(
    'at the %s, errors and retries are as documented',
    async (endpoint, environmentFor) => {
      const variables = ({ url }: RefusingBroker) => environmentFor(url, WELL_FORMED_TOKEN)
      const observed = await observeClient(async (brokers) =>
        (await findCredentials(client, [], brokers.map(variables))).map(reportedBy),
      )
      expect(observed).toEqual(readTable(endpoint).get('Go'))
    },
    60_000,
  )
})
