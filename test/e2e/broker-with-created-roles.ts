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
import { roleAllows, type SessionRequest } from '../fixtures/role-session.ts'

const ACCOUNT = '111122223333'
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/b`
const SETTINGS = { account: ACCOUNT, region: 'eu-west-1', permissionsBoundaries: [BOUNDARY] }
const SAMPLES = path.join(import.meta.dirname, '../../packages/local/tenants')

export interface BrokerWithCreatedRoles {
  /** Gets credentials for a user of the demo IdP. @returns the web identity token that STS got */
  mintTokenFor(username: string): Promise<string>
  /** Calls STS directly. @returns `accepted`, or the error code */
  assume(roleName: string, webIdentityToken: string): Promise<string | undefined>
  /**
   * Assumes a role without a session policy, which the broker never does.
   * @returns whether such a session may do what a request asks for
   */
  openWithoutPolicy(
    roleName: string,
    webIdentityToken: string,
  ): Promise<(request: SessionRequest) => boolean>
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
  const planned = await planRoles(tenantsDir, idp.url, brokerUrl)
  const rolesFile = path.join(tenantsDir, 'roles.txt')
  writeFileSync(rolesFile, planned.rolesFile)
  const roles = await readRolesFile(rolesFile)
  stsUrl = (await closeAfterTests(startLocalSts({ port: 0, roles }))).url
  const assume = async (roleName: string, webIdentityToken: string) => {
    const form = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/${roleName}`,
      RoleSessionName: 'replayed',
      WebIdentityToken: webIdentityToken,
    })
    const { status, body } = await callSts(stsUrl, form)
    return status === 200 ? 'accepted' : /<Code>(.*)<\/Code>/.exec(body)?.[1]
  }
  return {
    assume,
    openWithoutPolicy: async (roleName, webIdentityToken) => {
      const outcome = await assume(roleName, webIdentityToken)
      const role = planned.roles.find(({ name }) => name === roleName)
      if (outcome !== 'accepted' || !role) throw new Error(`STS responded with ${outcome}`)
      const tags = principalTagsOf(webIdentityToken)
      return (request) => roleAllows(role.policy.Statement, tags, request)
    },
    mintTokenFor: async (username) => {
      const headers = { authorization: `Bearer ${await logIn(idp.url, username)}` }
      const { status } = await fetch(`${brokerUrl}/v1/credentials`, { method: 'POST', headers })
      if (status !== 200) throw new Error(`${username} got ${status} from the broker`)
      return webIdentityTokens.at(-1) ?? ''
    },
  }
}

/** The tags that STS gives the session of this token. */
function principalTagsOf(webIdentityToken: string): Record<string, string> {
  const payload = Buffer.from(webIdentityToken.split('.')[1] ?? '', 'base64url').toString()
  const claims = JSON.parse(payload) as {
    'https://aws.amazon.com/tags': { principal_tags: Record<string, string[]> }
  }
  return Object.fromEntries(
    Object.entries(claims['https://aws.amazon.com/tags'].principal_tags).map(([key, [value]]) => [
      key,
      String(value),
    ]),
  )
}

/** The sample tenants of the local runtime, whose minted grants now ask for their roles. */
function writeDocuments(folder: string, idpUrl: string): void {
  for (const name of ['acme.yaml', 'beta.yaml']) {
    const document = readFileSync(path.join(SAMPLES, name), 'utf8')
      .replaceAll('http://127.0.0.1:8788', idpUrl)
      .replaceAll('444455556666', ACCOUNT)
      .replaceAll("team: '{{team}}' }", "team: '{{team}}', user: '{{user}}' }")
      .replace(/^( +)role: .*-app$/gm, `$&\n$1createRole: true\n$1permissionsBoundary: ${BOUNDARY}`)
    writeFileSync(path.join(folder, name), document)
  }
}

/** @returns the planned roles, and a roles file of the local STS with them */
async function planRoles(folder: string, idpUrl: string, brokerUrl: string) {
  const tenants = await readTenantDocuments(folder, idpUrl)
  const { roles } = planTenants(tenants, SETTINGS)
  const byArn = roles.map((role) => [
    role.roleArn,
    {
      trustPolicy: trustPolicyOf(role, tenants, brokerUrl),
      maxSessionDuration: role.maxSessionDurationSeconds,
    },
  ])
  return { roles, rolesFile: JSON.stringify(Object.fromEntries(byArn)) }
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
