/** `--token-type saml2`: a SAML response in a file, on standard input, or printed by a command. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startAssertionIssuer } from '../../fixtures/assertion-issuer.ts'
import { closeAfterTests, startServedBroker } from '../../fixtures/index.ts'
import { runCli } from './run-cli.ts'
import { startSessionBench } from './session-bench.ts'
import { createTenantFolder } from './tenant-folder.ts'

const issuer = await closeAfterTests(startAssertionIssuer())
const broker = await startServedBroker({ documents: [issuer.document('acme')] })
const bench = await startSessionBench()
const folder = await createTenantFolder()
const SAML = ['--token-type', 'saml2']
const lines = (response: string) => `${response.replace(/.{76}/g, '$&\n')}\n`
const request = (args: readonly string[], input = '') =>
  runCli(['credential-process', '--endpoint', broker.url, ...SAML, ...args], input, {
    ...{ PATH: process.env.PATH, HOME: bench.home },
  })

it('is sent from a file and from standard input, also where it is in lines', async () => {
  const file = join(bench.home, 'response.b64')
  await writeFile(file, lines(issuer.response()))
  const responses = [
    await request(['--token-file', file]),
    await request(['--token-file', '-', '--no-cache'], lines(issuer.response())),
    await request(['--token-command', `cat ${file}`, '--no-cache']),
  ]
  for (const { code, stdout, stderr } of responses) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout).AccessKeyId).toMatch(/^ASIA/)
  }
  expect(broker.audit.slice(-3).map(({ issuer: name, subject }) => [name, subject])).toEqual(
    responses.map(() => [issuer.url, 'alice']),
  )
})

it('has an entry of its own in the cache, as another user may sign in', async () => {
  const file = join(bench.home, 'shared.b64')
  const subjectOf = async (nameId: string, response = issuer.response({ nameId })) => {
    await writeFile(file, response)
    const before = broker.audit.length
    expect((await request(['--token-file', file])).code).toBe(0)
    return broker.audit.slice(before).map(({ subject }) => subject)
  }
  expect(await subjectOf('alice')).toEqual(['alice'])
  expect(await subjectOf('bob')).toEqual(['bob'])
  const carol = issuer.response({ nameId: 'carol' })
  expect(await subjectOf('carol', carol)).toEqual(['carol'])
  expect(await subjectOf('carol', carol)).toEqual([])
})

it('is refused as anything but base64, and not repeated', async () => {
  const { code, stderr } = await request(['--token-file', '-'], '<canary/>')
  expect([code, stderr]).toEqual([
    3,
    'token-broker: no_token: --token-file: standard input has something else than a SAML ' +
      'response in base64\n',
  ])
})

it('is refused as an argument, which other users can read, and not repeated', async () => {
  const response = issuer.response()
  for (const token of [response, lines(response)]) {
    const { code, stdout, stderr } = await request(['--token-file', token])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('--token-file: ')
    for (const line of token.split('\n').slice(0, -2)) expect(stderr).not.toContain(line)
  }
  const { stderr } = await request(['--token-file', `/tmp/${lines(response)}`])
  expect(stderr).toMatch(/\[token\]|looks like a token/)
  expect(stderr).not.toContain(response.slice(0, 40))
})

it('is refused as another type', async () => {
  const { code, stderr } = await runCli(
    ['credential-process', '--endpoint', broker.url, '--token-file', '-', '--token-type', 'saml1'],
    'x',
  )
  expect([code, stderr]).toEqual([1, expect.stringContaining('--token-type')])
})

it('is explained, with the metadata of the issuer', async () => {
  const tenants = await folder.write('saml.yaml', issuer.document('acme'))
  const explain = (input: string) =>
    runCli(['explain', '--tenants', tenants, '--allow-loopback-http', ...SAML], input)
  const { code, stdout } = await explain(lines(issuer.response()))
  expect(code).toBe(0)
  expect(stdout).toContain('signature is the issuer’s')
  const refused = await explain(issuer.response({ audience: 'other' }))
  expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('access_denied')])
})
