/** An identity provider for demos and tests: real OpenID Connect, six users, no browser. */
import Provider, { errors, type GrantContext } from 'oidc-provider'
import type { RunningServer } from './listen.ts'
import { listenBeforeReady } from './listen-before-ready.ts'
import { newSigningKey } from './new-signing-key.ts'

export const DEMO_CLIENT = { id: 'demo', secret: 'demo-secret' }
/** As this client, the broker asks about opaque access tokens (RFC 7662). */
const BROKER_CLIENT_ID = 'demo-broker'
const GRANT_TYPE = 'urn:demo:user'
const TOKEN_SECONDS = 3600

type UserClaims = Readonly<Record<string, unknown>> & { readonly sub: string }

/** The claims of mallory are hostile: each one tries to widen the session. */
const USERS = new Map<string, UserClaims>([
  ['alice', member('alice', 'acme', ['admins', 'support'], 'red')],
  ['bob', member('bob', 'beta', ['dev'], 'blue')],
  [
    'mallory',
    {
      ...member('mallory', 'acme', ['support'], '*'),
      sub: '../alice',
      nickname: '${aws:username}',
    },
  ],
  ['dora', { sub: 'dora', tenant: 'delta', role: 'customer', region: 'north' }],
  // A partner and an agent, which act for dora with tokens of their own (RFC 8693 §1.1).
  ['courier', { sub: 'courier', tenant: 'delta', role: 'partner', region: 'north' }],
  ['robot', { sub: 'robot', tenant: 'delta', role: 'agent' }],
])

function member(name: string, tenant: string, groups: readonly string[], team: string): UserClaims {
  return {
    sub: name,
    tenant,
    groups,
    team,
    email: `${name}@${tenant}.example`,
    email_verified: true,
  }
}

function claimsOf(sub: string): UserClaims {
  return [...USERS.values()].find((user) => user.sub === sub) ?? { sub }
}

export interface DemoIdpOptions {
  readonly port: number
  /** The secret of the client `demo-broker`; undefined: there is no such client. */
  readonly brokerSecret?: string
}

/**
 * The users log in with a grant type of our own: `POST /token` with `username` and the client's id
 * and secret.
 *
 * @throws {PortInUse}
 */
export async function startDemoIdp(options: DemoIdpOptions): Promise<RunningServer> {
  const { port, brokerSecret } = options
  const server = await listenBeforeReady(port)
  try {
    server.serve(withoutWarnings(() => createProvider(server.url, brokerSecret)).callback())
  } catch (error) {
    await server.close()
    throw error
  }
  return { url: server.url, close: server.close }
}

function createProvider(issuer: string, brokerSecret: string | undefined): Provider {
  const withoutLogins = { grant_types: [], response_types: [], redirect_uris: [] }
  const provider = new Provider(issuer, {
    jwks: { keys: [newSigningKey('demo')] },
    clients: [
      {
        client_id: DEMO_CLIENT.id,
        client_secret: DEMO_CLIENT.secret,
        token_endpoint_auth_method: 'client_secret_post',
        ...withoutLogins,
        grant_types: [GRANT_TYPE],
      },
      ...(brokerSecret === undefined
        ? []
        : [{ client_id: BROKER_CLIENT_ID, client_secret: brokerSecret, ...withoutLogins }]),
    ],
    cookies: { keys: ['not a secret: no user signs in with a browser'] },
    features: {
      devInteractions: { enabled: false },
      // Both clients may ask: all tokens are those of the client demo.
      introspection: { enabled: true, allowedPolicy: () => true },
    },
    ttl: { AccessToken: TOKEN_SECONDS, IdToken: TOKEN_SECONDS },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => claimsOf(id) }),
    extraTokenClaims: (_: unknown, token: { readonly accountId: string }) =>
      claimsOf(token.accountId),
    extraParams: [],
  })
  provider.registerGrantType(GRANT_TYPE, (ctx) => grantTokens(provider, ctx), [
    'username',
    'resource',
  ])
  return provider
}

async function grantTokens(provider: Provider, ctx: GrantContext): Promise<void> {
  const { username, resource } = ctx.oidc.params
  const user = typeof username === 'string' ? USERS.get(username) : undefined
  if (user === undefined) {
    throw new errors.InvalidGrant(`username: expected one of ${[...USERS.keys()].join(', ')}`)
  }
  const accessToken = new provider.AccessToken({
    accountId: user.sub,
    client: ctx.oidc.client,
    gty: GRANT_TYPE,
  })
  if (resource === 'urn:broker') {
    accessToken.resourceServer = new provider.ResourceServer(resource, {
      audience: resource,
      scope: '',
      accessTokenTTL: TOKEN_SECONDS,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'RS256' } },
    })
  } else if (resource !== undefined && resource !== 'urn:opaque') {
    throw new errors.InvalidTarget('resource: expected urn:broker or urn:opaque')
  }
  const idToken = new provider.IdToken({ sub: user.sub }, { ctx })
  idToken.scope = 'openid'
  for (const [claim, value] of Object.entries(user)) idToken.set(claim, value)
  ctx.body = {
    access_token: await accessToken.save(),
    expires_in: TOKEN_SECONDS,
    id_token: await idToken.issue({ use: 'idtoken' }),
    token_type: 'Bearer',
  }
}

/** oidc-provider warns about http, in-memory storage and defaults, all intended in a demo. */
function withoutWarnings<Result>(work: () => Result): Result {
  const { info, warn } = console
  console.info = () => undefined
  console.warn = () => undefined
  try {
    return work()
  } finally {
    console.info = info
    console.warn = warn
  }
}
