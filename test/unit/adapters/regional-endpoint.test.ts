/** The broker's regional endpoints are those of the AWS SDK, in every partition. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { STSClient } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { regionalEndpoint } from '../../../packages/functions/src/adapters/sdk-call.ts'

const CLIENTS = { sts: STSClient, dynamodb: DynamoDBClient }
const REGIONS = ['eu-west-1', 'us-east-1', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1']

it.each(
  Object.entries(CLIENTS).flatMap(([service, Client]) =>
    REGIONS.map((region) => ({ service, Client, region })),
  ),
)('$service in $region', async ({ service, Client, region }) => {
  const { endpointProvider } = new Client({ region }).config
  const { url } = endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false })
  expect(`${regionalEndpoint(service, region)}/`).toBe(url.href)
})
