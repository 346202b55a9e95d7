/** The requests of which the page shows the cost: one row for each verifier and each endpoint. */
import path from 'node:path'
import type { Workload } from '../harness/compare-jobs.ts'
import type { EndpointStubs, OpaqueTokens } from '../workers/endpoint-stubs.ts'
import type { HandlerJob } from '../workers/handler-under-test.ts'
import type { Stub } from '../workers/stub-server.ts'
import { proofsFor } from './bound-requests.ts'
import { BUNDLE, brokerEnvironment } from './broker-environment.ts'
import {
  acmeDocument,
  assertionDocument,
  opaqueDocument,
  poolTenant,
} from './endpoint-documents.ts'
import {
  backendCall,
  bearer,
  callerIdentity,
  explained,
  form,
  get,
  native,
  poolCall,
  withCertificate,
} from './endpoint-events.ts'
import { DEVELOPER_PROVIDER, POOL_SECRET } from './pool-settings.ts'
import { createPoolWorkloads } from './pool-workloads.ts'

export interface EndpointRow extends Workload {
  readonly name: string
  /** Routes, actions, operations, verifiers and proofs that the row measures. */
  readonly measures: readonly string[]
}

/** What the others are compared with: the plain JWT at the native endpoint, passed through. */
export const PLAIN = 'native: JWT'
export const PLAIN_MINTED = 'native: JWT, minted'
export const MINTED_BY_KMS = 'native: JWT, minted with KMS'

type Events = NonNullable<HandlerJob['events']>

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const TYPES = 'urn:ietf:params:oauth:token-type:'
const BACKEND = ['GetOpenIdTokenForDeveloperIdentity', 'signed request']
const POOL_ROUTE = 'POST /v1/cognito/{pool}'
/** Filled in from the response to the request before. */
const OF_RESPONSE = {
  IdentityId: '$IdentityId',
  Logins: { 'cognito-identity.amazonaws.com': '$Token' },
}
const PREFLIGHT = {
  origin: 'https://app.example',
  'access-control-request-method': 'POST',
}

/**
 * @param stub of the identity provider and STS
 * @param directory for compiled tenants
 */
