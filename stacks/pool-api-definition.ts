/**
 * The definition of the REST API for identity pools: its routes, and the responses that API Gateway
 * generates itself, in the format that clients of Amazon Cognito read.
 *
 * @see API Gateway Developer Guide, "OpenAPI extensions" and "Gateway responses"
 */
import type { RefusalCode } from '@token-broker/core'

/** Headers that the SDKs send; without `cache-control`, Amplify reports a NetworkError. */
const REQUEST_HEADERS = [
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'cache-control',
  'content-type',
  'x-amz-target',
  'x-amz-user-agent',
].join(', ')

/** Headers that pages may read. */
const RESPONSE_HEADERS = 'x-amzn-requestid, x-amzn-errortype, x-amzn-errormessage, date'

/** Chromium keeps the result of a preflight for two hours at most. */
const PREFLIGHT_SECONDS = 7200

/**
 * A preflight only lets a page send the request, which any other program can send too: the endpoint
 * reads no cookies. Whether the page may read the response is decided by the function, from the
 * origins of the tenant document. So one constant response serves all pools, without the function.
 */
const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'POST',
  'Access-Control-Allow-Headers': REQUEST_HEADERS,
  'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
}

interface GeneratedResponse {
  readonly status: number
  /** Of the errors that the service model of Cognito lists for every operation. */
  readonly type: string
  /** With which the broker itself refuses for a similar reason. */
  readonly code: RefusalCode
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * By the type of API Gateway. The clients retry by status: 429 and 5xx, never 400. Retries of a
 * throttled request wait for `Retry-After`, in seconds.
 */
const GENERATED_RESPONSES: Readonly<Record<string, GeneratedResponse>> = {
  THROTTLED: {
    status: 429,
    type: 'TooManyRequestsException',
    code: 'throttled',
    message: 'Too many requests: the limit of this endpoint is reached; retry later',
    headers: { 'Retry-After': '1' },
  },
  REQUEST_TOO_LARGE: {
    status: 400,
    type: 'InvalidParameterException',
    code: 'invalid_request',
    message: 'The request is larger than this endpoint accepts; send only the tokens in Logins',
  },
  // Such as another method, or a path that is not that of a pool.
  DEFAULT_4XX: {
    status: 400,
    type: 'InvalidParameterException',
    code: 'invalid_request',
    message: 'The request does not reach a pool: expected POST /cognito/{pool}',
  },
  // The function is throttled, ends too late, or fails to start.
  DEFAULT_5XX: {
    status: 503,
    type: 'InternalErrorException',
    code: 'upstream_unavailable',
    message: 'The service is not available; retry later',
    headers: { 'Retry-After': '1' },
  },
}

/**
 * @param options.path the path of a pool, with the parameter `{pool}`
 * @param options.functionArn of the broker
 * @returns an OpenAPI 3.0 document with the extensions of API Gateway
 */
export function definePoolApi(options: {
  readonly name: string
  readonly path: string
  readonly partition: string
  readonly region: string
  readonly functionArn: string
}) {
  const { name, path, partition, region, functionArn } = options
  const lambda = `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions`
  return {
    openapi: '3.0.1',
    info: { title: name, version: '1.0' },
    paths: {
      [path]: {
        parameters: [{ name: 'pool', in: 'path', required: true, schema: { type: 'string' } }],
        post: {
          responses: {},
          'x-amazon-apigateway-integration': {
            type: 'aws_proxy',
            httpMethod: 'POST',
            uri: `${lambda}/${functionArn}/invocations`,
          },
        },
        options: {
          responses: {
            204: {
              description: 'The page may send the request.',
              headers: Object.fromEntries(
                Object.keys(PREFLIGHT_HEADERS).map((header) => [
                  header,
                  { schema: { type: 'string' } },
                ]),
              ),
            },
          },
          'x-amazon-apigateway-integration': {
            type: 'mock',
            requestTemplates: { 'application/json': '{ "statusCode": 204 }' },
            responses: {
              default: {
                statusCode: '204',
                responseParameters: headerParameters('method.response', PREFLIGHT_HEADERS),
              },
            },
          },
        },
      },
    },
    'x-amazon-apigateway-gateway-responses': Object.fromEntries(
      Object.entries(GENERATED_RESPONSES).map(([kind, response]) => [
        kind,
        gatewayResponse(response),
      ]),
    ),
  }
}

/**
 * botocore reads only the body, other SDKs the headers. Any page may read such a response: it is
 * the same for every request, except for its id.
 */
function gatewayResponse({ status, type, code, message, headers = {} }: GeneratedResponse) {
  return {
    statusCode: String(status),
    responseParameters: headerParameters('gatewayresponse', {
      ...headers,
      'Content-Type': 'application/x-amz-json-1.1',
      'Cache-Control': 'no-store',
      'x-amzn-errortype': type,
      'x-amzn-errormessage': message,
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': RESPONSE_HEADERS,
    }),
    responseTemplates: {
      'application/json': JSON.stringify({
        __type: type,
        message: `${message} (${code}, request $context.requestId)`,
      }),
    },
  }
}

/** API Gateway expects constants in single quotes. */
function headerParameters(
  of: 'method.response' | 'gatewayresponse',
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`${of}.header.${name}`, `'${value}'`]),
  )
}
