/** Every refusal code for SAML responses, on each endpoint that accepts them. */
import { describe, expect, it } from 'vitest'
import { SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/index.ts'
import { type SendToken, startRefusalScenarios } from './refusal-scenarios.ts'
import { startSamlTokens } from './tokens-to-refuse.ts'

const { broker, keyless, provoke, tokens } = await startRefusalScenarios({}, startSamlTokens)
const NAME_ID = 'canary-of-the-name-id'
/** Every response and token, for the search for canaries. */
const seen: string[] = []
const sent: string[] = []

describe.each([
  ['invalid_request', 400, 'ValidationError', 400, 'invalid_request', 400],
  ['invalid_token', 401, 'InvalidIdentityToken', 400, 'invalid_request', 400],
  ['issuer_untrusted', 401, 'InvalidIdentityToken', 400, 'invalid_request', 400],
  ['token_expired', 401, 'ExpiredTokenException', 400, 'invalid_request', 400],
  ['issuer_unavailable', 503, 'IDPCommunicationError', 400, 'temporarily_unavailable', 503],
  ['access_denied', 403, 'AccessDenied', 403, 'invalid_target', 400],
  ['claim_unusable', 403, 'AccessDenied', 403, 'invalid_target', 400],
  ['sts_rejected', 502, 'IDPRejectedClaim', 403, 'invalid_target', 400],
  ['policy_too_large', 500, 'PackedPolicyTooLarge', 400, 'server_error', 500],
  ['throttled', 429, 'Throttling', 400, 'temporarily_unavailable', 429],
  ['upstream_unavailable', 503, 'ServiceUnavailable', 503, 'temporarily_unavailable', 503],
  ['config_invalid', 500, 'InternalFailure', 500, 'server_error', 500],
  ['internal', 500, 'InternalFailure', 500, 'server_error', 500],
] as const)('%s', (code, nativeStatus, stsCode, stsStatus, oauthError, oauthStatus) => {
  const provokeWith = async (send: SendToken) => {
    const { response, by } = await provoke(code, send)
    expect(response.headers['cache-control']).toBe('no-store')
    if (code !== 'internal') expect(by.audit.at(-1)?.code).toBe(code)
    return response
  }

  it(`is ${nativeStatus} on the native endpoint`, async () => {
    const { status, body } = await provokeWith(requestCredentials)
    expect([status, JSON.parse(body).code]).toEqual([nativeStatus, code])
  })

  it(`is ${stsCode} (${stsStatus}) in XML on the STS endpoint`, async () => {
    const { status, body, headers } = await provokeWith(assumeWithSaml)
    expect([status, /<Code>(\w+)</.exec(body)?.[1]]).toEqual([stsStatus, stsCode])
    expect(headers['content-type']).toBe('text/xml')
    expect(body).not.toContain('WebIdentity')
  })

  it(`is ${oauthError} (${oauthStatus}) on the token exchange endpoint`, async () => {
    const { status, body } = await provokeWith(exchange)
    const { error, code: found } = JSON.parse(body)
    expect([status, error, found]).toEqual([oauthStatus, oauthError, code])
  })

  it('is explained', async () => {
    // An explanation assumes no role, mints no token, and has a record of its own.
    const later = ['sts_rejected', 'policy_too_large', 'throttled', 'upstream_unavailable']
    if ([...later, 'config_invalid', 'internal'].includes(code)) return
    const { body } = await provokeWith(explain)
    expect(JSON.parse(body)).toMatchObject({ outcome: 'would-refuse', code })
  })
})

it('repeats nothing of a response, of a refused one or of its session to anyone', async () => {
  const token = await tokens.withSubject(NAME_ID)
  for (const send of [requestCredentials, assumeWithSaml, exchange]) await send(token)
  const issued = broker.audit.slice(-3)
  expect(issued.map(({ outcome }) => outcome)).toEqual(['issued', 'issued', 'issued'])
  const records = [...broker.auditText, ...keyless.auditText, ...broker.errorText].join('\n')
  for (const canary of [SECRET_ACCESS_KEY, SESSION_TOKEN]) expect(records).not.toContain(canary)
  const everything = [records, ...seen].join('\n')
  expect(sent.length).toBeGreaterThan(30)
  for (const response of sent) {
    const xml = Buffer.from(response, 'base64').toString()
    const secrets = [response, response.slice(0, 60), xml.slice(0, 60)]
    const [, signature = ''] = /SignatureValue>([^<]{40})/.exec(xml) ?? []
    if (signature) secrets.push(signature)
    for (const secret of secrets) expect(everything).not.toContain(secret)
  }
})

const remember = async (token: string | undefined, response: ReturnType<SendToken>) => {
  if (token !== undefined && token.length > 100) sent.push(token)
  const { body, headers } = await response
  seen.push(`${JSON.stringify(headers)}${body}`)
  return response
}

const requestCredentials: SendToken = (
  token,
  { tenant = 'acme', grant = 'read', at = broker } = {},
) =>
  remember(
    token,
    at.post('/v1/credentials', undefined, { token, tokenType: 'saml2', tenant, grant }),
  )

const explain: SendToken = (token, { tenant = 'acme', grant = 'read', at = broker } = {}) =>
  remember(token, at.post('/v1/explain', undefined, { token, tokenType: 'saml2', tenant, grant }))

const assumeWithSaml: SendToken = (token, { tenant = 'acme', grant = 'read', at = broker } = {}) =>
  remember(
    token,
    at.postForm('/sts', {
      Action: 'AssumeRoleWithSAML',
      Version: '2011-06-15',
      RoleArn: `arn:aws:iam::000000000000:role/broker/${tenant}/${grant}`,
      PrincipalArn: `arn:aws:iam::000000000000:saml-provider/${tenant}`,
      SAMLAssertion: token,
    }),
  )

const exchange: SendToken = (token, { tenant = 'acme', grant = 'read', at = broker } = {}) =>
  remember(
    token,
    at.postForm('/v1/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:saml2',
      subject_token: token,
      audience: tenant,
      scope: `grant:${grant}`,
    }),
  )
