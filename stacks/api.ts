/** The HTTP API in front of the functions: exact routes, throttled, with an access log that holds no secret. */
import type { Functions } from './functions.ts'
import type { StageSettings } from './stage-settings.ts'

/** `/sts/`, as the AWS SDK for JavaScript writes it, takes the route of `/sts`; API Gateway knows no route that ends in a slash. */
const BROKER_ROUTES = [
  'POST /',
  'POST /sts',
  'POST /v1/credentials',
  'POST /v1/token',
  'GET /v1/tenants/{tenant}/grants/{grant}/credentials',
  'GET /healthz',
  // Preflights: which origins may call is in the tenants' documents.
  'OPTIONS /',
  'OPTIONS /{proxy+}',
]
const ISSUER_ROUTES = ['GET /.well-known/openid-configuration', 'GET /.well-known/jwks.json']

/**
 * Fields of a line of the access log. `$context.path` is without the query string, and no header but the user agent is read.
 * @see API Gateway, "Customize HTTP API access logs"
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
  readonly id: $util.Output<string>
  /** The broker's own issuer URL. */
  readonly issuer: $util.Input<string>
  /** Opens the routes. @returns what must exist before the issuer can be read */
  route(functions: Functions): readonly $util.Resource[]
}

export function createApi(settings: StageSettings): Api {
  const { domain, throttle } = settings
  const api = new sst.aws.ApiGatewayV2('Api', {
    // API Gateway would answer preflights itself, and drop the broker's own headers.
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
  return {
    id: api.nodes.api.id,
    issuer: domain === undefined ? api.url : `https://${domain}`,
    route: (functions) => {
      const routes = settings.explain ? [...BROKER_ROUTES, 'POST /v1/explain'] : BROKER_ROUTES
      return [
        ...routes.map((route) => api.route(route, functions.broker.arn, { name: route })),
        ...ISSUER_ROUTES.map((route) => api.route(route, functions.issuer.arn, { name: route })),
        api,
      ]
    },
  }
}
