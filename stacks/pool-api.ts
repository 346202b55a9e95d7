/** The REST API at which apps call identity pools, on the stage's own domain where it has one. */
import { partitionOf } from '@token-broker/core/partition'
import { definePoolApi } from './pool-api-definition.ts'
import type { StageSettings } from './stage-settings.ts'

const PATH = '/cognito/{pool}'
/** Of the REST API, not of the deployment. */
const STAGE = 'pools'

export interface PoolApi {
  /** CloudWatch identifies REST APIs by name. */
  readonly name: string
  /** URL of the endpoint, to which `/` and the id of a pool are appended. */
  readonly endpoint: $util.Input<string>
}

/**
 * An HTTP API cannot change the responses that it generates, so clients of Cognito could not read
 * why they are throttled, and it has one CORS setting for all of its routes. A REST API can do
 * both. But it removes signatures of AWS from requests, so backends, which sign their calls, use
 * the route `POST /v1/cognito/{pool}` of the HTTP API.
 *
 * It has no access log, which needs a role of the whole account: requests that reach the function
 * have audit records, and CloudWatch counts the others.
 *
 * @param httpApi owns the domain
 * @returns undefined where the stage has no identity pools
 * @see API Gateway Developer Guide, "Amazon API Gateway important notes for REST APIs"
 */
export function createPoolApi(
  { identityPools, domain, region }: StageSettings,
  httpApi: sst.aws.ApiGatewayV2,
  broker: sst.aws.Function,
): PoolApi | undefined {
  if (identityPools === undefined) return undefined
  const name = `${$app.name}-${$app.stage}-pools`
  const body = broker.arn.apply((functionArn) =>
    JSON.stringify(
      definePoolApi({
        name,
        // The function gets the path with the mapping, but without the name of the stage.
        path: domain === undefined ? PATH : PATH.replace('/cognito', ''),
        partition: partitionOf(region),
        region,
        functionArn,
      }),
    ),
  )
  const api = new aws.apigateway.RestApi('PoolApi', {
    name,
    body,
    endpointConfiguration: { types: 'REGIONAL' },
    disableExecuteApiEndpoint: domain !== undefined,
  })
  new aws.lambda.Permission('PoolApiPermission', {
    action: 'lambda:InvokeFunction',
    function: broker.arn,
    principal: 'apigateway.amazonaws.com',
    sourceArn: api.executionArn.apply((arn) => `${arn}/*`),
  })
  const stage = createRestStage(api, body, identityPools.throttle)
  if (domain === undefined)
    return { name, endpoint: stage.invokeUrl.apply((url) => `${url}/cognito`) }
  new aws.apigatewayv2.ApiMapping('PoolApiMapping', {
    apiId: api.id,
    domainName: httpApi.nodes.domainName.id,
    stage: stage.stageName,
    apiMappingKey: 'cognito',
  })
  return { name, endpoint: `https://${domain}/cognito` }
}

function createRestStage(
  restApi: aws.apigateway.RestApi,
  body: $util.Output<string>,
  throttle: { readonly requestsPerSecond: number; readonly burst: number },
): aws.apigateway.Stage {
  const deployment = new aws.apigateway.Deployment('PoolApiDeployment', {
    restApi,
    // A change of the definition has no effect until it is deployed.
    triggers: { body },
  })
  const stage = new aws.apigateway.Stage('PoolApiStage', {
    restApi,
    deployment,
    stageName: STAGE,
  })
  new aws.apigateway.MethodSettings('PoolApiThrottling', {
    restApi,
    stageName: stage.stageName,
    methodPath: '*/*',
    settings: {
      throttlingRateLimit: throttle.requestsPerSecond,
      throttlingBurstLimit: throttle.burst,
    },
  })
  return stage
}
