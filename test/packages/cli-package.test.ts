/** `@token-broker/cli`, packed and installed: its contents, and commands on Node.js 22 and 24. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  SECRET_ACCESS_KEY,
  SESSION_TOKEN,
  startServedBroker,
  tenantDocument,
} from '../fixtures/index.ts'
import { type NodeMajor, nodeBinary, skipsNode } from './node-binary.ts'
import { installPacked, run } from './packed-package.ts'

const { folder, files, remove } = await installPacked('cli')
afterAll(remove)

it('contains its built command, documentation and licence, but no sources and no tests', () => {
  expect(files).toEqual(expect.arrayContaining(['README.md', 'package.json']))
  expect(files.filter((file) => /licen[cs]e/i.test(file))).not.toEqual([])
  expect(files.filter((file) => file.startsWith('dist/') && file.endsWith('.mjs'))).not.toEqual([])
  expect(files.filter((file) => /(?<!\.d)\.ts$|(^|\/)(src|tests?)\//.test(file))).toEqual([])
})

it('installs no other package', () => {
  expect(globSync('node_modules/{*,@*/*}/package.json', { cwd: folder })).toEqual([
    'node_modules/@token-broker/cli/package.json',
  ])
})

it('has the metadata of a published package', () => {
  const repository = 'https://github.com/token-broker/token-broker'
  const manifest = readManifest()
  expect(manifest).not.toHaveProperty('private')
  expect(manifest).toMatchObject({
    name: '@token-broker/cli',
    bin: { 'token-broker': expect.stringMatching(/\.mjs$/) },
    homepage: `${repository}/tree/main/packages/cli#readme`,
    bugs: expect.anything(),
    repository: { url: `git+${repository}.git`, directory: 'packages/cli' },
    publishConfig: { access: 'public', provenance: true },
    engines: { node: expect.stringContaining('22') },
  })
})

for (const major of [22, 24] as const) {
  describe.skipIf(skipsNode(major))(`token-broker on Node.js ${major}`, () => {
    it('prints its version', async () => {
      expect(await runCommand(major, '--version')).toContain(readManifest().version)
    })

    it('validates tenant documents', async () => {
      const file = write('acme.yaml', tenantDocument('acme', 'https://id.acme.example'))
      await expect(runCommand(major, 'validate', file)).resolves.toBeDefined()
      const invalid = write('invalid.yaml', 'tenant: acme\n')
      await expect(runCommand(major, 'validate', invalid)).rejects.toMatchObject({ code: 1 })
    })

    it('prints the broker’s credentials for credential_process, then cached ones', async () => {
      const broker = await startServedBroker()
      const token = write('token', await broker.token())
      const options = ['--endpoint', broker.url, '--token-file', token, '--grant', 'read']
      const { result, requests } = await broker.counting(async () => [
        JSON.parse(await runCommand(major, 'credential-process', ...options)),
        JSON.parse(await runCommand(major, 'credential-process', ...options)),
      ])
      expect(result[0]).toMatchObject({
        Version: 1,
        AccessKeyId: 'ASIA0123456789ABCDEF',
        SecretAccessKey: SECRET_ACCESS_KEY,
        SessionToken: SESSION_TOKEN,
      })
      expect(result[1]).toEqual(result[0])
      expect(requests).toBe(1)
    })
  })
}

/** Runs the command as a shell does, by its link; the version of Node.js is the first in `PATH`. */
async function runCommand(major: NodeMajor, ...args: readonly string[]): Promise<string> {
  const home = path.join(folder, `home-${major}`)
  const env = {
    PATH: `${path.dirname(nodeBinary(major))}:/usr/bin:/bin`,
    HOME: home,
    XDG_CACHE_HOME: `${home}/cache`,
    XDG_CONFIG_HOME: `${home}/config`,
  }
  const command = path.join(folder, 'node_modules/.bin/token-broker')
  return (await run(command, args, { cwd: folder, env })).stdout
}

function readManifest(): { readonly version: string } {
  const file = path.join(folder, 'node_modules/@token-broker/cli/package.json')
  return JSON.parse(readFileSync(file, 'utf8'))
}

function write(name: string, text: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, text)
  return file
}
