/**
 * LemonLDAP::NG: OpenID Connect with opaque or JWT access tokens, introspection and UserInfo, and
 * SAML 2.0. Its introspection response has no `aud` and no groups; those are at UserInfo. Its SAML
 * responses are valid for a day.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { serviceProviderMetadata } from '../../../packages/functions/src/endpoints/service-provider.ts'
import {
  CLIENTS,
  type ClientName,
  type Product,
  REDIRECT_URI,
  RESOURCE,
  type SamlProduct,
  SERVICE_PROVIDERS,
  type ServiceProvider,
  type Site,
} from './identity-provider.ts'
import { PROVIDER_USERS } from './provider-users.ts'

const STARMAN = '/usr/bin/starman'
const PORTAL = '/usr/share/lemonldap-ng/portal'
const COLUMNS = ['uid', 'name', 'email', 'tenant', 'team', 'groups'] as const
const BASIC = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic'
const CLIENT_NAMES = ['app', 'other-app', 'app-jwt', 'broker'] as const satisfies ClientName[]

export const LEMONLDAP: Product & SamlProduct = {
  name: 'LemonLDAP::NG',
  needs: [
    ...[STARMAN, `${PORTAL}/htdocs/index.psgi`, '/usr/share/perl5/GD/SecurityImage.pm'],
    '/usr/share/doc/liblasso-perl',
  ],
  readyPath: '/oauth2/jwks',
  metadataPath: '/saml/metadata',
  configure(site) {
    const { folder, port } = site
    writeUsers(path.join(folder, 'users.sqlite'))
    for (const name of ['conf', 'sessions/lock', 'persistent/lock'])
      mkdirSync(path.join(folder, name), { recursive: true })
    writeFileSync(path.join(folder, 'conf/lmConf-1.json'), JSON.stringify(portal(site)))
    const settings = path.join(folder, 'lemonldap-ng.ini')
    writeFileSync(
      settings,
      `[all]
logLevel = warn
logger = Lemonldap::NG::Common::Logger::Std
[configuration]
type = File
dirName = ${folder}/conf
[portal]
staticPrefix = /static
templateDir = ${PORTAL}/templates
`,
    )
    return {
      // Without keep-alive, no idle connection keeps one of the two workers busy.
      command: [
        ...[STARMAN, '--listen', `127.0.0.1:${port}`, '--workers', '2', '--disable-keepalive'],
        `${PORTAL}/htdocs/index.psgi`,
      ],
      environment: { LLNG_DEFAULTCONFFILE: settings },
    }
  },
  endpoints: ({ url }) => ({
    issuer: url,
    authorization: `${url}/oauth2/authorize`,
    token: `${url}/oauth2/token`,
    introspection: `${url}/oauth2/introspect`,
    userInfo: `${url}/oauth2/userinfo`,
  }),
  logIn: (browser, { url }, { user, password }) => browser.postForm(`${url}/`, { user, password }),
  async respondTo(browser, { url }, { user, password, serviceProvider }) {
    await browser.postForm(`${url}/`, { user, password })
    const query = new URLSearchParams({ IDPInitiated: '1', sp: serviceProvider.entityId })
    return browser.get(`${url}/saml/singleSignOn?${query}`)
  },
}

function writeUsers(file: string): void {
  const database = new DatabaseSync(file)
  database.exec(`CREATE TABLE users (password, ${COLUMNS.join(', ')})`)
  const insert = database.prepare('INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)')
  for (const [uid, user] of Object.entries(PROVIDER_USERS)) {
    // This separates several values.
    const row = { ...user, uid, groups: user.groups.join('; ') }
    insert.run(row.password, ...COLUMNS.map((column) => row[column]))
  }
  database.close()
}

function portal(site: Site) {
  const { url, folder } = site
  const storage = (name: string) => ({
    Directory: `${folder}/${name}`,
    LockDirectory: `${folder}/${name}/lock`,
    generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
  })
  return {
    // It does not start without the number, the date and a rule.
    cfgNum: 1,
    cfgDate: 1,
    locationRules: { '127.0.0.1': { default: 'accept' } },
    portal: `${url}/`,
    domain: '127.0.0.1',
    securedCookie: 0,
    requireToken: 0,
    whatToTrace: 'uid',
    authentication: 'DBI',
    userDB: 'Same',
    passwordDB: 'Null',
    registerDB: 'Null',
    dbiAuthChain: `dbi:SQLite:dbname=${folder}/users.sqlite`,
    dbiAuthTable: 'users',
    dbiAuthLoginCol: 'uid',
    dbiAuthPasswordCol: 'password',
    dbiAuthPasswordHash: '',
    dbiExportedVars: Object.fromEntries(COLUMNS.map((column) => [column, column])),
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: storage('sessions'),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: storage('persistent'),
    localSessionStorageOptions: {
      cache_root: `${folder}/cache`,
      namespace: 'sessions',
      default_expires_in: 600,
      cache_depth: 3,
    },
    ...openIdConnect(site),
    ...saml(site),
  }
}

function saml({ privateKey, certificate }: Site) {
  const forEach = <Value>(value: (serviceProvider: ServiceProvider) => Value) =>
    Object.fromEntries(
      Object.entries(SERVICE_PROVIDERS).map(([name, provider]) => [name, value(provider)]),
    )
  return {
    issuerDBSAMLActivation: 1,
    samlServicePrivateKeySig: privateKey,
    samlServicePublicKeySig: certificate,
    samlServiceUseCertificateInResponse: 1,
    samlSPMetaDataXML: forEach((provider) => ({
      samlSPMetaDataXML: serviceProviderMetadata(provider.url),
    })),
    samlSPMetaDataOptions: forEach(() => ({
      samlSPMetaDataOptionsNameIDFormat: 'email',
      samlSPMetaDataOptionsEnableIDPInitiatedURL: 1,
      samlSPMetaDataOptionsSignSSOMessage: 1,
      samlSPMetaDataOptionsCheckSSOMessageSignature: 0,
      samlSPMetaDataOptionsSignatureMethod: 'RSA_SHA256',
    })),
    samlSPMetaDataExportedAttributes: forEach(() =>
      Object.fromEntries(COLUMNS.map((name) => [name, `1;${name};${BASIC}`])),
    ),
    // Otherwise, `mail` is the name ID.
    samlNameIDFormatMapEmail: 'email',
  }
}

function openIdConnect({ url, privateKey, publicKey }: Site) {
  const claims = {
    preferred_username: 'uid',
    ...{ name: 'name', email: 'email', tenant: 'tenant', team: 'team' },
    groups: 'groups;string;always',
  }
  return {
    issuerDBOpenIDConnectActivation: 1,
    oidcServiceMetaDataIssuer: url,
    oidcServiceIgnoreScopeForClaims: 1,
    oidcServicePrivateKeySig: privateKey,
    oidcServicePublicKeySig: publicKey,
    oidcServiceKeyIdSig: 'lemonldap',
    oidcRPMetaDataOptions: Object.fromEntries(
      CLIENT_NAMES.map((client) => [client, optionsOf(client)]),
    ),
    oidcRPMetaDataExportedVars: Object.fromEntries(CLIENT_NAMES.map((client) => [client, claims])),
  }
}

function optionsOf(client: ClientName) {
  const isJwt = client === 'app-jwt'
  const options = {
    ClientID: client,
    ClientSecret: CLIENTS[client],
    RedirectUris: REDIRECT_URI,
    BypassConsent: 1,
    IDTokenSignAlg: 'RS256',
    IDTokenForceClaims: 1,
    AccessTokenSignAlg: 'RS256',
    AccessTokenJWT: isJwt ? 1 : 0,
    AccessTokenClaims: 1,
    AdditionalAudiences: isJwt ? RESOURCE : '',
    // Its responses at UserInfo are signed too.
    UserInfoSignAlg: isJwt ? 'RS256' : '',
  }
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [`oidcRPMetaDataOptions${name}`, value]),
  )
}
