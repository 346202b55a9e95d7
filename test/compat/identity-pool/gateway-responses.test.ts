/**
 * What unmodified clients make of the responses that API Gateway itself generates for identity
 * pools: they report and retry them like those of Amazon Cognito.
 */
import type { ServerResponse } from 'node:http'
import { CognitoIdentityClient, GetIdCommand } from '@aws-sdk/client-cognito-identity'
import { expect, it } from 'vitest'
import { definePoolApi } from '../../../stacks/pool-api-definition.ts'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { callWithBotocore } from './python-pool-clients.ts'

const POOL_ID = 'eu-west-1:00000000-0000-4000-8000-000000000001'
const REQUEST_ID = '11111111-2222-4333-8444-555555555555'
const { 'x-amazon-apigateway-gateway-responses': GENERATED } = definePoolApi({
  name: 'pools',
  path: '/{pool}',
  partition: 'aws',
  region: 'eu-west-1',
  functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:broker',
})

const server = useScriptedServer(() => undefined)

/** As API Gateway does: constants of headers are in single quotes, variables begin with `$`. */
function generate(kind: string, response: ServerResponse): void {
  const { statusCode, responseParameters, responseTemplates } = GENERATED[kind] ?? {}
  for (const [name, value] of Object.entries(responseParameters ?? {}))
    response.setHeader(name.replace('gatewayresponse.header.', ''), value.slice(1, -1))
  response.setHeader('x-amzn-RequestId', REQUEST_ID)
  response.statusCode = Number(statusCode)
  const body = responseTemplates?.['application/json'] ?? ''
  response.end(body.replaceAll('$context.requestId', REQUEST_ID))
}

const CASES = [
  ['THROTTLED', 'TooManyRequestsException', 3],
  ['DEFAULT_5XX', 'InternalErrorException', 3],
  ['DEFAULT_4XX', 'InvalidParameterException', 1],
  ['REQUEST_TOO_LARGE', 'InvalidParameterException', 1],
] as const

it.each(CASES)(
  'the SDK for JavaScript reports %s as %s, after %s requests',
  async (...one) => {
    const [kind, name, requests] = one
    server.respond = (response) => generate(kind, response)
    const client = new CognitoIdentityClient({ region: 'eu-west-1', endpoint: server.url })
    const failure = await client
      .send(new GetIdCommand({ IdentityPoolId: POOL_ID }))
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({
      name,
      message: expect.stringContaining(`request ${REQUEST_ID})`),
      $metadata: { requestId: REQUEST_ID },
    })
    expect(server.received).toHaveLength(requests)
  },
  20_000,
)

it.each(CASES)(
  'botocore reports %s as %s, after %s requests',
  async (kind, code, requests) => {
    server.respond = (response) => generate(kind, response)
    const [outcome] = await callWithBotocore({
      endpoint: server.url,
      operation: 'GetId',
      input: { IdentityPoolId: POOL_ID },
      retries: 'standard',
    })
    expect(outcome?.code).toBe(code)
    expect(server.received).toHaveLength(requests)
  },
  20_000,
)
