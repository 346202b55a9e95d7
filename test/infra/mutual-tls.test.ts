/** A stage with `mutualTls` has a second domain, at which API Gateway asks for a certificate. */
import { beforeAll, describe, expect, it } from 'vitest'
import { codeBlocks, readPage, sectionOf } from '../docs/markdown.ts'
import { resourceNamed, resourcesOf } from './read-stage.ts'
import { isPlatformInstalled } from './sst-platform.ts'
import { type SynthesizedStage, synthesize } from './synthesize.ts'

const skip = !isPlatformInstalled() && !process.env.CI
const [SAMPLE = ''] = codeBlocks(sectionOf(readPage('stacks/README.md'), '## Mutual TLS'), 'ts')
const DOMAIN = 'aws:apigatewayv2/domainName:DomainName'

describe.skipIf(skip)('a stage with mutual TLS', () => {
  let stage: SynthesizedStage
  beforeAll(async () => {
    stage = await synthesize('staging', {
      changeStages: (text) => text.replace('mutualTls: undefined,', SAMPLE),
    })
  }, 120_000)

  it('asks for certificates of the truststore at its own domain only', () => {
    const domains = resourcesOf(stage, DOMAIN).map(({ inputs }) => [
      inputs.domainName,
      inputs.mutualTlsAuthentication,
    ])
    expect(Object.fromEntries(domains)).toEqual({
      'broker.staging.example.com': undefined,
      'mtls.broker.example.com': {
        truststoreUri: 's3://acme-truststores/broker.pem',
        truststoreVersion: 'VERSION-ID',
      },
    })
    expect(resourceNamed(stage, 'MutualTlsDomain').inputs.domainNameConfiguration).toMatchObject({
      endpointType: 'REGIONAL',
      securityPolicy: 'TLS_1_2',
    })
  })

  it('has no address that serves callers without a certificate, but the issuer’s', () => {
    expect(resourceNamed(stage, 'ApiApi').inputs.disableExecuteApiEndpoint).toBe(true)
    expect(stage.outputs.issuer).toBe('https://broker.staging.example.com')
  })

  it('serves the same API there', () => {
    const mapping = resourceNamed(stage, 'MutualTlsMapping').inputs
    expect(mapping).toMatchObject({ apiId: 'id-of-ApiApi', stage: '$default' })
    const records = resourcesOf(stage, 'aws:route53/record:Record')
    expect(records.map(({ inputs }) => inputs.name)).toContain('mtls.broker.example.com')
  })
})
