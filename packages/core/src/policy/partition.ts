/** AWS's partitions: groups of regions with accounts, ARNs and domain names of their own. */

/**
 * The domain of each partition's regional endpoints.
 * @see AWS General Reference, "Amazon Resource Names"; the endpoint rules of the AWS SDK, with
 *   which `test/unit/adapters/regional-endpoint.test.ts` compares them
 */
export const DNS_SUFFIXES = {
  aws: 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-us-gov': 'amazonaws.com',
  /** European Sovereign Cloud. */
  'aws-eusc': 'amazonaws.eu',
} as const

/** @param region such as `eusc-de-east-1` */
export function partitionOf(region: string): keyof typeof DNS_SUFFIXES {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws'
}