export function createEndpointRows(
  stub: Stub,
  stubs: EndpointStubs,
  directory: string,
): readonly EndpointRow[] {
  const { origin, tokens, boundTokens, boundKey, samlTokens } = stub
  const environmentOf = (
    name: string,
    document: object,
    more: Workload['environment'] = {},
  ): Workload['environment'] => ({
    ...brokerEnvironment(stub, path.join(directory, `${name}.jsonl`), [document]),
    BROKER_SECRET_POOL: POOL_SECRET,
    BROKER_EXPLAIN: 'on',
    ...more,
  })
  const acme = environmentOf('acme', acmeDocument(origin))
  const { BROKER_SIGNING_KEY: _, ...keyless } = acme
  const ofBackend = environmentOf('pool', poolTenant(origin), stubs.table)
  const saml = environmentOf('saml', assertionDocument(origin))
  const row = (
    name: string,
    measures: readonly string[],
    events: () => Events,
    more: Partial<HandlerJob> & { readonly environment?: Workload['environment'] } = {},
  ): EndpointRow => {
    const { environment = acme, ...job } = more
    return {
      ...{ name, measures, environment },
      job: () => ({ bundle: BUNDLE, tokens: [], events: events(), ...job }),
    }
  }
  const of = (event: (token: string) => Events[number]) => () => tokens.map(event)
  const ofAcme = (token: string) => bearer('/v1/credentials', token, { tenant: 'acme' })
  const opaqueEnvironment = ({ kind, document, secret }: OpaqueTokens) =>
    environmentOf(kind.replaceAll(' ', '-'), opaqueDocument(document), {
      BROKER_SECRET_IDP_CLIENT: secret,
    })
  const [asked] = stubs.kinds
  if (!asked) throw new Error('There are no opaque tokens.')
  const users = tokens.map((_, index) => `user-${index}`)
  const assume = (token: string) =>
    form('/sts', {
      ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15' },
      RoleArn: 'arn:aws:iam::000000000000:role/broker/acme/passed',
      ...{ RoleSessionName: 'session', WebIdentityToken: token },
    })
  const exchange = (token: string, grant: string, more: object = {}) =>
    form('/v1/token', {
      ...{ grant_type: EXCHANGE, subject_token: token, scope: `grant:${grant}` },
      ...{ subject_token_type: `${TYPES}id_token`, audience: 'acme', ...more },
    })

  return [
    row(
      PLAIN,
      ['POST /v1/credentials', 'jwt'],
      of((token) => native(token, 'passed')),
    ),
    row(
      PLAIN_MINTED,
      [],
      of((token) => native(token, 'minted')),
    ),
    row(
      MINTED_BY_KMS,
      ['kms'],
      of((token) => native(token, 'minted')),
      {
        environment: { ...keyless, ...stubs.kms },
      },
    ),
    row('native: bound to a key, DPoP', ['jkt'], () => {
      const proofs = proofsFor(boundTokens, boundKey, acme)
      return boundTokens.map((token, index) => native(token, 'passed', proofs[index]))
    }),
    row('native: bound to a client certificate', ['x5t#S256'], () =>
      stub.certificateTokens.map((token) =>
        withCertificate(native(token, 'passed'), stub.clientCertificate),
      ),
    ),
    row('native: an actor for the user', ['actor'], () =>
      tokens.map((token, index) =>
        bearer('/v1/credentials', token, { grant: 'acted', actorToken: tokens.at(index - 1) }),
      ),
    ),
    row(
      'native: SAML response, minted',
      ['saml'],
      () =>
        samlTokens.map((token) =>
          bearer('/v1/credentials', undefined, { grant: 'minted', token, tokenType: 'saml2' }),
        ),
      { environment: saml },
    ),
    ...stubs.kinds.map((one) =>
      row(`native: ${one.kind}, minted`, one.kind.split(' '), () => one.tokens.map(ofAcme), {
        environment: opaqueEnvironment(one),
      }),
    ),
    row(
      'native: introspection, remembered, minted',
      [],
      () => asked.tokens.slice(0, 128).map(ofAcme),
      { environment: opaqueEnvironment(asked) },
    ),
    row(
      'token exchange',
      ['POST /v1/token'],
      of((token) => exchange(token, 'passed')),
    ),
    row('token exchange: releases a token, minted', ['releaseWebIdentity'], () =>
      tokens.map((token) => exchange(token, 'released', { requested_token_type: `${TYPES}jwt` })),
    ),
    row(
      'STS: AssumeRoleWithWebIdentity',
      ['POST /', 'POST /sts', 'AssumeRoleWithWebIdentity'],
      of(assume),
    ),
    row(
      'STS: AssumeRoleWithSAML, minted',
      ['AssumeRoleWithSAML'],
      () =>
        samlTokens.map((SAMLAssertion) =>
          form('/sts', {
            ...{ Action: 'AssumeRoleWithSAML', Version: '2011-06-15', SAMLAssertion },
            RoleArn: 'arn:aws:iam::000000000000:role/broker/acme/minted',
            PrincipalArn: 'arn:aws:iam::000000000000:saml-provider/acme',
          }),
        ),
      { environment: saml },
    ),
    row('STS: GetCallerIdentity', ['GetCallerIdentity'], () => [callerIdentity()], {
      before: tokens.slice(0, 1).map(assume),
    }),
    row(
      'container',
      ['GET /v1/tenants/{tenant}/grants/{grant}/credentials'],
      of((token) => get('/v1/tenants/acme/grants/passed/credentials', { authorization: token })),
    ),
    row(
      'explain',
      ['POST /v1/explain'],
      of((token) => explained(token, 'passed')),
    ),
    ...poolRows(),
    row('metadata of the service provider', ['GET /saml'], () => [get('/saml')]),
    row(
      'a browser’s SAML response, refused',
      ['POST /v1/saml/acs'],
      () => {
        return [form('/v1/saml/acs', { SAMLResponse: samlTokens[0] ?? '' })]
      },
      { status: 400 },
    ),
    row('metadata of the issuer', ['GET /.well-known/openid-configuration'], () => [
      get('/.well-known/openid-configuration'),
    ]),
    row('keys of the issuer', ['GET /.well-known/jwks.json'], () => [
      get('/.well-known/jwks.json'),
    ]),
    row('health', ['GET /healthz'], () => [get('/healthz')]),
    row(
      'preflight',
      ['OPTIONS /', 'OPTIONS /{proxy+}'],
      () => [get('/v1/credentials', PREFLIGHT, 'OPTIONS')],
      { status: 204 },
    ),
  ]

  function poolRows(): readonly EndpointRow[] {
    const { environment, workloads } = createPoolWorkloads(stub, directory)
    const ofApps = Object.entries(workloads).flatMap(([name, job]) =>
      job.pool
        ? [{ name: `pool: ${name}`, measures: [job.pool.operation], environment, job: () => job }]
        : [],
    )
    const inPool = (
      name: string,
      measures: readonly string[],
      events: () => Events,
      before?: () => Events,
    ): EndpointRow => ({
      ...{ name: `pool: ${name}`, measures, environment: ofBackend },
      job: () => ({
        ...{ bundle: BUNDLE, tokens: [], events: events() },
        ...(before ? { before: before() } : {}),
      }),
    })
    const tokensOf = () =>
      users.map((user) =>
        backendCall('GetOpenIdTokenForDeveloperIdentity', {
          Logins: { [DEVELOPER_PROVIDER]: user },
        }),
      )
    const fewTokens = () => tokensOf().slice(0, 8)
    return [
      ...ofApps,
      inPool('GetOpenIdTokenForDeveloperIdentity', [...BACKEND, POOL_ROUTE], tokensOf),
      inPool(
        'GetCredentialsForIdentity, developer identity',
        ['developer identity'],
        () => fewTokens().map(() => poolCall('GetCredentialsForIdentity', OF_RESPONSE)),
        fewTokens,
      ),
      inPool(
        'LookupDeveloperIdentity',
        ['LookupDeveloperIdentity'],
        () =>
          users
            .slice(0, 8)
            .map((user) =>
              backendCall('LookupDeveloperIdentity', { DeveloperUserIdentifier: user }),
            ),
        fewTokens,
      ),
    ]
  }
}
