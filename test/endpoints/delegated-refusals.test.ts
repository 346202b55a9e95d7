/** Every refusal code for requests in which an actor acts for the subject, on each endpoint. */
import { describe, expect, it } from 'vitest'
import { type SendToken, startRefusalScenarios } from './refusal-scenarios.ts'
import { startActorTokens, startTokensWithAct } from './tokens-to-refuse.ts'

const withAct = await startRefusalScenarios({}, startTokensWithAct)
const actors = await startActorTokens()
const withActor = await startRefusalScenarios({}, async () => actors)

describe.each([
  ['invalid_request', 400, 'ValidationError', 400, 400, 'invalid_request', 400],
  ['invalid_token', 401, 'InvalidIdentityToken', 400, 401, 'invalid_request', 400],
  ['issuer_untrusted', 401, 'InvalidIdentityToken', 400, 401, 'invalid_request', 400],
  ['token_expired', 401, 'ExpiredTokenException', 400, 401, 'invalid_request', 400],
  ['issuer_unavailable', 503, 'IDPCommunicationError', 400, 503, 'temporarily_unavailable', 503],
  ['access_denied', 403, 'AccessDenied', 403, 403, 'invalid_target', 400],
  ['claim_unusable', 403, 'AccessDenied', 403, 403, 'invalid_target', 400],
  ['sts_rejected', 502, 'IDPRejectedClaim', 403, 403, 'invalid_target', 400],
  ['policy_too_large', 500, 'PackedPolicyTooLarge', 400, 400, 'server_error', 500],
  ['throttled', 429, 'Throttling', 400, 429, 'temporarily_unavailable', 429],
  ['upstream_unavailable', 503, 'ServiceUnavailable', 503, 503, 'temporarily_unavailable', 503],
  ['config_invalid', 500, 'InternalFailure', 500, 500, 'server_error', 500],
  ['internal', 500, 'InternalFailure', 500, 500, 'server_error', 500],
] as const)('%s', (code, nativeStatus, stsCode, stsStatus, containerStatus, error, oauthStatus) => {
  const provokeBy = async (scenarios: typeof withAct, send: SendToken) => {
    const { response, by } = await scenarios.provoke(code, send)
    if (code !== 'internal') expect(by.audit.at(-1)?.code).toBe(code)
    return response
  }

  describe.each([
    ['an actor token', withActor, nativeWithActor, explainWithActor, exchangeWithActor],
    ['a token with act', withAct, native, explain, exchange],
  ] as const)('%s', (_way, scenarios, sendNative, sendExplain, sendExchange) => {
    it(`is ${nativeStatus} on the native endpoint`, async () => {
      const { status, body } = await provokeBy(scenarios, sendNative)
      expect([status, JSON.parse(body).code]).toEqual([nativeStatus, code])
    })

    it(`is ${error} (${oauthStatus}) on the token exchange endpoint`, async () => {
      const { status, body } = await provokeBy(scenarios, sendExchange)
      const found = JSON.parse(body)
      expect([status, found.error, found.code]).toEqual([oauthStatus, error, code])
    })

    it('is explained', async () => {
      // An explanation assumes no role, mints no token, and has a record of its own.
      const later = ['sts_rejected', 'policy_too_large', 'throttled', 'upstream_unavailable']
      if ([...later, 'config_invalid', 'internal'].includes(code)) return
      const { body } = await provokeBy(scenarios, sendExplain)
      expect(JSON.parse(body)).toMatchObject({ outcome: 'would-refuse', code })
    })
  })

  it(`is ${stsCode} (${stsStatus}) on the STS endpoint for a token with act`, async () => {
    const { status, body } = await provokeBy(withAct, assume)
    expect([status, /<Code>(\w+)</.exec(body)?.[1]]).toEqual([stsStatus, stsCode])
  })

  it(`is ${containerStatus} on the container endpoint for a token with act`, async () => {
    const { status, body } = await provokeBy(withAct, getContainerCredentials)
    const { message } = JSON.parse(body)
    expect(status).toBe(containerStatus)
    expect(message).toContain(code)
  })
})

it('each way issues where nothing is wrong, and the record names the actor', async () => {
  for (const send of [nativeWithActor, exchangeWithActor])
    expect((await send(await actors.valid())).status).toBe(200)
  for (const send of [native, exchange, assume, getContainerCredentials])
    expect((await send(await withAct.tokens.valid())).status).toBe(200)
  const records = [...withActor.broker.audit.slice(-2), ...withAct.broker.audit.slice(-4)]
  expect(records.map(({ actor }) => actor?.subject)).toEqual([
    ...['alice', 'alice'],
    ...['agent', 'agent', 'agent', 'agent'],
  ])
})

function post(path: string): SendToken {
  return (token, { tenant = 'acme', grant = 'read', at = withAct.broker } = {}) =>
    at.post(path, token, { tenant, grant })
}

/** An empty actor token in place of none: without one, nobody would act. */
function postWithActor(path: string): SendToken {
  return async (actorToken = '', wanted = {}) => {
    const { tenant = 'acme', grant = 'read', at = withActor.broker } = wanted
    return at.post(path, await actors.subject(tenant), { tenant, grant, actorToken })
  }
}

const TYPES = 'urn:ietf:params:oauth:token-type:'

function form(tenant: string, grant: string) {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: `${TYPES}id_token`,
    ...{ audience: tenant, scope: `grant:${grant}` },
  }
}

const native = post('/v1/credentials')
const explain = post('/v1/explain')
const nativeWithActor = postWithActor('/v1/credentials')
const explainWithActor = postWithActor('/v1/explain')

const exchange: SendToken = (token, wanted = {}) => {
  const { tenant = 'acme', grant = 'read', at = withAct.broker } = wanted
  return at.postForm('/v1/token', { ...form(tenant, grant), subject_token: token })
}

const exchangeWithActor: SendToken = async (token = '', wanted = {}) => {
  const { tenant = 'acme', grant = 'read', at = withActor.broker } = wanted
  return at.postForm('/v1/token', {
    ...form(tenant, grant),
    subject_token: await actors.subject(tenant),
    ...{ actor_token: token, actor_token_type: `${TYPES}jwt` },
  })
}

const assume: SendToken = (token, wanted = {}) => {
  const { tenant = 'acme', grant = 'read', at = withAct.broker } = wanted
  return at.postForm('/sts', {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: `arn:aws:iam::000000000000:role/broker/${tenant}/${grant}`,
    RoleSessionName: 'session',
    WebIdentityToken: token,
  })
}

const getContainerCredentials: SendToken = (token, wanted = {}) => {
  const { tenant = 'acme', grant = 'read', at = withAct.broker } = wanted
  const headers = token === undefined ? {} : { authorization: token }
  return at.get(`/v1/tenants/${tenant}/grants/${grant}/credentials`, headers)
}
