/** The HTTP API of the functions: exact routes, throttling, and an access log without secrets. */
import type { Functions } from './functions.ts'
import { createMutualTlsDomain } from './mutual-tls.ts'
import { createPoolApi, type PoolApi } from './pool-api.ts'
import type { StageSettings } from './stage-settings.ts'

/**
 * The AWS SDK for JavaScript calls `/sts/`. API Gateway has no routes that end in a slash and uses
 * the route of `/sts` for it.
 */
const BROKER_ROUTES = [
  'POST /',
  'POST /sts',
  'POST /v1/credentials',
  'POST /v1/token',
  'GET /v1/tenants/{tenant}/grants/{grant}/credentials',
  'GET /saml',
  'POST /v1/saml/acs',
  'GET /healthz',
  // CORS preflights. The tenant documents say which origins may call.
  'OPTIONS /',
  'OPTIONS /{proxy+}',
]
/** Backends sign their calls with AWS's signature, which the REST API for apps removes. */
const BACKEND_POOL_ROUTE = 'POST /v1/cognito/{pool}'
const ISSUER_ROUTES = ['GET /.well-known/openid-configuration', 'GET /.well-known/jwks.json']

/**
 * Fields of the access log. It must not contain tokens: `$context.path` has no query string, and
 * the only header is the user agent.
 * @see API Gateway Developer Guide, "Customize HTTP API access logs"
 */
const ACCESS_LOG = {
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  method: '$context.httpMethod',
  path: '$context.path',
  routeKey: '$context.routeKey',
  protocol: '$context.protocol',
  status: '$context.status',
  error: '$context.error.responseType',
  integrationStatus: '$context.integrationStatus',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  responseBytes: '$context.responseLength',
  clientIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
}

export interface Api {
  /** Of the HTTP API. */
  readonly id: $util.Output<string>
  /** The broker's issuer URL, without a trailing slash. */
  readonly issuer: $util.Input<string>
  /**
   * Creates the routes.
   * @returns the resources that must exist before the issuer's documents can be read
   */
  route(functions: Functions): readonly $util.Resource[]
  /** Creates the endpoint of identity pools for apps; undefined where the stage has none. */
  servePools(functions: Functions): PoolApi | undefined
}

export function createApi(settings: StageSettings): Api {
  const { domain, throttle, identityPools } = settings
  const api = new sst.aws.ApiGatewayV2('Api', {
    // Otherwise API Gateway would respond to preflights and remove the broker's CORS headers.
    cors: false,
    accessLog: { retention: settings.logRetention },
    ...(domain === undefined ? {} : { domain: { name: domain } }),
    transform: {
      api: { disableExecuteApiEndpoint: domain !== undefined },
      stage: (args) => {
        args.defaultRouteSettings = {
          throttlingRateLimit: throttle.requestsPerSecond,
          throttlingBurstLimit: throttle.burst,
        }
        args.accessLogSettings = $output(args.accessLogSettings).apply((settings) => ({
          destinationArn: settings?.destinationArn ?? '',
          format: JSON.stringify(ACCESS_LOG),
        }))
        return undefined
      },
    },
  })
  createMutualTlsDomain(settings, api)
  return {
    id: api.nodes.api.id,
    issuer: domain === undefined ? api.url : `https://${domain}`,
    route: (functions) => {
      const routes = [
        ...BROKER_ROUTES,
        ...(settings.explain ? ['POST /v1/explain'] : []),
        ...(identityPools ? [BACKEND_POOL_ROUTE] : []),
      ]
      return [
        ...routes.map((route) => api.route(route, functions.broker.arn, { name: route })),
        ...ISSUER_ROUTES.map((route) => api.route(route, functions.issuer.arn, { name: route })),
        api,
      ]
    },
    servePools: ({ broker }) => createPoolApi(settings, api, broker),
  }
}
