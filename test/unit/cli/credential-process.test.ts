/** `token-broker credential-process`: what it prints, and an unmodified SDK that runs it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromProcess } from '@aws-sdk/credential-provider-process'
import { expect, it } from 'vitest'
import { startServedBroker } from '../../fixtures/index.ts'
import { BUILT_PROGRAM } from './run-cli.ts'
import { startSessionBench, TOKEN } from './session-bench.ts'

const bench = await startSessionBench()

it('prints what credential_process must, and the second run makes no request', async () => {
  const names = ['--tenant', 'acme', '--grant', 'reports']
  const args = [...names, '--duration', '1h', '--statements', 'Read,Keep']
  const first = await bench.credentials(...args)
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(first.stdout)).toEqual({
    Version: 1,
    AccessKeyId: 'ASIA1',
    SecretAccessKey: 'canary-secret',
    SessionToken: 'canary-session',
    Expiration: expect.stringMatching(/Z$/),
    AccountId: '111122223333',
  })
  expect(await bench.credentials(...args)).toEqual(first)
  const requested = {
    tenant: 'acme',
    grant: 'reports',
    durationSeconds: 3600,
    statements: ['Read', 'Keep'],
  }
  expect(bench.requests).toEqual([{ token: TOKEN, ...requested }])
  await bench.credentials('--grant', 'other')
  expect(bench.requests).toHaveLength(2)
})

it('gives an unmodified SDK the credentials of the real broker, through a profile', async () => {
  const broker = await startServedBroker()
  await writeFile(bench.tokenFile, await broker.token())
  const configFilepath = join(bench.home, 'aws-config')
  const program = `env HOME=${bench.home} ${process.execPath} ${BUILT_PROGRAM} credential-process`
  const command = `${program} --endpoint ${broker.url} --token-file ${bench.tokenFile}`
  await writeFile(configFilepath, `[profile work]\ncredential_process = ${command}\n`)
  const credentials = await fromProcess({
    profile: 'work',
    configFilepath,
    filepath: configFilepath,
  })()
  expect(credentials).toMatchObject({
    accessKeyId: 'ASIA0123456789ABCDEF',
    accountId: '111122223333',
  })
})
