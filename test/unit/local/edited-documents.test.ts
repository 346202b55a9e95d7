/** Tenant documents that are edited while the local runtime runs. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { asRecord, demoToken, postJson } from '../../../packages/local/src/demo/demo-client.ts'
import { type RuntimeOptions, startRuntime } from '../../../packages/local/src/runtime.ts'
import { findFreePort } from '../../fixtures/free-port.ts'
import { closeAfterTests, makeTemporaryFolder } from '../../fixtures/index.ts'

it('uses an edited document at once, and says what has changed', async () => {
  const { edit, grantOf, logged } = await startWith({ 'acme.yaml': documentOf('acme', 'reading') })
  expect(await grantOf('acme')).toBe('reading')
  edit('acme.yaml', documentOf('acme', 'writing'))
  await logged('tenants: reloaded: acme changed')
  expect(await grantOf('acme')).toBe('writing')
})

it('keeps the last valid version in use, and prints the error of the compiler', async () => {
  const { edit, grantOf, logged, folder } = await startWith({
    'acme.yaml': documentOf('acme', 'reading'),
  })
  edit('acme.yaml', documentOf('acme', 'writing').replace('grant: writing', 'grant: writng'))
  const line = await logged('tenants: not reloaded, the last valid version stays in use:\n')
  for (const part of [`${folder}/acme.yaml:`, 'rules[0].grant', 'writng'])
    expect(line).toContain(part)
  expect(await grantOf('acme')).toBe('reading')
  edit('acme.yaml', documentOf('acme', 'writing'))
  await logged('tenants: reloaded: acme changed')
  expect(await grantOf('acme')).toBe('writing')
})

it('adds and removes tenants, with the roles that they need', async () => {
  const { edit, remove, grantOf, logged } = await startWith({
    'acme.yaml': documentOf('acme', 'reading'),
  })
  expect(await grantOf('beta')).toBe('access_denied')
  edit('beta.yaml', documentOf('beta', 'sorting'))
  await logged('tenants: reloaded: beta added')
  expect(await grantOf('beta')).toBe('sorting')
  remove('beta.yaml')
  await logged('tenants: reloaded: beta removed')
  expect(await grantOf('beta')).toBe('access_denied')
  expect(await grantOf('acme')).toBe('reading')
})

it('keeps the last tenants where all documents are removed', async () => {
  const { remove, grantOf, logged } = await startWith({
    'acme.yaml': documentOf('acme', 'reading'),
  })
  remove('acme.yaml')
  expect(await logged('tenants: not reloaded')).toContain('No tenant documents found in')
  expect(await grantOf('acme')).toBe('reading')
})

it('notices editors that replace the file, as vim and VS Code do', async () => {
  const { edit, folder, grantOf, logged } = await startWith({
    'acme.yaml': documentOf('acme', 'reading'),
  })
  writeFileSync(path.join(folder, '.acme.yaml.swp'), 'x')
  renameSync(path.join(folder, 'acme.yaml'), path.join(folder, 'acme.yaml~'))
  edit('4913', documentOf('acme', 'writing'))
  renameSync(path.join(folder, '4913'), path.join(folder, 'acme.yaml'))
  await logged('tenants: reloaded: acme changed')
  expect(await grantOf('acme')).toBe('writing')
})

it('says nothing of rule tests, other files, and documents that say the same', async () => {
  const { edit, lines, logged } = await startWith({ 'acme.yaml': documentOf('acme', 'reading') })
  edit('acme.test.yaml', 'tests: []\n')
  edit('notes.md', '# Notes\n')
  edit('acme.yaml', documentOf('acme', 'reading'))
  edit('beta.yaml', documentOf('beta', 'sorting'))
  await logged('tenants: reloaded: beta added')
  expect(lines.filter((line) => line.startsWith('tenants:'))).toHaveLength(1)
})

it('reads nothing again without the option', async () => {
  const { edit, grantOf, lines } = await startWith(
    { 'acme.yaml': documentOf('acme', 'reading') },
    { watch: false },
  )
  edit('acme.yaml', documentOf('acme', 'writing'))
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(await grantOf('acme')).toBe('reading')
  expect(lines.filter((line) => line.startsWith('tenants:'))).toEqual([])
})

const IDP = 'http://127.0.0.1:IDP_PORT'

function documentOf(tenant: string, grant: string): string {
  return `tenant: ${tenant}
issuers:
  - issuer: ${IDP}
    audiences: [demo]
    member: 'claims.for == "${tenant}"'
attributes:
  user: { from: claims.sub }
rules:
  - name: all
    when: 'true'
    grant: ${grant}
grants:
  ${grant}:
    role: arn:aws:iam::111122223333:role/${tenant}-${grant}
    policy:
      - Sid: Own
        Effect: Allow
        Action: s3:GetObject
        Resource: 'arn:aws:s3:::${tenant}-${grant}/{{user}}/*'
`
}

async function startWith(
  documents: Readonly<Record<string, string>>,
  options: Partial<RuntimeOptions> = {},
) {
  const folder = path.join(makeTemporaryFolder(), 'tenants')
  mkdirSync(folder)
  const idpPort = await findFreePort()
  const write = (name: string, text: string) =>
    writeFileSync(path.join(folder, name), text.replace('IDP_PORT', `${idpPort}`))
  for (const [name, text] of Object.entries(documents)) write(name, text)
  const lines: string[] = []
  const waiting: (() => void)[] = []
  const { brokerUrl, idpUrl } = await closeAfterTests(
    startRuntime({
      ...{ brokerPort: 0, idpPort, stsPort: 0, tenantsDir: folder, watch: true },
      aws: { s3Port: 0, dynamodbPort: 0 },
      log: (line) => {
        lines.push(line)
        for (const wake of waiting.splice(0)) wake()
      },
      ...options,
    }),
  )
  return {
    folder,
    lines,
    edit: write,
    remove: (name: string) => rmSync(path.join(folder, name)),
    async logged(beginning: string): Promise<string> {
      for (;;) {
        const found = lines.findLast((line) => line.startsWith(beginning))
        if (found !== undefined) return found
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    /** The grant of the credentials, from the local STS, or the code of the refusal. */
    async grantOf(tenant: string): Promise<unknown> {
      const claims = JSON.stringify({ for: tenant })
      const token = await demoToken(idpUrl, { username: 'alice', token: 'id_token', claims })
      const { body } = await postJson(`${brokerUrl}/v1/credentials`, token, { tenant })
      const { grant, code } = asRecord(body)
      return grant ?? code
    },
  }
}
