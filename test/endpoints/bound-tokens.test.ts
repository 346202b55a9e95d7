/** A token that is bound to a key needs a proof of it, at each endpoint that accepts one. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { CompactSign, calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { createDpopKey } from '../fixtures/dpop-key.ts'
import { startBoundTokenBroker } from './bound-token-broker.ts'
import { BROKER_URL, REQUESTS, refusalIn } from './bound-token-requests.ts'

const CANARY = 'canary-of-a-proof'
const broker = await startBoundTokenBroker()
const { clock, key, nonce, boundToken } = broker
const otherKey = await createDpopKey()

describe.each(Object.entries(REQUESTS))('%s', (_name, { path, refusal, send }) => {
  type Changes = Omit<Parameters<typeof broker.proof>[0], 'token' | 'path'>
  const url = BROKER_URL + path
  const proofOf = (token: string, changes: Changes = {}) =>
    broker.proof({ token, path, ...changes, claims: { jti: CANARY, ...changes.claims } })
  const isAccepted = (body: string) => !/"(code|error)":/.test(body)

  it('accepts the token with its proof, and offers the next nonce', async () => {
    const token = await boundToken()
    const { status, headers, body } = await send(broker, token, await proofOf(token))
    expect([status, isAccepted(body), headers['dpop-nonce']]).toEqual([200, true, nonce()])
    expect(broker.audit.at(-1)?.code).toBeUndefined()
  })

  it.each([
    ['a URL that is spelled differently', { claims: { htu: url.replace('http', 'HTTP') } }],
    ['a URL with query and fragment', { claims: { htu: `${url}?a=b#c` } }],
    [
      'a URL with encoded letters and dots',
      { claims: { htu: url.replace('/v1', '/x/../%76%31') } },
    ],
    ['a client whose clock is 59 s ahead', { iat: clock.now / 1000 + 59 }],
    ['a client whose clock is 59 s behind', { iat: clock.now / 1000 - 59 }],
    ['a nonce of 119 s ago', { nonce: nonce(clock.now - 119_000) }],
    ['an instance whose clock is 4 s ahead', { nonce: nonce(clock.now + 4_000) }],
  ])('accepts %s', async (_case, changes) => {
    const token = await boundToken()
    const { body } = await send(broker, token, await proofOf(token, changes))
    expect(isAccepted(body), body).toBe(true)
  })

  const other = (part: string, replacement: string) => url.replace(part, replacement)
  const invalid: readonly (readonly [string, string, (token: string) => unknown])[] = [
    ['without a proof', 'no proof', () => undefined],
    ['two proofs', 'several', async (t) => `${await proofOf(t)}, ${await proofOf(t)}`],
    [
      'a huge proof',
      'at most 8192 are accepted',
      (t) => proofOf(t, { claims: { x: 'x'.repeat(9_000) } }),
    ],
    ['text that is no JWT', 'not a signed JWT', () => CANARY],
    ['a proof for another path', 'URL (htu)', (t) => proofOf(t, { url: `${url}/x` })],
    [
      'for another host',
      'URL (htu)',
      (t) => proofOf(t, { url: other('127.0.0.1', 'evil.example') }),
    ],
    ['for https', 'URL (htu)', (t) => proofOf(t, { url: other('http:', 'https:') })],
    ['for another port', 'URL (htu)', (t) => proofOf(t, { url: other(':8787', ':1') })],
    ['for a user of the host', 'htu', (t) => proofOf(t, { url: other('127', 'a@127') })],
    ['with a backslash', 'htu', (t) => proofOf(t, { url: other('/v1', '\\v1') })],
    ['without htu', 'URL (htu)', (t) => proofOf(t, { claims: { htu: undefined } })],
    ['for GET', 'method (htm)', (t) => proofOf(t, { claims: { htm: 'GET' } })],
    ['for post in lower case', 'method (htm)', (t) => proofOf(t, { claims: { htm: 'post' } })],
    ['for another token', 'token (ath)', async () => proofOf(await boundToken())],
    ['without ath', 'token (ath)', (t) => proofOf(t, { claims: { ath: undefined } })],
    ['without jti', 'no id (jti)', (t) => proofOf(t, { claims: { jti: undefined } })],
    ['61 s old', 'at most 60 s', (t) => proofOf(t, { iat: clock.now / 1000 - 62 })],
    ['of the future', 'not recent', (t) => proofOf(t, { iat: clock.now / 1000 + 62 })],
    ['without iat', 'not recent', (t) => proofOf(t, { claims: { iat: undefined } })],
    ['with iat as text', 'not recent', (t) => proofOf(t, { claims: { iat: String(clock.now) } })],
    ['signed by another key', 'signature', (t) => proofOf(t, { signWith: otherKey.privateKey })],
    ['of another type', 'typ', (t) => proofOf(t, { header: { typ: 'JWT' } })],
    ['without a key', 'needs a public', (t) => proofOf(t, { header: { jwk: undefined } })],
    ['a private key', 'needs a public', (t) => proofOf(t, { header: { jwk: key.privateJwk } })],
    ['a critical extension', 'extensions', (t) => proofWithHeader(t, { crit: ['x'], x: 1 })],
    ['without a signature', 'not a signed', async (t) => unsigned(await proofOf(t), 'none')],
    ['algorithm none', 'alg', async (t) => `${unsigned(await proofOf(t), 'none')}AAAA`],
    ['a symmetric key', 'alg', (t) => symmetricProof(t)],
  ]
  it.each(invalid)('refuses: %s', async (_case, reason, makeProof) => {
    const token = await boundToken()
    const before = broker.sts.calls.length
    const made = await makeProof(token)
    const proof = typeof made === 'string' ? made : undefined
    const response = await send(broker, token, proof)
    expect(refusalIn(response)).toEqual(refusal('invalid_dpop_proof'))
    const { reason: recorded, code } = broker.audit.at(-1) ?? {}
    expect([code, recorded]).toEqual(['invalid_dpop_proof', expect.stringContaining(reason)])
    expect(broker.sts.calls.length).toBe(before)
    if (response.status === 401)
      expect(response.headers['www-authenticate']).toMatch(
        /^DPoP error="invalid_dpop_proof", algs=/,
      )
    // The reason is for the caller too; the proof is for nobody.
    expect(response.body).toContain(reason)
    const written = response.body + broker.auditText.at(-1)
    const parts = [CANARY, ...token.split('.'), ...(proof?.split(/[., ]+/) ?? [])]
    const long = parts.filter(({ length }) => length > CANARY.length - 1)
    expect(long.filter((part) => written.includes(part))).toEqual([])
  })

  it.each([
    ['no nonce', undefined],
    ['an old nonce', nonce(clock.now - 121_000)],
    ['a nonce of the future', nonce(clock.now + 7_000)],
    [
      'a nonce with another time',
      nonce(clock.now - 200_000).replace(/^\w+/, nonce().split('.')[0] ?? ''),
    ],
    ['any text', 'nonce'],
  ])('asks for a proof with its nonce: %s', async (_case, sent) => {
    const token = await boundToken()
    const response = await send(broker, token, await proofOf(token, { nonce: sent }))
    expect(refusalIn(response)).toEqual(refusal('use_dpop_nonce'))
    if (response.status === 401)
      expect(response.headers['www-authenticate']).toMatch(/^DPoP error="use_dpop_nonce", algs="/)
    const offered = response.headers['dpop-nonce']
    const again = await send(broker, token, await proofOf(token, { nonce: offered }))
    expect(isAccepted(again.body)).toBe(true)
  })

  it('refuses a proof that is sent again after its nonce and its time', async () => {
    const token = await boundToken()
    const proof = await proofOf(token)
    const startedAt = clock.now
    expect(isAccepted((await send(broker, token, proof)).body)).toBe(true)
    clock.now += 121_000
    const replayed = await send(broker, token, proof)
    clock.now = startedAt
    expect(refusalIn(replayed)).toEqual(refusal('invalid_dpop_proof'))
  })

  it('refuses the valid proof of another key: the token is not of its owner', async () => {
    const token = await boundToken()
    const stolen = await otherKey.proof({ url, token, nonce: nonce(), iat: clock.now / 1000 })
    const response = await send(broker, token, stolen)
    expect(refusalIn(response)).toEqual(refusal('invalid_token'))
    expect(broker.audit.at(-1)?.reason).toContain('of another key')
  })

  it('reads only the header DPoP of the request, never Host', async () => {
    const token = await boundToken()
    const proof = await proofOf(token, { url: url.replace('127.0.0.1:8787', 'evil.example') })
    const response = await send(broker, token, proof, { headers: { host: 'evil.example' } })
    expect(refusalIn(response)).toEqual(refusal('invalid_dpop_proof'))
  })

  const unsigned = (proof: string, alg: string) => {
    const [header = '', payload] = proof.split('.')
    const members = JSON.parse(Buffer.from(header, 'base64url').toString())
    const changed = Buffer.from(JSON.stringify({ ...members, alg })).toString('base64url')
    return `${changed}.${payload}.`
  }
  const proofWithHeader = async (token: string, more: object) => {
    const [, payload = ''] = (await proofOf(token)).split('.')
    const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: key.publicJwk, ...more }
    const signer = new CompactSign(Buffer.from(payload, 'base64url'))
    return signer.setProtectedHeader(header).sign(key.privateKey, { crit: { x: false } })
  }
  const symmetricProof = async (token: string) => {
    const [, payload = ''] = (await proofOf(token)).split('.')
    const header = { alg: 'HS256', typ: 'dpop+jwt', jwk: key.publicJwk }
    const secret = Buffer.from(JSON.stringify(key.publicJwk))
    return new CompactSign(Buffer.from(payload, 'base64url'))
      .setProtectedHeader(header)
      .sign(secret)
  }
})

it.each(['ES384', 'ES512', 'RS256', 'PS256', 'Ed25519'])('accepts proofs with %s', async (alg) => {
  const one = await createDpopKey(alg)
  const token = await broker.token({ cnf: one.cnf })
  const url = `${BROKER_URL}/v1/credentials`
  const proof = await one.proof({ url, token, nonce: nonce(), iat: clock.now / 1000 })
  const sent = await broker.post('/v1/credentials', undefined, { token }, { dpop: proof })
  expect(sent.status).toBe(200)
})

it('refuses a bound token that is sent as a bearer token, even with its proof', async () => {
  const token = await boundToken()
  const proof = await broker.proof({ token, path: '/v1/credentials' })
  const { status, body } = await broker.post('/v1/credentials', token, {}, { dpop: proof })
  expect([status, JSON.parse(body).code]).toEqual([401, 'invalid_token'])
  expect(JSON.parse(body).detail).toContain('Authorization: DPoP TOKEN')
})

it('refuses a bearer token sent as if it were bound; ignores a proof beside one', async () => {
  const token = await broker.token()
  const proof = await broker.proof({ token, path: '/v1/credentials' })
  const headers = { authorization: `DPoP ${token}`, dpop: proof }
  const refused = await broker.post('/v1/credentials', undefined, {}, headers)
  expect(JSON.parse(refused.body)).toMatchObject({ code: 'invalid_token', status: 401 })
  expect(refused.headers['www-authenticate']).toMatch(/^DPoP error="invalid_token"/)
  const accepted = await broker.post('/v1/credentials', token, {}, { dpop: CANARY })
  expect(accepted.status).toBe(200)
})

it.each([
  ['no object', null],
  ['no member', {}],
  ['an unknown member', { jwk: key.publicJwk }],
  ['an unknown member beside a known one', { ...key.cnf, jku: 'https://evil.example' }],
  ['a thumbprint of another hash', { jkt: 'abc' }],
  ['a thumbprint that is no text', { jkt: 7 }],
])('refuses a token whose cnf has %s', async (_name, cnf) => {
  const token = await broker.token({ cnf })
  const proof = await broker.proof({ token, path: '/v1/credentials' })
  const sent = await broker.post('/v1/credentials', undefined, { token }, { dpop: proof })
  expect([sent.status, JSON.parse(sent.body).code]).toEqual([401, 'invalid_token'])
})

it('refuses the proof of a weak key, whose signature others can make', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const jwk = publicKey.export({ format: 'jwk' })
  const token = await broker.token({ cnf: { jkt: await calculateJwkThumbprint(jwk) } })
  const [, payload = ''] = (await broker.proof({ token, path: '/v1/credentials' })).split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'dpop+jwt', jwk }))
  const signed = `${header.toString('base64url')}.${payload}`
  const dpop = `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
  const sent = await broker.post('/v1/credentials', undefined, { token }, { dpop })
  expect(JSON.parse(sent.body)).toMatchObject({ code: 'invalid_dpop_proof' })
  expect(broker.audit.at(-1)?.reason).toContain('the key is weak')
})

it('refuses a bound token with the reason where no proof can be sent', async () => {
  const token = await boundToken()
  const container = await broker.get('/v1/tenants/acme/grants/read/credentials', {
    authorization: token,
    dpop: await broker.proof({ token, path: '/v1/tenants/acme/grants/read/credentials' }),
  })
  expect([container.status, JSON.parse(container.body).code]).toEqual([401, 'InvalidIdentityToken'])
  const sts = await broker.postForm('/sts', {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::000000000000:role/broker/acme/read',
    RoleSessionName: 'session',
    WebIdentityToken: token,
  })
  expect([sts.status, sts.body]).toEqual([400, expect.stringContaining('InvalidIdentityToken')])
  for (const { body } of [container, sts]) expect(body).toContain('DPoP proof cannot be sent here')
})

it('needs no proof and offers no nonce for a bearer token', async () => {
  const { status, headers } = await broker.post('/v1/credentials', await broker.token())
  expect([status, headers['dpop-nonce']]).toEqual([200, undefined])
  const refused = await broker.post('/v1/credentials', 'x')
  expect(refused.headers['www-authenticate']).toBe('Bearer')
})

it('with proofOfPossession: required, accepts bound tokens only', async () => {
  const strict = await startBoundTokenBroker('proofOfPossession: required')
  const bearer = await strict.post('/v1/credentials', await strict.token())
  expect([bearer.status, JSON.parse(bearer.body).code]).toEqual([401, 'invalid_token'])
  expect(JSON.parse(bearer.body).detail).toContain('bound to a key')
  const token = await strict.boundToken()
  const dpop = await strict.proof({ token, path: '/v1/credentials' })
  const bound = await strict.post('/v1/credentials', undefined, { token }, { dpop })
  expect(bound.status).toBe(200)
})
