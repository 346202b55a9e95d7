/**
 * glewlwyd: OpenID Connect with JWT access tokens, introspection, UserInfo and DPoP. Its
 * introspection response has no `iss` and no groups.
 */
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openBrowser } from './browser.ts'
import {
  CLIENTS,
  type ClientName,
  type Product,
  REDIRECT_URI,
  RESOURCE,
  type Site,
} from './identity-provider.ts'
import { PROVIDER_USERS } from './provider-users.ts'

const PROGRAM = '/usr/bin/glewlwyd'
const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3'
const MODULES = '/usr/lib/glewlwyd'
const CLAIMS = ['tenant', 'team', 'groups'] as const
const INTROSPECTION_SCOPE = 'introspect'
const PEM = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const
const RSA = { ...PEM, modulusLength: 2048 }
const P256 = { ...PEM, namedCurve: 'P-256' }
const P521 = { ...PEM, namedCurve: 'P-521' }
const CLIENT_NAMES = ['app', 'other-app', 'broker'] as const satisfies ClientName[]

/** Its names for each algorithm, and how its key is generated. */
const SIGNING = {
  RS256: { type: 'rsa', size: '256', newKey: () => generateKeyPairSync('rsa', RSA) },
  PS256: { type: 'rsa-pss', size: '256', newKey: () => generateKeyPairSync('rsa', RSA) },
  ES256: { type: 'ecdsa', size: '256', newKey: () => generateKeyPairSync('ec', P256) },
  ES512: { type: 'ecdsa', size: '512', newKey: () => generateKeyPairSync('ec', P521) },
  EdDSA: { type: 'eddsa', size: '256', newKey: () => generateKeyPairSync('ed25519', PEM) },
} as const

export interface GlewlwydOptions {
  /** Whether any client may ask about a token; otherwise only the token's own. */
  readonly anyClientAsks?: boolean
  /** With which it signs tokens. Default: RS256. */
  readonly algorithm?: keyof typeof SIGNING
  /** Public key, as PEM, with which the client `broker` may sign assertions (RFC 7523). */
  readonly brokerKey?: string
}

export function glewlwyd(options: GlewlwydOptions = {}): Product {
  const { brokerKey } = options
  return {
    name: 'glewlwyd',
    needs: [PROGRAM, SCHEMA],
    readyPath: '/config',
    configure(site) {
      const database = new DatabaseSync(path.join(site.folder, 'database'))
      database.exec(readFileSync(SCHEMA, 'utf8'))
      database.close()
      const file = path.join(site.folder, 'glewlwyd.conf')
      writeFileSync(file, configuration(site))
      return { command: [PROGRAM, `--config-file=${file}`] }
    },
    endpoints: ({ url }) => ({
      issuer: `${url}/api/oidc`,
      authorization: `${url}/api/oidc/auth`,
      token: `${url}/api/oidc/token`,
      introspection: `${url}/api/oidc/introspect`,
      userInfo: `${url}/api/oidc/userinfo`,
    }),
    async provision(site) {
      const send = await logInAsAdministrator(site)
      await createUsers(send)
      const parameters = openIdConnect(site, options)
      await send('POST', 'mod/plugin/', {
        ...{ module: 'oidc', name: 'oidc', display_name: 'OpenID Connect' },
        parameters,
      })
      if (brokerKey !== undefined) await allowClientKeys(send)
      for (const client of CLIENT_NAMES)
        await send('POST', 'client/', {
          ...clientOf(client, CLIENTS[client]),
          ...(client === 'broker' && brokerKey !== undefined ? { pubkey: brokerKey } : {}),
        })
    },
    async logIn(browser, { url }, { user: username, password, client }) {
      const page = await browser.send('POST', `${url}/api/auth/`, { username, password })
      await browser.send('PUT', `${url}/api/auth/grant/${client}`, { scope: 'openid' })
      return page
    },
  }
}

/** Only the new secret is accepted from then on. */
export async function changeGlewlwydSecret(
  site: Pick<Site, 'url'>,
  client: ClientName,
  secret: string,
): Promise<void> {
  const send = await logInAsAdministrator(site)
  await send('PUT', `client/${client}`, clientOf(client, secret))
}

type Send = (method: 'POST' | 'PUT', endpoint: string, json?: object) => Promise<void>

