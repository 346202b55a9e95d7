/** Tenant documents for an identity provider, one for each way to accept its tokens. */
import { type ClientName, RESOURCE } from './providers/identity-provider.ts'
import type { RunningProvider } from './providers/start-provider.ts'

/** The name of the secret of the client that asks about tokens. */
export const SECRET_NAME = 'idp-client'
export const BUCKET = 'arn:aws:s3:::data'

export interface IntrospectionOptions {
  /** Default: those of the provider. */
  readonly introspection?: string
  readonly userInfo?: string
  /** The client that asks. Default: `broker`. */
  readonly asks?: ClientName
  /** How it proves who it is. */
  readonly method?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'
}

/** The tenant `id-token`: ID tokens of the client `app`. */
export function idTokenDocument({ issuer }: RunningProvider, algorithm = 'RS256'): string {
  return documentOf(
    'id-token',
    `{ issuer: '${issuer}', audiences: [app], algorithms: [${algorithm}] }`,
  )
}

/** The tenant `access-token`: JWT access tokens for the broker, of one client. */
export function accessTokenDocument({ issuer }: RunningProvider, client: ClientName): string {
  const fields = `audiences: ['${RESOURCE}'], authorizedParties: [${client}]`
  return documentOf('access-token', `{ issuer: '${issuer}', ${fields} }`)
}

/** The tenant `introspected`: access tokens of the client `app`, by introspection. */
export function introspectionDocument(
  provider: RunningProvider,
  options: IntrospectionOptions = {},
): string {
  const verify = `{ kind: introspection, ${introspectionAt(provider, options)} }`
  return opaqueDocument('introspected', provider, verify)
}

/** The tenant `user-info`: access tokens of the client `app`, by introspection and UserInfo. */
export function userInfoDocument(
  provider: RunningProvider,
  options: IntrospectionOptions = {},
): string {
  const { userInfo = provider.userInfo } = options
  const introspection = `introspection: { ${introspectionAt(provider, options)} }`
  const verify = `{ kind: userinfo, url: '${userInfo}', ${introspection} }`
  return opaqueDocument('user-info', provider, verify)
}

/** The tenant `single-application`: by UserInfo alone, which does not say whose client it is. */
export function singleApplicationDocument(provider: RunningProvider): string {
  const verify = `{ kind: userinfo, url: '${provider.userInfo}', singleApplication: true }`
  return opaqueDocument('single-application', provider, verify)
}

function introspectionAt(
  provider: RunningProvider,
  {
    introspection: url = provider.introspection,
    asks = 'broker',
    method = 'client_secret_basic',
  }: IntrospectionOptions,
): string {
  return `url: '${url}', clientId: ${asks}, clientSecret: ${SECRET_NAME}, method: ${method}`
}

function opaqueDocument(tenant: string, { issuer }: RunningProvider, verify: string): string {
  return documentOf(tenant, `{ issuer: '${issuer}', audiences: [app], verify: ${verify} }`)
}

/** Without a `team`, as in introspection responses, users get the grant `own`. */
function documentOf(tenant: string, issuer: string): string {
  return `
tenant: ${tenant}
issuers:
  - ${issuer}
attributes:
  user: { from: claims.sub }
  team: { from: claims.team, pattern: '[a-z]{1,16}' }
rules:
  - { name: support helps, when: '"support" in claims.groups', grant: support }
  - { name: members read, when: 'claims.tenant == "acme"', grant: team }
  - { name: users read their own, grant: own }
grants:
  support: { ${grant(tenant, 'support/{{user}}')} }
  team: { ${grant(tenant, 'teams/{{team}}/{{user}}')} }
  own: { ${grant(tenant, 'users/{{user}}')} }
`
}

function grant(tenant: string, folder: string): string {
  const statement = `Sid: Read, Effect: Allow, Action: 's3:GetObject'`
  return (
    `role: 'arn:aws:iam::111122223333:role/${tenant}', sessionName: '{{user}}', ` +
    `policy: [{ ${statement}, Resource: '${BUCKET}/${folder}/*' }]`
  )
}
