/** Every other refusal, of a token with a good proof: its code, and nothing of token and proof. */
import { issueProofNonce } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { SESSION_NAME_KEY, startBoundTokenBroker } from './bound-token-broker.ts'
import { BROKER_URL, REQUESTS } from './bound-token-requests.ts'
import { type SendToken, startRefusalScenarios } from './refusal-scenarios.ts'
import { startJwtTokens } from './tokens-to-refuse.ts'

const broker = await startBoundTokenBroker()
const { sts, clock } = broker
const { key } = broker
const {
  broker: whole,
  provoke,
  tokens,
} = await startRefusalScenarios({ BROKER_SESSION_NAME_KEY: SESSION_NAME_KEY }, () =>
  startJwtTokens({ cnf: key.cnf }),
)
const JSON_BODY = { 'content-type': 'application/json' }
const FORM_BODY = { 'content-type': 'application/x-www-form-urlencoded' }
const seconds = () => Math.floor(clock.now / 1000)

/** What the token says. */
const BY_TOKEN: readonly (readonly [code: string, claims: () => object])[] = [
  ['issuer_untrusted', () => ({ iss: 'https://unknown.example' })],
  ['token_expired', () => ({ exp: seconds() - 60 })],
  ['invalid_token', () => ({ iat: seconds() + 600 })],
  ['access_denied', () => ({ aud: 'other-app' })],
  ['claim_unusable', () => ({ sub: 'canary*' })],
]
/** What STS responds, where it is called. */
const BY_STS: readonly (readonly [code: string, status: number, error: string])[] = [
  ['sts_rejected', 403, 'AccessDenied'],
  ['policy_too_large', 400, 'PackedPolicyTooLarge'],
  ['throttled', 400, 'Throttling'],
  ['upstream_unavailable', 500, 'InternalFailure'],
]

describe.each(Object.entries(REQUESTS))('%s', (name, { path, send }) => {
  const sendBound = async (claims: object = {}) => {
    const token = await broker.boundToken(claims)
    const proof = await broker.proof({ token, path })
    const { body, headers } = await send(broker, token, proof)
    const written = body + JSON.stringify(headers) + broker.auditText.at(-1)
    const secrets = [...token.split('.'), ...proof.split('.')].filter(({ length }) => length > 20)
    return {
      ...{ code: JSON.parse(body).code, recorded: broker.audit.at(-1)?.code },
      ...{ leaked: secrets.filter((part) => written.includes(part)), nonce: headers['dpop-nonce'] },
    }
  }
  const refused = (code: string) => ({
    ...{ code, recorded: code, leaked: [] },
    nonce: broker.nonce(),
  })

  it.each(BY_TOKEN)('%s', async (code, claims) => {
    expect(await sendBound(claims())).toEqual(refused(code))
  })

  const callsSts = !/explain|web identity/.test(name)
  it.each(callsSts ? BY_STS : [])('%s', async (code, ...error) => {
    sts.respondWithError(...error)
    const found = await sendBound().finally(sts.respondWithCredentials)
    expect(found).toEqual(refused(code))
  })

  it('internal, where the record cannot be written', async () => {
    broker.failAudit(true)
    const found = await sendBound().finally(() => broker.failAudit(false))
    expect(found).toMatchObject({ code: 'internal', leaked: [] })
  })
})

describe.each([
  ['invalid_request', 400, 'invalid_request', 400],
  ['issuer_unavailable', 503, 'temporarily_unavailable', 503],
  ['config_invalid', 500, 'server_error', 500],
] as const)('%s', (code, nativeStatus, oauthError, oauthStatus) => {
  it(`is ${nativeStatus} on the native endpoint`, async () => {
    const { response, by } = await provoke(code, native('/v1/credentials'))
    expect([response.status, JSON.parse(response.body).code]).toEqual([nativeStatus, code])
    expect(by.audit.at(-1)?.code).toBe(code)
  })

  it(`is ${oauthError} (${oauthStatus}) on the token exchange endpoint`, async () => {
    const { response } = await provoke(code, exchange)
    const { error, code: found } = JSON.parse(response.body)
    expect([response.status, error, found]).toEqual([oauthStatus, oauthError, code])
  })

  // An explanation needs no signing key.
  it.each(code === 'config_invalid' ? [] : ['/v1/explain'])('is explained by %s', async (path) => {
    const { response } = await provoke(code, native(path))
    expect(JSON.parse(response.body)).toMatchObject({ outcome: 'would-refuse', code })
  })
})

it('each of these ways issues with a good proof', async () => {
  for (const send of [native('/v1/credentials'), native('/v1/explain'), exchange])
    expect((await send(await tokens.valid())).status).toBe(200)
})

function native(path: string): SendToken {
  return async (token, { tenant = 'acme', grant = 'read', at = whole } = {}) => {
    const authorization = token === undefined ? {} : { authorization: `DPoP ${token}` }
    const headers = { ...authorization, ...(await proofFor(token, path)), ...JSON_BODY }
    const body = Buffer.from(JSON.stringify({ tenant, grant }))
    return at.send({ method: 'POST', path, headers, body })
  }
}

const exchange: SendToken = async (token, wanted = {}) => {
  const { tenant = 'acme', grant = 'read', at = whole } = wanted
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    ...(token === undefined ? {} : { subject_token: token }),
    ...{ audience: tenant, scope: `grant:${grant}` },
  })
  const headers = { ...(await proofFor(token, '/v1/token')), ...FORM_BODY }
  return at.send({ method: 'POST', path: '/v1/token', headers, body: Buffer.from(String(form)) })
}

async function proofFor(token: string | undefined, path: string): Promise<{ dpop?: string }> {
  if (token === undefined) return {}
  const nonce = issueProofNonce(SESSION_NAME_KEY, Date.now())
  const url = BROKER_URL + path
  return { dpop: await key.proof({ url, nonce, iat: Date.now() / 1000, token }) }
}