async function logInAsAdministrator({ url }: Pick<Site, 'url'>): Promise<Send> {
  const browser = openBrowser()
  const send: Send = async (method, endpoint, json = {}) => {
    const { status, text } = await browser.send(method, `${url}/api/${endpoint}`, json)
    if (status !== 200) throw new Error(`${method} ${endpoint}: ${status} ${text.slice(0, 200)}`)
  }
  // Debian's own password.
  await send('POST', 'auth/', { username: 'admin', password: 'password' })
  return send
}

async function createUsers(send: Send): Promise<void> {
  const claims = CLAIMS.map((name) => [
    name,
    { multiple: name === 'groups', read: true, write: true },
  ])
  await send('PUT', 'mod/user/database', {
    ...{ display_name: 'users', readonly: false },
    parameters: { 'use-glewlwyd-connection': true, 'data-format': Object.fromEntries(claims) },
  })
  // It knows new properties of users only after this.
  await send('PUT', 'mod/user/database/reset/')
  await send('POST', 'scope/', {
    ...{ name: INTROSPECTION_SCOPE, display_name: INTROSPECTION_SCOPE },
    ...{ password_required: false, scheme: {} },
  })
  for (const [username, user] of Object.entries(PROVIDER_USERS))
    await send('POST', 'user/', { ...user, username, enabled: true, scope: ['openid'] })
}

async function allowClientKeys(send: Send): Promise<void> {
  const lists = ['redirect_uri', 'resource', 'authorization_type', 'token_endpoint_auth_method']
  const properties = ['pubkey', 'client_secret', ...lists].map((name) => [
    name,
    { multiple: lists.includes(name), read: true, write: true },
  ])
  await send('PUT', 'mod/client/database', {
    ...{ display_name: 'clients', readonly: false },
    parameters: { 'use-glewlwyd-connection': true, 'data-format': Object.fromEntries(properties) },
  })
  await send('PUT', 'mod/client/database/reset/')
}

function clientOf(client: ClientName, secret: string) {
  return {
    client_id: client,
    name: client,
    client_secret: secret,
    confidential: true,
    enabled: true,
    scope: [INTROSPECTION_SCOPE],
    redirect_uri: [REDIRECT_URI],
    resource: [RESOURCE],
    authorization_type: ['code', 'client_credentials'],
    token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  }
}

/** With a slash at the end of `external_url`, it refuses each DPoP proof: its `htu` has two. */
function configuration({ port, url, folder }: Site): string {
  return `
port = ${port}
bind_address = "127.0.0.1"
external_url = "${url}"
login_url = "login.html"
api_prefix = "api"
cookie_secure = 0
log_mode = "console"
log_level = "ERROR"
hash_algorithm = "SHA512"
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "${MODULES}/user"
client_module_path = "${MODULES}/client"
user_auth_scheme_module_path = "${MODULES}/scheme"
plugin_module_path = "${MODULES}/plugin"
database = { type = "sqlite3"; path = "${folder}/database"; };
`
}

function openIdConnect(
  { url }: Site,
  { anyClientAsks = true, algorithm = 'RS256' }: GlewlwydOptions,
) {
  const { type, size, newKey } = SIGNING[algorithm]
  const { privateKey, publicKey } = newKey()
  const claims = CLAIMS.map((name) => ({
    ...{ name, 'user-property': name, type: 'string', mandatory: true },
  }))
  return {
    iss: `${url}/api/oidc`,
    'jwks-show': true,
    'jwt-type': type,
    'jwt-key-size': size,
    key: privateKey,
    cert: publicKey,
    'access-token-duration': 3600,
    'refresh-token-duration': 86_400,
    'code-duration': 600,
    'pkce-allowed': true,
    'allow-non-oidc': true,
    'allowed-scope': ['openid'],
    'auth-type-code-enabled': true,
    'auth-type-client-enabled': true,
    'auth-type-id-token-enabled': true,
    'name-claim': 'mandatory',
    'email-claim': 'mandatory',
    claims,
    // Of access tokens.
    'additional-parameters': ['email', ...CLAIMS].map((name) => ({
      ...{ 'user-parameter': name, 'token-parameter': name },
    })),
    'resource-allowed': true,
    'resource-client-property': 'resource',
    'introspection-revocation-allowed': true,
    'introspection-revocation-allow-target-client': true,
    ...(anyClientAsks ? { 'introspection-revocation-auth-scope': [INTROSPECTION_SCOPE] } : {}),
    'request-parameter-allow': true,
    'client-pubkey-parameter': 'pubkey',
    'oauth-dpop-allowed': true,
    'oauth-dpop-iat-duration': 300,
  }
}
