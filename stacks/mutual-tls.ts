/** A second domain of the API, at which clients show a certificate (mutual TLS). */
import type { StageSettings } from './stage-settings.ts'

/**
 * The first domain stays without mutual TLS: STS reads the issuer's documents there, and has no
 * client certificate. AWS's own address of the API, which would serve callers without one, is
 * disabled for every stage with a domain.
 * @see API Gateway Developer Guide, "Configuring mutual TLS authentication for an HTTP API"
 */
export function createMutualTlsDomain(
  { mutualTls }: StageSettings,
  api: sst.aws.ApiGatewayV2,
): void {
  if (mutualTls === undefined) return
  const { domain, certificateArn, truststore, truststoreVersion } = mutualTls
  const domainName = new aws.apigatewayv2.DomainName('MutualTlsDomain', {
    domainName: domain,
    domainNameConfiguration: {
      certificateArn,
      endpointType: 'REGIONAL',
      securityPolicy: 'TLS_1_2',
    },
    mutualTlsAuthentication: { truststoreUri: truststore, truststoreVersion },
  })
  new aws.apigatewayv2.ApiMapping('MutualTlsMapping', {
    apiId: api.nodes.api.id,
    domainName: domainName.id,
    stage: '$default',
  })
  const { targetDomainName, hostedZoneId } = domainName.domainNameConfiguration
  sst.aws
    .dns()
    .createAlias(
      'MutualTls',
      { name: domain, aliasName: targetDomainName, aliasZone: hostedZoneId },
      {},
    )
}
