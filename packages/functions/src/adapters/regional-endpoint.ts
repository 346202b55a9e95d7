/** Where an AWS service answers in a region. */

/** Global endpoints are left alone: that of STS adds a hop, and its session tokens are not valid in every region. */
export function regionalEndpoint(service: string, region: string): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `https://${service}.${region}.${suffix}`
}
