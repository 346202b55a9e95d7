/** What `npm start` says of tenants, and of flags and variables that are wrong. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startRuntime } from '../../../packages/local/src/runtime.ts'
import { exampleLines, tenantLines } from '../../../packages/local/src/start-text.ts'
import { findTenantSamples } from '../../../packages/local/src/tenant-samples.ts'
import { findFreePort } from '../../fixtures/free-port.ts'
import { closeAfterTests, makeTemporaryFolder } from '../../fixtures/index.ts'

const run = promisify(execFile)
const MAIN = path.join(import.meta.dirname, '../../../packages/local/src/main.ts')

describe('the tenants of the user', async () => {
  const idpPort = await findFreePort()
  const idp = `http://127.0.0.1:${idpPort}`
  const tenantsDir = writeDocuments({
    'access.yaml': documentOf('access', `{ issuer: '${idp}', audiences: ['urn:broker'] }`),
    'bobs.yaml': documentOf(
      'bobs',
      `{ issuer: '${idp}', audiences: [demo], member: 'claims.tenant == "beta"' }`,
      '"dev" in claims.groups',
    ),
    'nobody.yaml': documentOf(
      'nobody',
      `{ issuer: '${idp}', audiences: [demo], member: 'claims.tenant == "none"' }`,
      'claims.age > 5',
    ),
    'other.yaml': documentOf('other', `{ issuer: 'https://id.example', audiences: [a, b] }`),
  })
  const options = { brokerPort: 0, idpPort, stsPort: 0, tenantsDir }
  const runtime = await closeAfterTests(startRuntime(options))
  const samples = await findTenantSamples(runtime.tenants, runtime.idpUrl)

  it('are listed with their issuers, audiences and grants', () => {
    expect(tenantLines(samples)).toEqual([
      `tenant    access  ${idp} (urn:broker); grants own`,
      `tenant    bobs    ${idp} (demo); grants own`,
      `tenant    nobody  ${idp} (demo); grants own`,
      'tenant    other   https://id.example (a, b); grants own',
    ])
  })

  it('have commands that work when they are pasted, if a user gets credentials', async () => {
    const lines = exampleLines(runtime, samples, false).join('\n')
    expect(lines).toContain('No demo user gets credentials of nobody.')
    expect(lines).not.toContain('other')
    const tenants: string[] = []
    for (const [command] of lines.matchAll(/^TOKEN=.*\ncurl .*$/gm)) {
      const { tenant, credentials } = JSON.parse((await run('bash', ['-c', command])).stdout)
      expect(credentials.accessKeyId).toMatch(/^ASIA/)
      tenants.push(tenant)
    }
    expect(tenants).toEqual(['access', 'bobs'])
    expect(lines).toContain('# bob of bobs')
  })

  it('have no commands without the demo IdP', async () => {
    const without = await findTenantSamples(runtime.tenants, undefined)
    expect(without.map(({ login }) => login)).toEqual(without.map(() => undefined))
    expect(tenantLines(without)).toEqual(tenantLines(samples))
  })
})

describe('a flag or variable that is wrong', () => {
  const folder = makeTemporaryFolder()
  const file = path.join(folder, 'file.json')
  writeFileSync(file, '{\n  "a": oops }')

  it.each([
    [
      ['--tenants', '/nowhere'],
      '--tenants (BROKER_TENANTS): the folder /nowhere cannot be read (ENOENT: ',
    ],
    [['--tenants', file], `the folder ${file} cannot be read (ENOTDIR: not a directory)`],
    [
      ['--tenants', folderWith('notes.md')],
      'expected .yaml, .yml or .json; add one, or set --tenants',
    ],
    [['--roles', '/nowhere.json'], '--roles: the file /nowhere.json cannot be read (ENOENT: '],
    [['--roles', folder], `--roles: the file ${folder} cannot be read (EISDIR: `],
    [['--roles', file], `--roles: ${file}: Unexpected token 'o'`],
    [['--data', file], `--data (BROKER_DATA): the folder ${file} cannot be used (E`],
    [['--port', '70000'], '--port (BROKER_PORT): expected a port from 0 to 65535, found "70000"'],
  ])('%j ends the start with one message', async (args, message) => {
    const { stderr, code } = await start(args)
    expect(code).toBe(1)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })

  it('of the broker ends the start with its message, without its value', async () => {
    const { stderr, code } = await start([], { BROKER_SESSION_NAME_KEY: 'canary' })
    expect(code).toBe(1)
    expect(stderr).toContain('BROKER_SESSION_NAME_KEY has fewer than 32 characters; set it to')
    expect(stderr).not.toMatch(/ {4}at |canary/)
  })

  it('is reported where it has no effect, with the one that was meant', async () => {
    const environment = { BROKER_TENANT: 'canary', BROKER_ISSUER: 'canary', BROKER_BUNDLES: 'x' }
    const { stderr } = await start(['--tenants', '/nowhere'], environment)
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      'warning: Environment variable BROKER_TENANT is not a setting and has no effect; did you ' +
        'mean BROKER_TENANTS?',
      'warning: Environment variable BROKER_ISSUER has no effect in the local runtime; remove it',
    ])
    expect(stderr).not.toMatch(/canary|BROKER_BUNDLES/)
  })
})

async function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const ports = ['--port', '0', '--idp-port', '0', '--sts-port', '0', '--s3-port', '0']
  const all = [MAIN, ...ports, '--dynamodb-port', '0', ...args]
  const env = { PATH: process.env.PATH, ...environment }
  return run(process.execPath, all, { env, timeout: 60_000 }).then(
    () => ({ code: 0, stderr: '' }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  )
}

function documentOf(tenant: string, issuer: string, when = 'true'): string {
  return `tenant: ${tenant}
issuers:
  - ${issuer}
attributes:
  user: { from: claims.sub }
rules:
  - name: all
    when: '${when}'
    grant: own
grants:
  own:
    role: arn:aws:iam::111122223333:role/${tenant}
    policy:
      - Sid: Own
        Effect: Allow
        Action: s3:GetObject
        Resource: 'arn:aws:s3:::${tenant}/{{user}}/*'
`
}

function writeDocuments(documents: Readonly<Record<string, string>>): string {
  const folder = path.join(makeTemporaryFolder(), 'tenants')
  mkdirSync(folder)
  for (const [name, text] of Object.entries(documents)) writeFileSync(path.join(folder, name), text)
  return folder
}

function folderWith(name: string): string {
  return writeDocuments({ [name]: 'x' })
}
