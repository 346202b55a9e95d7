/** `token-broker explain --watch`: a new explanation after each change of a file that is read. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { makeTemporaryFolder, tenantDocument } from '../../fixtures/index.ts'
import { runHere, startCli } from './run-cli.ts'

const ISSUER = 'https://id.orchard.example'
const CLAIMS = JSON.stringify({ iss: ISSUER, aud: 'acme-app', sub: 'alice' })

it('explains again after a change of a document or of the claims, and after an error', async () => {
  const { folder, documents, claims } = writeFiles()
  const document = path.join(documents, 'acme.yaml')
  const valid = readFileSync(document, 'utf8')
  const { count, end } = watchWith(['--tenants', documents, '--claims', claims])
  try {
    await expect.poll(() => count('"would-issue"'), SOON).toBe(1)
    // Editors write another file and rename it.
    writeFileSync(`${document}.tmp`, valid.replaceAll('read', 'look'))
    renameSync(`${document}.tmp`, document)
    await expect.poll(() => count('"grant": "look"'), SOON).toBeGreaterThan(0)
    writeFileSync(document, 'tenant: [')
    await expect.poll(() => count('acme.yaml'), SOON).toBeGreaterThan(0)
    writeFileSync(document, valid)
    await expect.poll(() => count('"would-issue"'), SOON).toBe(3)
    writeFileSync(claims, CLAIMS.replace('alice', '*'))
    await expect.poll(() => count('"claim_unusable"'), SOON).toBe(1)
    writeFileSync(claims, '{')
    await expect.poll(() => count('token-broker: --claims: '), SOON).toBe(1)
    writeFileSync(path.join(documents, 'notes.md'), 'x')
    writeFileSync(path.join(folder, 'other.json'), '{}')
    writeFileSync(claims, CLAIMS)
    await expect.poll(() => count('"would-issue"'), SOON).toBe(4)
  } finally {
    end()
  }
}, 120_000)

it('watches one document, and the file of a token', async () => {
  const { folder, documents } = writeFiles()
  const token = path.join(folder, 'token.jwt')
  writeFileSync(token, 'not a token')
  const document = path.join(documents, 'acme.yaml')
  const { count, end } = watchWith(['--tenants', document, '--token', token, '--tenant', 'acme'])
  try {
    await expect.poll(() => count('"would-refuse"'), SOON).toBe(1)
    writeFileSync(token, 'no token either')
    await expect.poll(() => count('"would-refuse"'), SOON).toBe(2)
    writeFileSync(document, readFileSync(document, 'utf8'))
    await expect.poll(() => count('"would-refuse"'), SOON).toBe(3)
  } finally {
    end()
  }
}, 90_000)

it('needs a token or claims that it can read again', async () => {
  const { documents } = writeFiles()
  const { code, stderr } = await runHere(['explain', '--watch', '--tenants', documents])
  expect([code, stderr]).toEqual([
    1,
    'token-broker: --watch: expected --token FILE or --claims, found a token on standard input, ' +
      'which cannot be read again\n',
  ])
})

it('ends where the first explanation is not possible', async () => {
  const missing = path.join(makeTemporaryFolder(), 'nowhere')
  const args = ['--watch', '--tenants', missing, '--claims', CLAIMS]
  const { code, stderr } = await runHere(['explain', ...args])
  expect([code, stderr]).toEqual([1, expect.stringContaining(missing)])
})

const SOON = { timeout: 20_000 }

function writeFiles() {
  const folder = makeTemporaryFolder()
  const documents = makeTemporaryFolder()
  const claims = path.join(folder, 'claims.json')
  writeFileSync(path.join(documents, 'acme.yaml'), tenantDocument('acme', ISSUER))
  writeFileSync(claims, CLAIMS)
  return { folder, documents, claims }
}

function watchWith(args: readonly string[]) {
  const child = startCli(['explain', '--watch', '--format', 'json', ...args], process.env)
  let output = ''
  child.stdout.on('data', (part) => (output += part))
  child.stderr.on('data', (part) => (output += part))
  return { count: (text: string) => output.split(text).length - 1, end: () => child.kill() }
}
