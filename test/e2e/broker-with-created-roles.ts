/** The local broker in front of a local STS whose roles are those that the deployment creates. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { startDemoIdp } from '../../packages/local/src/demo-idp.ts'
import { startLocalSts } from '../../packages/local/src/local-sts/server.ts'
import { readRolesFile } from '../../packages/local/src/roles-file.ts'
import { startRuntime } from '../../packages/local/src/runtime.ts'
import { readTenantDocuments } from '../../packages/local/src/tenant-documents.ts'
import { planTenants, trustPolicyOf } from '../../stacks/tenant-roles.ts'
import { closeAfterTests, makeTemporaryFolder, startServer } from '../fixtures/index.ts'

const ACCOUNT = '111122223333'
const SAMPLES = path.join(import.meta.dirname, '../../packages/local/tenants')

export interface BrokerWithCreatedRoles {
  /** Gets credentials for a user of the demo IdP. @returns the web identity token that STS got */
  mintTokenFor(username: string): Promise<string>
  /** Calls STS directly. @returns `accepted`, or the error code */
  assume(roleName: string, webIdentityToken: string): Promise<string | undefined>
}

export async function startBrokerWithCreatedRoles(): Promise<BrokerWithCreatedRoles> {
  const tenantsDir = makeTemporaryFolder()
  const idp = await closeAfterTests(startDemoIdp({ port: 0 }))
  writeDocuments(tenantsDir, idp.url)
  // A proxy in front of STS records what the broker sends. STS itself starts later, because the
  // roles' trust policies name the broker's address.
  const webIdentityTokens: string[] = []
  let stsUrl = ''
  const proxy = await closeAfterTests(
    startServer(async (request, response) => {
      const form = new URLSearchParams(await text(request))
      webIdentityTokens.push(form.get('WebIdentityToken') ?? '')
      const { status, body } = await callSts(stsUrl, form)
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body)
    }),
  )
  const ports = { brokerPort: 0, idpPort: 0, stsPort: 0 }
  const { brokerUrl } = await closeAfterTests(
    startRuntime({ ...ports, noIdp: true, tenantsDir, stsEndpoint: proxy.url }),
  )
  const rolesFile = path.join(tenantsDir, 'roles.txt')
  writeFileSync(rolesFile, await planRoles(tenantsDir, idp.url, brokerUrl))
  const roles = await readRolesFile(rolesFile)
  stsUrl = (await closeAfterTests(startLocalSts({ port: 0, roles }))).url
  return {
    mintTokenFor: async (username) => {
      const headers = { authorization: `Bearer ${await logIn(idp.url, username)}` }
      const { status } = await fetch(`${brokerUrl}/v1/credentials`, { method: 'POST', headers })
      if (status !== 200) throw new Error(`${username} got ${status} from the broker`)
      return webIdentityTokens.at(-1) ?? ''
    },
    assume: async (roleName, webIdentityToken) => {
      const form = new URLSearchParams({
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/${roleName}`,
        RoleSessionName: 'replayed',
        WebIdentityToken: webIdentityToken,
      })
      const { status, body } = await callSts(stsUrl, form)
      return status === 200 ? 'accepted' : /<Code>(.*)<\/Code>/.exec(body)?.[1]
    },
  }
}

/** The sample tenants of the local runtime, whose minted grants now ask for their roles. */
function writeDocuments(folder: string, idpUrl: string): void {
  const boundary = `arn:aws:iam::${ACCOUNT}:policy/b`
  for (const name of ['acme.yaml', 'beta.yaml']) {
    const document = readFileSync(path.join(SAMPLES, name), 'utf8')
      .replaceAll('http://127.0.0.1:8788', idpUrl)
      .replaceAll('444455556666', ACCOUNT)
      .replace(/^( +)role: .*-app$/gm, `$&\n$1createRole: true\n$1permissionsBoundary: ${boundary}`)
    writeFileSync(path.join(folder, name), document)
  }
}

/** @returns a roles file of the local STS */
async function planRoles(folder: string, idpUrl: string, brokerUrl: string): Promise<string> {
  const tenants = await readTenantDocuments(folder, idpUrl)
  const roles = planTenants(tenants, ACCOUNT).roles.map((role) => [
    role.roleArn,
    {
      trustPolicy: trustPolicyOf(role, tenants, brokerUrl),
      maxSessionDuration: role.maxSessionDurationSeconds,
    },
  ])
  return JSON.stringify(Object.fromEntries(roles))
}

async function callSts(url: string, form: URLSearchParams) {
  const response = await fetch(url, { method: 'POST', body: form })
  return { status: response.status, body: await response.text() }
}

async function logIn(idpUrl: string, username: string): Promise<string> {
  const client = { client_id: 'demo', client_secret: 'demo-secret' }
  const form = new URLSearchParams({ grant_type: 'urn:demo:user', username, ...client })
  const response = await fetch(`${idpUrl}/token`, { method: 'POST', body: form })
  const { id_token } = (await response.json()) as { id_token: string }
  return id_token
}
