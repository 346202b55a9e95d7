/** An identity provider for demos and tests: real OpenID Connect, six users, no browser. */
import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import { CompactSign } from 'jose'
import Provider, { type AccessToken, errors, type GrantContext } from 'oidc-provider'
import { demoPageListener, isDemoPage } from './demo-idp-page-server.ts'
import { claimsOfSubject, readDemoLogin, type UserClaims } from './demo-users.ts'
import type { RunningServer } from './listen.ts'
import { listenBeforeReady } from './listen-before-ready.ts'
import { newSigningKey } from './new-signing-key.ts'

export const DEMO_CLIENT = { id: 'demo', secret: 'demo-secret' }
/** As this client, the broker asks about opaque access tokens (RFC 7662). */
const BROKER_CLIENT_ID = 'demo-broker'
const GRANT_TYPE = 'urn:demo:user'
const TOKEN_SECONDS = 3600

export interface DemoIdpOptions {
  readonly port: number
  /** The secret of the client `demo-broker`; undefined: there is no such client. */
  readonly brokerSecret?: string
  /** Of the broker to which the page shows requests; undefined: it shows none. */
  readonly brokerUrl?: string
}

type SigningKey = ReturnType<typeof newSigningKey>

/**
 * The users log in with a grant type of our own: `POST /token` with `username` and the client's id
 * and secret. With `claims`, a JSON object, the tokens have these claims. `GET /` is a page for it.
 *
 * @throws {PortInUse}
 */
export async function startDemoIdp(options: DemoIdpOptions): Promise<RunningServer> {
  const { port, brokerSecret, brokerUrl } = options
  const server = await listenBeforeReady(port)
  try {
    const provider = withoutWarnings(() => createProvider(server.url, brokerSecret)).callback()
    const page = demoPageListener({ idpUrl: server.url, client: DEMO_CLIENT, brokerUrl })
    server.serve((request, response) =>
      isDemoPage(request) ? page(request, response) : provider(request, response),
    )
  } catch (error) {
    await server.close()
    throw error
  }
  return { url: server.url, close: server.close }
}

function createProvider(issuer: string, brokerSecret: string | undefined): Provider {
  const withoutLogins = { grant_types: [], response_types: [], redirect_uris: [] }
  const key = newSigningKey('demo')
  /** Of tokens whose claims were stated. Others have those of their subject. */
  const stated = new WeakMap<object, UserClaims>()
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
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
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => claimsOfSubject(id) }),
    extraTokenClaims: (_: unknown, token: AccessToken) =>
      stated.get(token) ?? claimsOfSubject(token.accountId),
    extraParams: [],
  })
  provider.registerGrantType(GRANT_TYPE, (ctx) => grantTokens(provider, key, stated, ctx), [
    'username',
    'claims',
    'resource',
  ])
  return provider
}

async function grantTokens(
  provider: Provider,
  key: SigningKey,
  stated: WeakMap<object, UserClaims>,
  ctx: GrantContext,
): Promise<void> {
  const { username, resource, claims } = ctx.oidc.params
  const { user, isStated } = readLogin(username, claims)
  const accessToken = new provider.AccessToken({
    accountId: user.sub,
    client: ctx.oidc.client,
    gty: GRANT_TYPE,
  })
  if (isStated) stated.set(accessToken, user)
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
  ctx.body = {
    access_token: await accessToken.save(),
    expires_in: TOKEN_SECONDS,
    id_token: isStated
      ? await signClaims(provider.issuer, key, user)
      : await issueIdToken(provider, user, ctx),
    token_type: 'Bearer',
  }
}

function readLogin(username: unknown, claims: unknown) {
  try {
    return readDemoLogin(username, claims)
  } catch (error) {
    const message = error instanceof Error ? error.message : 'not valid'
    // The provider itself would say only that the request is not valid.
    throw Object.assign(new errors.InvalidGrant(message), { error_description: message })
  }
}

async function issueIdToken(
  provider: Provider,
  user: UserClaims,
  ctx: GrantContext,
): Promise<string> {
  const idToken = new provider.IdToken({ sub: user.sub }, { ctx })
  idToken.scope = 'openid'
  for (const [claim, value] of Object.entries(user)) idToken.set(claim, value)
  return idToken.issue({ use: 'idtoken' })
}

/** The provider would replace `aud`, `exp` and `iat`, which a test of a document needs to state. */
function signClaims(iss: string, key: SigningKey, user: UserClaims): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  const own = { aud: DEMO_CLIENT.id, iat, exp: iat + TOKEN_SECONDS }
  const payload = Buffer.from(JSON.stringify({ ...own, ...user, iss }))
  const jwk: JsonWebKey = key
  return new CompactSign(payload)
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
    .sign(createPrivateKey({ key: jwk, format: 'jwk' }))
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
