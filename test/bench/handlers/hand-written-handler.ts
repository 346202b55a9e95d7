/** The reference: a handler that a team would write by hand for the same task, with the AWS SDK. */
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const { ISSUER = '', JWKS_URI = '', STS_ENDPOINT = '', AWS_REGION = '' } = process.env
const keys = createRemoteJWKSet(new URL(JWKS_URI))
const sts = new STSClient({ region: AWS_REGION, endpoint: STS_ENDPOINT })

export async function handler(
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  const token = event.headers.authorization?.replace('Bearer ', '') ?? ''
  try {
    const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: 'bench' })
    const groups = Array.isArray(payload.groups) ? payload.groups : []
    if (!groups.includes('support')) return { statusCode: 403, body: '{"message":"Forbidden"}' }
    const resource = `arn:aws:s3:::acme-data/${payload.team}/${payload.sub}/*`
    const statement = {
      Sid: 'ReadReports',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: resource,
    }
    const { Credentials } = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: 'arn:aws:iam::111122223333:role/acme-app',
        RoleSessionName: payload.sub,
        WebIdentityToken: token,
        DurationSeconds: 3600,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      }),
    )
    return { statusCode: 200, body: JSON.stringify({ credentials: Credentials }) }
  } catch (error) {
    console.error(error)
    return { statusCode: 401, body: '{"message":"Unauthorized"}' }
  }
}
