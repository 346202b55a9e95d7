/** A broker whose tenants have issuers of opaque tokens, and requests to each endpoint. */
import {
  closeAfterTests,
  startTestBroker,
  type TestBroker,
  tenantDocument,
} from '../fixtures/index.ts'
import { type IntrospectionServer, startIntrospection } from '../fixtures/introspection-server.ts'
import type { TestBrokerOptions } from '../fixtures/test-broker.ts'

export const CLIENT_SECRET = 'secret-canary-of-the-client'

export interface OpaqueBroker extends TestBroker {
  /** The only issuer of acme. */
  readonly idp: IntrospectionServer
  /** The other issuer of the tenant `two`. */
  readonly second: IntrospectionServer
}

interface Wanted {
  readonly tenant?: string
  readonly issuer?: string
}

type SendOpaque = (
  token: string | undefined,
  wanted?: Wanted,
) => Promise<{ readonly status: number; readonly body: string }>

/** Documents of acme (opaque tokens), beta (the same issuer), two (two issuers), jwt (JWTs). */
export async function startOpaqueBroker(
  options: Omit<TestBrokerOptions, 'documents'> = {},
): Promise<OpaqueBroker> {
  const idp = await closeAfterTests(startIntrospection(CLIENT_SECRET))
  const second = await closeAfterTests(startIntrospection(CLIENT_SECRET))
  const opaque = (server: IntrospectionServer, tenant: string) =>
    tenantDocument(tenant, server.url, {
      issuerMember: introspection(server),
      audience: 'acme-app',
    })
  const broker = await startTestBroker({
    ...options,
    documents: (jwtIssuer) => [
      opaque(idp, 'acme'),
      opaque(idp, 'beta').replace('everybody reads', 'all read'),
      withIssuer(opaque(idp, 'two'), second),
      withIssuer(tenantDocument('mixed', jwtIssuer), idp),
      tenantDocument('jwt', jwtIssuer),
    ],
    environment: { BROKER_SECRET_IDP_CLIENT: CLIENT_SECRET, ...options.environment },
  })
  return { ...broker, idp, second }
}

function introspection({ url }: Pick<IntrospectionServer, 'url'>): string {
  const at = `url: '${url}/introspect', clientId: acme-broker`
  return `verify: { kind: introspection, ${at}, clientSecret: idp-client }`
}

/** One more issuer of opaque tokens. A claim distinguishes its users from those of the first. */
function withIssuer(document: string, server: IntrospectionServer): string {
  const more = `  - { issuer: '${server.url}', audiences: [acme-app], ${introspection(server)} }`
  return document
    .replace('attributes:\n', `${more}\nattributes:\n`)
    .replace('from: claims.sub', 'from: claims.sub, acrossIssuers: true')
}

/** The same request at each endpoint that names an issuer. */
export function endpointsOf({
  post,
  postForm,
  send,
}: TestBroker): Readonly<Record<string, SendOpaque>> {
  return {
    native: (token, { tenant = 'acme', issuer } = {}) =>
      post('/v1/credentials', token, { tenant, grant: 'read', ...(issuer ? { issuer } : {}) }),
    sts: (token, { tenant = 'acme', issuer } = {}) =>
      postForm('/sts', {
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: `arn:aws:iam::000000000000:role/broker/${tenant}/read`,
        RoleSessionName: 'session',
        WebIdentityToken: token,
        ProviderId: issuer,
      }),
    container: (token = '', { tenant = 'acme', issuer } = {}) =>
      send({
        method: 'GET',
        path: `/v1/tenants/${tenant}/grants/read/credentials`,
        ...(issuer ? { query: new URLSearchParams({ issuer }).toString() } : {}),
        headers: { authorization: token },
      }),
    exchange: (token, { tenant = 'acme', issuer } = {}) =>
      postForm('/v1/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        subject_token: token,
        audience: tenant,
        scope: 'grant:read',
        subject_issuer: issuer,
      }),
  }
}
