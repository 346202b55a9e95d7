/** `token-broker token decode`: shows what a token says, and never the token. */
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { runCli } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const folder = await createTenantFolder()
const now = Math.floor(Date.now() / 1000)
const token = await folder.sign({ sub: 'alice', exp: now + 7300, iat: now - 90, id: 'x\u202ey' })

it('prints header and claims, with times in words', async () => {
  const { code, stdout, stderr } = await runCli(['token', 'decode'], token)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('  alg  "ES256"')
  expect(stdout).toMatch(/^ {2}sub {2}"alice"$/m)
  expect(stdout).toMatch(/^ {2}exp {2}\d+ {2}\d{4}-\S+Z, in 2 h$/m)
  expect(stdout).toMatch(/^ {2}iat {2}\d+ {2}\d{4}-\S+Z, 1 min ago$/m)
  expect(stdout).toContain('not verified')
  expect(stdout).not.toContain('\u202e')
  expect(stdout).not.toContain(token.split('.')[2])
})

it('prints JSON, from a file', async () => {
  const file = await folder.write('t.jwt', token)
  const { code, stdout } = await runCli(['token', 'decode', '--token', file, '--format', 'json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'jwt',
    header: { alg: 'ES256', kid: 'key-1' },
    claims: { sub: 'alice', aud: 'demo' },
  })
})

describe('another text', () => {
  it.each([
    ['canary@example.com', 'no JWT: it is an e-mail address\n  send the ID token'],
    ['ASIAIOSFODNN7EXAMPLE', 'the id of an AWS access key'],
    ['canary-opaque-token', 'an opaque token'],
  ])('%s', async (text, message) => {
    const { code, stdout } = await runCli(['token', 'decode'], text)
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining(message) })
    expect(stdout).not.toContain(text)
  })

  it.each([
    [' \n', 'found nothing but white space'],
    ['eyJhbGciOiJFUzI1NiJ9.e30x.AA', 'the payload of the token is not JSON'],
  ])('%j is refused', async (text, message) => {
    const { code, stderr } = await runCli(['token', 'decode'], text)
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
  })
})

it('says which file cannot be read', async () => {
  const file = `${makeTemporaryFolder()}/none`
  const { code, stderr } = await runCli(['token', 'decode', '--token', file])
  expect([code, stderr]).toEqual([1, expect.stringContaining(`cannot read ${file}`)])
})
