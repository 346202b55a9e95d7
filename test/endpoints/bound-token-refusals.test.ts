/** Every other refusal, of a token with a good proof: its code, and nothing of token and proof. */
import { describe, expect, it } from 'vitest'
import { startBoundTokenBroker } from './bound-token-broker.ts'
import { REQUESTS } from './bound-token-requests.ts'

const broker = await startBoundTokenBroker()
const { sts, clock } = broker
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

  it.skipIf(/explain|web identity/.test(name)).each(BY_STS)('%s', async (code, ...error) => {
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
