/** The proof of a token's key: what is checked of a DPoP proof, and of a client certificate. */
import { createHash, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import { demandBoundToken } from '../../../packages/core/src/verify/confirmation.ts'
import {
  isProofNonceValid,
  issueProofNonce,
} from '../../../packages/core/src/verify/proof-nonce.ts'
import { normalizeProofUrl } from '../../../packages/core/src/verify/proof-url.ts'
import { createAuthority } from '../../fixtures/certificates.ts'
import { createDpopKey } from '../../fixtures/dpop-key.ts'
import {
  NONCE_KEY as KEY,
  boundKey as key,
  NOW,
  otherKey as other,
  makeProof as proof,
  provePossession as prove,
  URL_OF_ENDPOINT,
} from './presented-proofs.ts'
import { PROFILE, runCheck } from './unsigned-tokens.ts'

describe('a token that is bound to a key', () => {
  it('is accepted with its proof, in the body or with the scheme DPoP', async () => {
    expect(prove(await proof()).thrown).toBeUndefined()
    expect(prove(await proof(), { scheme: 'DPoP' }).thrown).toBeUndefined()
  })

  it.each([
    ['without a proof', undefined, 'invalid_dpop_proof'],
    ['two proofs', proof().then((one) => `${one},${one}`), 'invalid_dpop_proof'],
    ['another type', proof({ header: { typ: 'JWT' } }), 'invalid_dpop_proof'],
    ['a private key', proof({ header: { jwk: key.privateJwk } }), 'invalid_dpop_proof'],
    ['no key', proof({ header: { jwk: undefined } }), 'invalid_dpop_proof'],
    ['another key', proof({}, other), 'invalid_token'],
    ['no id', proof({ claims: { jti: '' } }), 'invalid_dpop_proof'],
    ['another method', proof({ claims: { htm: 'GET' } }), 'invalid_dpop_proof'],
    ['another URL', proof({ url: `${URL_OF_ENDPOINT}/` }), 'invalid_dpop_proof'],
    ['another token', proof({ token: 'another' }), 'invalid_dpop_proof'],
    ['an old proof', proof({ iat: NOW - 61 }), 'invalid_dpop_proof'],
    ['a proof of the future', proof({ iat: NOW + 61 }), 'invalid_dpop_proof'],
    ['the signature of another key', proof({ signWith: other.privateKey }), 'invalid_dpop_proof'],
    ['no nonce', proof({ nonce: undefined }), 'use_dpop_nonce'],
    ['an old nonce', proof({ nonce: issueProofNonce(KEY, (NOW - 121) * 1000) }), 'use_dpop_nonce'],
  ])('is refused: %s', async (_case, sent, code) => {
    const { thrown, last } = prove(await sent)
    expect(thrown).toMatchObject({ code })
    expect(last?.passed).toBe(false)
    // The reason is for the caller too.
    expect(Object(thrown).callerMessage).toBe(Object(thrown).message)
  })

  it('is refused for an algorithm that is not in the list, before its key is read', async () => {
    const [, payload, signature] = (await proof()).split('.')
    const header = { typ: 'dpop+jwt', alg: 'HS256', jwk: key.publicJwk }
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url')
    const { thrown } = prove(`${encoded}.${payload}.${signature}`)
    expect(String(thrown)).toContain('has an alg that is not accepted')
  })

  it('is refused with two proofs, and says that there are two', async () => {
    const { thrown } = prove(`${await proof()}, ${await proof()}`)
    expect(String(thrown)).toContain('several headers DPoP')
  })

  it('is refused as a bearer token, and where no proof can be sent', async () => {
    expect(prove(await proof(), { scheme: 'Bearer' }).thrown).toMatchObject({
      code: 'invalid_token',
    })
    expect(prove(undefined, null).thrown).toMatchObject({ code: 'invalid_token' })
  })
})

it.each([
  null,
  {},
  [],
  'x',
  { jkt: 7 },
  { jkt: 'x' },
  { ...key.cnf, kid: key.cnf.jkt },
  { jwk: {} },
])('a token whose cnf is %j is refused', async (cnf) => {
  const { thrown } = prove(await proof(), {}, { cnf })
  expect(thrown).toMatchObject({ code: 'invalid_token' })
})

it('a token without cnf is a bearer token: never with the scheme DPoP', async () => {
  expect(prove(await proof(), { scheme: 'DPoP' }, {}).thrown).toMatchObject({
    code: 'invalid_token',
  })
  expect(prove(await proof(), { scheme: 'Bearer' }, {}).thrown).toBeUndefined()
  expect(prove(undefined, {}, {}).thrown).toBeUndefined()
})

it.each(['RS256', 'PS512', 'ES384', 'ES512', 'EdDSA'])(
  'a key of %s may be the one',
  async (alg) => {
    const own = await createDpopKey(alg)
    expect(prove(await proof({}, own), {}, { cnf: own.cnf }).thrown).toBeUndefined()
    expect(prove(await proof({}, own)).thrown).toMatchObject({ code: 'invalid_token' })
  },
)

it('a document may require that tokens are bound', () => {
  const required = { ...PROFILE, proofOfPossession: 'required' as const }
  const refused = (claims: object, profile: typeof PROFILE | typeof required) =>
    runCheck((trace) => demandBoundToken({ ...claims }, profile, trace)).thrown
  expect(refused({}, required)).toMatchObject({
    code: 'invalid_token',
    callerMessage:
      'The token has no claim cnf, and only tokens that are bound to a key are accepted from its ' +
      'issuer; get a token with DPoP (RFC 9449) or mutual TLS (RFC 8705).',
  })
  expect(refused({ cnf: key.cnf }, required)).toBeUndefined()
  expect(refused({}, PROFILE)).toBeUndefined()
  const trace = createTrace()
  demandBoundToken({ cnf: null }, required, trace)
  expect(trace.checks).toEqual([
    {
      ...{ stage: 'verify', check: 'token is bound to a key (proofOfPossession)', passed: true },
      ...{ expected: 'the claim cnf', found: '(present)' },
    },
  ])
})

it('a token that is bound to a client certificate needs that of the connection', () => {
  const { issue } = createAuthority('authority')
  const [own, another] = [issue('own').cert, issue('another').cert]
  const digest = createHash('sha256').update(new X509Certificate(own).raw).digest('base64url')
  const found = (clientCertificate?: string) =>
    prove(undefined, {}, { cnf: { 'x5t#S256': digest } }, clientCertificate).thrown
  expect(found(own)).toBeUndefined()
  for (const certificate of [another, undefined, '', 'text'])
    expect(found(certificate)).toMatchObject({ code: 'invalid_token' })
})

it.each([
  ['https://broker.example/v1/credentials', true],
  ['HTTPS://BROKER.example:443/v1/credentials?a#b', true],
  ['https://broker.example/x/../v1/%63redentials', true],
  ['https://broker.example/V1/credentials', false],
  ['https://broker.example/v1/credentials/', false],
  ['https://broker.example:444/v1/credentials', false],
  ['https://broker.example.evil/v1/credentials', false],
  ['http://broker.example/v1/credentials', false],
  ['https://broker.example\\v1\\credentials', false],
  ['https://user@broker.example/v1/credentials', false],
  ['https://broker.example/v1/%2563redentials', false],
  [' https://broker.example/v1/credentials', false],
  ['https://broker.example/v1/cre\tdentials', false],
  ['//broker.example/v1/credentials', false],
])('the URL %j is the same: %j', (url, isSame) => {
  expect(normalizeProofUrl(url) === URL_OF_ENDPOINT).toBe(isSame)
})

it.each([
  ['http://127.0.0.1:8787/v1', 'http://127.0.0.1:8787/v1'],
  ['http://id.example/%2f%7e', 'http://id.example/%2F~'],
  ['ftp://id.example/', undefined],
  ['https://id.example/ a', undefined],
])('the URL %j becomes %j', (url, normalized) => {
  expect(normalizeProofUrl(url)).toBe(normalized)
})

it('a nonce is valid for 120 s, for instances with the same key, and clocks 5 s apart', () => {
  const nonce = issueProofNonce(KEY, NOW * 1000)
  const at = (seconds: number, name = KEY) => isProofNonceValid(nonce, name, (NOW + seconds) * 1000)
  expect([0, 120, -5].map((seconds) => at(seconds))).toEqual([true, true, true])
  expect([121, -6].map((seconds) => at(seconds))).toEqual([false, false])
  expect(at(0, 'another key')).toBe(false)
  const later = issueProofNonce(KEY, (NOW + 300) * 1000).split('.')[0]
  for (const forged of [
    nonce.replace(/^\w+/, String(later)),
    nonce.slice(0, -1),
    '',
    'x.y',
    `${nonce}x`,
  ])
    expect(isProofNonceValid(forged, KEY, (NOW + 300) * 1000)).toBe(false)
})
