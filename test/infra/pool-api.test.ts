/** The API of identity pools: on the stage's own domain, and in a stage without one. */
import { beforeAll, describe, expect, it } from 'vitest'
import { record, resourceNamed, resourcesOf } from './read-stage.ts'
import { isPlatformInstalled } from './sst-platform.ts'
import { type SynthesizedStage, synthesize } from './synthesize.ts'

const skip = !isPlatformInstalled() && !process.env.CI
const OFF = 'identityPools: undefined,'
const ON =
  'identityPools: { throttle: { requestsPerSecond: 7, burst: 9 }, linking: false, ' +
  'backends: false, newGuestsAlarm: 5 },'

describe.skipIf(skip).each(['staging', 'pr-7'])('the API of identity pools in %s', (name) => {
  const hasDomain = name === 'staging'
  let stage: SynthesizedStage
  beforeAll(async () => {
    stage = await synthesize(name, {
      changeStages: (text) => (hasDomain ? text : text.replaceAll(OFF, ON)),
    })
  }, 120_000)
  const inputsOf = (resource: string) => resourceNamed(stage, resource).inputs
  const definition = () => record(JSON.parse(String(inputsOf('PoolApi').body)))

  // The function gets the path with the mapping of a domain, and without the name of a stage.
  it('passes the path /cognito/{pool} to the function', () => {
    expect(Object.keys(record(definition().paths))).toEqual([
      hasDomain ? '/{pool}' : '/cognito/{pool}',
    ])
    const mappings = resourcesOf(stage, 'aws:apigatewayv2/apiMapping:ApiMapping')
    expect(mappings.map(({ inputs }) => [inputs.apiMappingKey, inputs.apiId])).toEqual(
      hasDomain
        ? [
            [undefined, 'id-of-ApiApi'],
            ['cognito', 'id-of-PoolApi'],
          ]
        : [],
    )
    expect(stage.outputs.identityPools).toBe(
      hasDomain
        ? 'https://broker.staging.example.com/cognito'
        : 'https://rest123456.execute-api.eu-west-1.amazonaws.com/pools/cognito',
    )
  })

  it('has one address, in the region of the stage', () => {
    expect(inputsOf('PoolApi')).toMatchObject({
      endpointConfiguration: { types: 'REGIONAL' },
      disableExecuteApiEndpoint: hasDomain,
    })
  })

  it('limits every route, and deploys each change of the definition', () => {
    expect(inputsOf('PoolApiThrottling')).toMatchObject({
      methodPath: '*/*',
      stageName: 'pools',
      settings: hasDomain
        ? { throttlingRateLimit: 50, throttlingBurstLimit: 100 }
        : { throttlingRateLimit: 7, throttlingBurstLimit: 9 },
    })
    expect(record(inputsOf('PoolApiDeployment').triggers).body).toBe(inputsOf('PoolApi').body)
  })

  it('lets the broker write identities only where pools may link them', () => {
    const { variables } = record(inputsOf('BrokerFunction').environment)
    expect('BROKER_IDENTITIES_TABLE' in record(variables)).toBe(hasDomain)
    expect('BROKER_POOL_KEYS_KMS_KEY' in record(variables)).toBe(hasDomain)
  })
})
