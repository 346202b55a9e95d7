/** POST /v1/explain for callers of identity pools that are refused: what each of them reads. */
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import { FRIENDS, PLAYERS } from '../fixtures/pool-broker.ts'
import { POOL_ID } from '../fixtures/pool-document.ts'
import { credentialsIn, explainIn, NO_ID, startExplainingBroker } from './explaining-broker.ts'

const linked = await startExplainingBroker(`${makeTemporaryFolder()}/identities.jsonl`)

describe('a refusal', () => {
  it.each([
    ['a user whom no rule accepts', { blocked: true }, 'access_denied'],
    ['a suspended user', { status: 'suspended' }, 'access_denied'],
    ['a token for another app', { aud: 'other' }, 'access_denied'],
    ['an expired token', { iat: 1000, exp: 2000 }, 'token_expired'],
  ])('has the code of the real one: %s', async (_, claims, code) => {
    const logins = await linked.login('alice', claims)
    const explained = await explainIn(linked, { logins })
    expect(explained).toMatchObject({ outcome: 'would-refuse', code, tenant: 'game' })
    const { json } = await linked.call('GetCredentialsForIdentity', {
      ...{ IdentityId: NO_ID, Logins: logins },
    })
    expect(json.message).toContain(code)
  })

  it('of two logins with two identities is that of the real one', async () => {
    const one = await linked.login('conflict')
    const two = { [FRIENDS]: await linked.friends.token({ sub: 'conflict', aud: 'game' }) }
    await credentialsIn(linked, one)
    await credentialsIn(linked, two)
    const explained = await explainIn(linked, { logins: { ...one, ...two } })
    expect(explained).toMatchObject({
      ...{ outcome: 'would-refuse', code: 'access_denied' },
      reason: 'The logins already belong to different identities.',
    })
  })

  it.each([
    ['a provider that the pool lacks', { 'other.example': 'token' }, 'issuer_untrusted'],
    [
      'a provider that is named twice',
      { [PLAYERS]: 'a', 'players.example': 'b' },
      'invalid_request',
    ],
    ['a text that is no token', { 'players.example': 'token' }, 'invalid_token'],
  ])('shows nothing of the document to a stranger: %s', async (_, logins, code) => {
    const { trace, ...explained } = await explainIn(linked, { logins })
    expect(explained).toEqual({
      ...{ outcome: 'would-refuse', code, requestId: expect.any(String) },
      reason: expect.any(String),
    })
    for (const check of trace)
      expect(Object.keys(check).sort()).toEqual(['check', 'passed', 'stage'])
  })

  it('shows nothing to the owner of a forged token, also beside a token of their own', async () => {
    const [header, , signature] = (await linked.players.token({ sub: 'mallory' })).split('.')
    const [, claims] = (await linked.players.token({ sub: 'alice', aud: 'game' })).split('.')
    const forged = { 'players.example': [header, claims, signature].join('.') }
    const own = { [FRIENDS]: await linked.friends.token({ sub: 'mallory', aud: 'game' }) }
    for (const logins of [forged, { ...own, ...forged }]) {
      const { trace, ...explained } = await explainIn(linked, { logins })
      expect(explained).toEqual({
        ...{ outcome: 'would-refuse', code: 'invalid_token', requestId: expect.any(String) },
        reason: 'The token is not verified; the reason is in the audit record of this request.',
      })
      expect(JSON.stringify(trace)).not.toContain('expected')
    }
  })

  it('does not say that a pool exists elsewhere', async () => {
    const pool = 'eu-central-1:9b1d0c43-1111-4222-8333-944455556666'
    const explained = await explainIn(linked, { pool })
    expect(explained).toMatchObject({ outcome: 'would-refuse', code: 'access_denied' })
    expect(explained).not.toHaveProperty('tenant')
  })

  it.each([
    ['another field', { grant: 'player' }],
    ['a token beside the logins', { token: 'x' }],
    ['a pool that is no text', { pool: 5 }],
    ['a pool that is no id', { pool: 'game' }],
    ['an identity that is no id', { identityId: 'x' }],
    ['logins that are a list', { logins: ['x'] }],
    ['a token that is no text', { logins: { 'players.example': 5 } }],
  ])('of a request with %s is invalid_request', async (_, fields) => {
    const explained = await explainIn(linked, fields)
    expect(explained).toMatchObject({ outcome: 'would-refuse', code: 'invalid_request' })
    expect(linked.audit.at(-1)).toMatchObject({ endpoint: 'explain', code: 'invalid_request' })
  })

  it('of a request with a token in a header is invalid_request', async () => {
    const [token] = Object.values(await linked.login('alice'))
    const { body } = await linked.post('/v1/explain', token, { pool: POOL_ID })
    expect(JSON.parse(body)).toMatchObject({ code: 'invalid_request' })
  })
})
