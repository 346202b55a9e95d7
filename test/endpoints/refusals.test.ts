/** Every refusal code on the STS, container and token exchange endpoints, as clients read it. */
import { describe, expect, it } from 'vitest'
import { type SendToken, startRefusalScenarios } from './refusal-scenarios.ts'

const { broker, provoke } = await startRefusalScenarios()

describe.each([
  ['invalid_request', 'ValidationError', 400, 400, 'invalid_request', 400],
  ['invalid_token', 'InvalidIdentityToken', 400, 401, 'invalid_request', 400],
  ['issuer_untrusted', 'InvalidIdentityToken', 400, 401, 'invalid_request', 400],
  ['token_expired', 'ExpiredTokenException', 400, 401, 'invalid_request', 400],
  ['issuer_unavailable', 'IDPCommunicationError', 400, 503, 'temporarily_unavailable', 503],
  ['access_denied', 'AccessDenied', 403, 403, 'invalid_target', 400],
  ['claim_unusable', 'AccessDenied', 403, 403, 'invalid_target', 400],
  ['sts_rejected', 'IDPRejectedClaim', 403, 403, 'invalid_target', 400],
  ['policy_too_large', 'PackedPolicyTooLarge', 400, 400, 'server_error', 500],
  ['throttled', 'Throttling', 400, 429, 'temporarily_unavailable', 429],
  ['upstream_unavailable', 'ServiceUnavailable', 503, 503, 'temporarily_unavailable', 503],
  ['config_invalid', 'InternalFailure', 500, 500, 'server_error', 500],
  ['internal', 'InternalFailure', 500, 500, 'server_error', 500],
] as const)('%s', (code, stsCode, stsStatus, containerStatus, oauthError, oauthStatus) => {
  const provokeWith = async (send: SendToken) => {
    const { response, by } = await provoke(code, send)
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.body).not.toContain('upstream words')
    if (code !== 'internal') expect(by.audit.at(-1)?.code).toBe(code)
    return response
  }

  it(`is ${stsCode} (${stsStatus}) in XML on the STS endpoint`, async () => {
    const { status, body, headers } = await provokeWith(assume)
    const stsCodeInBody = /<Code>(\w+)<\/Code>/.exec(body)?.[1]
    expect([status, stsCodeInBody, headers['content-type']]).toEqual([
      stsStatus,
      stsCode,
      'text/xml',
    ])
    const requestId = headers['x-amzn-requestid']
    expect(body).toContain(`<RequestId>${requestId}</RequestId>`)
    // SDKs show no more of a response than its message.
    expect(body).toMatch(new RegExp(`<Message>.+ \\(${code}, request ${requestId}\\)</Message>`))
  })

  it(`is ${containerStatus} with both spellings on the container endpoint`, async () => {
    const { status, body, headers } = await provokeWith(getContainerCredentials)
    const json = JSON.parse(body)
    expect([status, headers['content-type']]).toEqual([containerStatus, 'application/json'])
    expect([json.code, json.message]).toEqual([json.Code, json.Message])
    expect(json.message).toContain(code)
    expect(headers['retry-after'] !== undefined).toBe([429, 503].includes(containerStatus))
  })

  it(`is ${oauthError} (${oauthStatus}) on the token exchange endpoint`, async () => {
    const { status, body } = await provokeWith(exchange)
    const json = JSON.parse(body)
    expect([status, json.error, json.code]).toEqual([oauthStatus, oauthError, code])
    expect(json.error_description).toMatch(/^[^"\\]+$/)
  })
})

const assume: SendToken = (subject, { tenant = 'acme', grant = 'read', at = broker } = {}) =>
  at.postForm('/sts', {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: `arn:aws:iam::000000000000:role/broker/${tenant}/${grant}`,
    RoleSessionName: 'session',
    WebIdentityToken: subject,
  })

const getContainerCredentials: SendToken = (
  subject,
  { tenant = 'acme', grant = 'read', at = broker } = {},
) =>
  at.get(
    `/v1/tenants/${tenant}/grants/${grant}/credentials`,
    subject === undefined ? {} : { authorization: subject },
  )

const exchange: SendToken = (subject, { tenant = 'acme', grant = 'read', at = broker } = {}) =>
  at.postForm('/v1/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    subject_token: subject,
    audience: tenant,
    scope: `grant:${grant}`,
  })
