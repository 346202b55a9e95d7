/** Roles that the deployment would create, given to the local STS: what the broker mints for a tenant opens that tenant's role alone. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startDemoIdp } from '../../packages/local/src/demo-idp.ts'
import { closeServer, listen } from '../../packages/local/src/listen.ts'
import { startLocalSts } from '../../packages/local/src/local-sts/server.ts'
import { readRolesFile } from '../../packages/local/src/roles-file.ts'
import { startRuntime } from '../../packages/local/src/runtime.ts'
import { readTenantDocuments } from '../../packages/local/src/tenant-documents.ts'
import { planTenants, trustPolicyOf } from '../../stacks/tenant-roles.ts'

const ACCOUNT = '111122223333'
const ROLES = {
  alice: `arn:aws:iam::${ACCOUNT}:role/acme-app`,
  bob: `arn:aws:iam::${ACCOUNT}:role/beta-app`,
}
const USERS = ['alice', 'bob'] as const
const folder = mkdtempSync(path.join(tmpdir(), 'tenant-roles-'))
const closers: (() => Promise<void>)[] = []
const minted: string[] = []
let idpUrl: string
let brokerUrl: string
let stsUrl: string

/** The samples of the local runtime, whose minted grants ask for their roles. */
function writeDocuments(): void {
  for (const name of ['acme.yaml', 'beta.yaml']) {
    const text = readFileSync(path.join('packages/local/tenants', name), 'utf8')
      .replaceAll('http://127.0.0.1:8788', idpUrl)
      .replaceAll('444455556666', ACCOUNT)
      .replace(
        /^( +)role: .*-app$/gm,
        `$&\n$1createRole: true\n$1permissionsBoundary: arn:aws:iam::${ACCOUNT}:policy/b`,
      )
    writeFileSync(path.join(folder, name), text)
  }
}

beforeAll(async () => {
  const idp = await startDemoIdp({ port: 0 })
  closers.push(idp.close)
  idpUrl = idp.url
  writeDocuments()
  // Stands before the local STS, to see what the broker sends; the roles need the broker's address first.
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    minted.push(new URLSearchParams(body).get('WebIdentityToken') ?? '')
    const answer = await callSts(body)
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.text)
  })
  const seenUrl = await listen(server, 0)
  closers.push(() => closeServer(server))
  const ports = { brokerPort: 0, idpPort: 0, stsPort: 0 }
  const runtime = await startRuntime({
    ...ports,
    noIdp: true,
    tenantsDir: folder,
    stsEndpoint: seenUrl,
  })
  closers.push(runtime.close)
  brokerUrl = runtime.brokerUrl
  const tenants = await readTenantDocuments(folder, idpUrl)
  const roles = planTenants(tenants, ACCOUNT).roles.map((role) => [
    role.roleArn,
    {
      trustPolicy: trustPolicyOf(role, tenants, brokerUrl),
      maxSessionDuration: role.maxSessionDurationSeconds,
    },
  ])
  const rolesFile = path.join(folder, 'roles.txt')
  writeFileSync(rolesFile, JSON.stringify(Object.fromEntries(roles)))
  const sts = await startLocalSts({ port: 0, roles: await readRolesFile(rolesFile) })
  closers.push(sts.close)
  stsUrl = sts.url
})

afterAll(async () => {
  for (const close of closers.reverse()) await close()
  rmSync(folder, { recursive: true, force: true })
})

async function callSts(body: string): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await fetch(stsUrl, { method: 'POST', headers, body })
  return { status: response.status, text: await response.text() }
}

/** Gets credentials for a user through the broker, and returns the token that it minted. */
async function mintedFor(username: string): Promise<string> {
  const login = {
    grant_type: 'urn:demo:user',
    username,
    client_id: 'demo',
    client_secret: 'demo-secret',
  }
  const response = await fetch(`${idpUrl}/token`, {
    method: 'POST',
    body: new URLSearchParams(login),
  })
  const { id_token } = (await response.json()) as { id_token: string }
  const headers = { authorization: `Bearer ${id_token}` }
  const issued = await fetch(`${brokerUrl}/v1/credentials`, { method: 'POST', headers })
  expect([username, issued.status]).toEqual([username, 200])
  return minted.at(-1) ?? ''
}

it('each tenant’s token is accepted for its own role, and for no other tenant’s', async () => {
  const found = new Map<string, string | undefined>()
  for (const user of USERS) {
    const token = await mintedFor(user)
    for (const owner of USERS) {
      const form = {
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleSessionName: 'replayed',
      }
      const body = new URLSearchParams({ ...form, RoleArn: ROLES[owner], WebIdentityToken: token })
      const { status, text } = await callSts(body.toString())
      found.set(
        `${user} at ${owner}'s role`,
        status === 200 ? 'accepted' : /<Code>(.*)<\/Code>/.exec(text)?.[1],
      )
    }
  }
  expect(Object.fromEntries(found)).toEqual({
    "alice at alice's role": 'accepted',
    "alice at bob's role": 'AccessDenied',
    "bob at alice's role": 'AccessDenied',
    "bob at bob's role": 'accepted',
  })
})
