/** Every refusal code at the endpoint for identity pools, as its clients read it. */
import { describe, expect, it } from 'vitest'
import { poolClient } from '../fixtures/pool-broker.ts'
import { type SendToken, startRefusalScenarios } from './refusal-scenarios.ts'
import { startJwtTokens } from './tokens-to-refuse.ts'

const ENVIRONMENT = { BROKER_SECRET_POOL: 'canary-secret-of-the-pool-0123456789' }
const PROVIDER = 'id.example'
const POOL_IDS: Readonly<Record<string, string>> = {
  acme: 'eu-central-1:00000000-0000-4000-8000-00000000000a',
  beta: 'eu-central-1:00000000-0000-4000-8000-00000000000b',
  dead: 'eu-central-1:00000000-0000-4000-8000-00000000000d',
}

const { broker, provoke } = await startRefusalScenarios(ENVIRONMENT, async () => {
  const tokens = await startJwtTokens()
  const documents = tokens.documents.map((document) => {
    const [, tenant = ''] = /^tenant: (\w+)$/m.exec(document) ?? []
    const [, issuer] = /issuer: (\S+)$/m.exec(document) ?? []
    const logins = { [PROVIDER]: issuer }
    const pools = [{ id: POOL_IDS[tenant], secret: 'pool', logins }]
    return `${document}\nidentityPools: ${JSON.stringify(pools)}\n`
  })
  return { ...tokens, documents }
})

const IDENTITY_ID = 'eu-central-1:00000000-1111-4222-8333-444455556666'
/** No grant has it. */
const OTHER_ROLE = 'arn:aws:iam::111122223333:role/other'

/** The grant is requested by its role; both of the tenant have the same. */
const getCredentials: SendToken = (token, { tenant = 'acme', grant = 'read', at = broker } = {}) =>
  poolClient(at).call(
    'GetCredentialsForIdentity',
    {
      // Without a token there would be a guest, so the request lacks its identity too.
      ...(token === undefined ? {} : { IdentityId: IDENTITY_ID, Logins: { [PROVIDER]: token } }),
      ...(grant === 'read' ? {} : { CustomRoleArn: OTHER_ROLE }),
    },
    {},
    POOL_IDS[tenant],
  )

describe.each([
  ['invalid_request', 'ValidationException', 400],
  ['invalid_token', 'NotAuthorizedException', 400],
  ['issuer_untrusted', 'NotAuthorizedException', 400],
  ['token_expired', 'NotAuthorizedException', 400],
  ['issuer_unavailable', 'ExternalServiceException', 503],
  ['access_denied', 'NotAuthorizedException', 400],
  ['claim_unusable', 'NotAuthorizedException', 400],
  ['sts_rejected', 'InvalidIdentityPoolConfigurationException', 400],
  ['policy_too_large', 'InvalidIdentityPoolConfigurationException', 400],
  ['throttled', 'TooManyRequestsException', 429],
  ['upstream_unavailable', 'InternalErrorException', 503],
  ['config_invalid', 'InvalidIdentityPoolConfigurationException', 400],
  ['internal', 'InternalErrorException', 500],
] as const)('%s', (code, name, status) => {
  it(`is ${name} (${status}) in the body and in the headers`, async () => {
    const { response, by } = await provoke(code, getCredentials)
    const json = JSON.parse(response.body)
    expect([response.status, Object.keys(json), json.__type]).toEqual([
      ...[status, ['__type', 'message'], name],
    ])
    const requestId = response.headers['x-amzn-requestid']
    expect(json.message).toMatch(new RegExp(`^[ -~]+ \\(${code}, request ${requestId}\\)$`))
    expect(response.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'cache-control': 'no-store',
      'x-amzn-errortype': name,
      'x-amzn-errormessage': json.message,
    })
    expect(response.headers['retry-after']).toBe(code === 'throttled' ? '1' : undefined)
    expect(response.body).not.toContain('upstream words')
    if (code !== 'internal')
      expect(by.audit.at(-1)).toMatchObject({ code, requestId, endpoint: 'cognito' })
  })
})
