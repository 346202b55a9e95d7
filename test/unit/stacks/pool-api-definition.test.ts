/** The REST API for identity pools: preflights, and what API Gateway itself sends to clients. */
import { expect, it } from 'vitest'
import { definePoolApi } from '../../../stacks/pool-api-definition.ts'

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:token-broker-staging-broker'
const { paths, 'x-amazon-apigateway-gateway-responses': generated } = definePoolApi({
  name: 'pools',
  path: '/{pool}',
  partition: 'aws',
  region: 'eu-west-1',
  functionArn: FUNCTION,
})
const CONSTANT = /^'[^']+'$/

it('sends each call to the function, and responds to preflights itself', () => {
  expect(Object.keys(paths)).toEqual(['/{pool}'])
  expect(paths['/{pool}']?.post['x-amazon-apigateway-integration']).toEqual({
    type: 'aws_proxy',
    httpMethod: 'POST',
    uri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`,
  })
  expect(paths['/{pool}']?.options['x-amazon-apigateway-integration'].type).toBe('mock')
})

it('allows the headers that the SDKs send, and no credentials of the browser', () => {
  const { responses } = paths['/{pool}']?.options ?? {}
  const integration = paths['/{pool}']?.options['x-amazon-apigateway-integration']
  const { statusCode, responseParameters = {} } = integration?.responses.default ?? {}
  expect(statusCode).toBe('204')
  const headers = Object.fromEntries(
    Object.entries(responseParameters).map(([name, value]) => [
      name.replace('method.response.header.', '').toLowerCase(),
      value.slice(1, -1),
    ]),
  )
  expect(headers).toEqual({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers':
      'amz-sdk-invocation-id, amz-sdk-request, cache-control, content-type, x-amz-target, ' +
      'x-amz-user-agent',
    'access-control-max-age': '7200',
  })
  // API Gateway sends only headers that the method declares.
  const declared = Object.keys(responses?.[204].headers ?? {}).map((name) => name.toLowerCase())
  expect(declared.sort()).toEqual(Object.keys(headers).sort())
})

it.each([
  ['THROTTLED', '429', 'TooManyRequestsException'],
  ['REQUEST_TOO_LARGE', '400', 'InvalidParameterException'],
  ['DEFAULT_4XX', '400', 'InvalidParameterException'],
  ['DEFAULT_5XX', '503', 'InternalErrorException'],
])('%s has the status %s and the type %s in body and headers', (kind, status, type) => {
  const { statusCode, responseParameters, responseTemplates } = generated[kind] ?? {}
  expect(statusCode).toBe(status)
  const body = JSON.parse(responseTemplates?.['application/json'] ?? '')
  expect(body).toEqual({
    __type: type,
    message: expect.stringMatching(/ \([a-z_]+, request \$context\.requestId\)$/),
  })
  expect(responseParameters?.['gatewayresponse.header.x-amzn-errortype']).toBe(`'${type}'`)
  expect(responseParameters?.['gatewayresponse.header.Content-Type']).toBe(
    "'application/x-amz-json-1.1'",
  )
  for (const value of Object.values(responseParameters ?? {})) expect(value).toMatch(CONSTANT)
})

it('lets clients wait before they retry, only where the status makes them retry', () => {
  const waits = Object.entries(generated).filter(
    ([, { responseParameters }]) => 'gatewayresponse.header.Retry-After' in responseParameters,
  )
  expect(waits.map(([kind]) => kind)).toEqual(['THROTTLED', 'DEFAULT_5XX'])
})
