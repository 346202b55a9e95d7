/** OpenID tokens of a pool: what proves a backend's user, and everything that proves nothing. */
import { createHmac } from 'node:crypto'
import {
  createOpenIdToken,
  derivePoolKeys,
  type PoolKeys,
  readOpenIdToken,
} from '@token-broker/core/identity-pool'
import { expect, it } from 'vitest'
import { OTHER_POOL_ID, POOL_ID } from '../../fixtures/pool-document.ts'

const ISSUER = 'https://broker.example'
const SECRETS = ['first-secret-of-the-pool-0123456789', 'second-secret-of-the-pool-0123456789']
const NOW = 1_800_000_000
const SUBJECT = {
  issuer: ISSUER,
  pool: POOL_ID,
  identityId: 'eu-central-1:00000000-1111-4222-8333-444455556666',
  provider: 'login.game',
  user: 'alice:ü',
}
const keys = keysOf(SECRETS[0])
const token = createOpenIdToken(keys, SUBJECT, { nowSeconds: NOW, durationSeconds: 900 })
const [header = '', payload = '', signature = ''] = token.split('.')
const claims: Record<string, unknown> = JSON.parse(Buffer.from(payload, 'base64url').toString())

it('has the claims of Amazon Cognito, and names the user', () => {
  const { issuer: iss, identityId: sub, pool: aud, provider, user } = SUBJECT
  const amr = ['authenticated', provider, `${provider}:${POOL_ID}:${user}`]
  const expected = { iss, sub, aud, amr, iat: NOW, exp: NOW + 900 }
  expect(claims).toEqual(expected)
  expect(read(token)).toEqual({ claims: expected, provider, user })
})

it('is valid until it expires, and not a second longer', () => {
  expect(read(token, NOW + 899.9)).toMatchObject({ user: SUBJECT.user })
  expect(read(token, NOW + 900)).toBe('expired')
})

it('survives the rotation of the secret, and not the removal of its secret', () => {
  const both = keysOf(SECRETS.join('\n'))
  const renewed = createOpenIdToken(both, SUBJECT, { nowSeconds: NOW, durationSeconds: 900 })
  expect(read(token, NOW, both)).toMatchObject({ user: SUBJECT.user })
  expect(read(renewed, NOW, both)).toMatchObject({ user: SUBJECT.user })
  expect(read(renewed, NOW, keysOf(SECRETS[1]))).toMatchObject({ user: SUBJECT.user })
  expect(read(renewed)).toBe('signature')
})

it.each<[string, string, string]>([
  ['the signature of another secret', 'signature', signedBy(keysOf(SECRETS[1]), claims)],
  ['the keys of another pool with this secret', 'signature', ofOtherPool()],
  ['a changed payload', 'signature', `${header}.${encode({ ...claims, sub: 'x' })}.${signature}`],
  ['no signature', 'signature', `${header}.${payload}.`],
  ['a part of the signature', 'signature', token.slice(0, -2)],
  ['the algorithm none', 'malformed', `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`],
  ['another header', 'malformed', `${encode({ typ: 'JWT', alg: 'HS256' })}.${payload}.x`],
  ['a fourth part', 'malformed', `${token}.x`],
  ['no parts', 'malformed', 'x'],
  ['no text', 'malformed', ''],
  ['too many characters', 'malformed', `${token}${'A'.repeat(12_000)}`],
  ['another issuer', 'issuer', signedBy(keys, { ...claims, iss: 'https://other.example' })],
  ['another pool as audience', 'pool', signedBy(keys, ofPool(OTHER_POOL_ID))],
  ['a list as audience', 'malformed', signedBy(keys, { ...claims, aud: [POOL_ID] })],
  ['no expiry', 'malformed', signedBy(keys, { ...claims, exp: undefined })],
  ['an expiry in text', 'malformed', signedBy(keys, { ...claims, exp: '9999999999' })],
  ['a user of another pool', 'malformed', signedBy(keys, { ...claims, amr: ['a', 'b', 'b:c:d'] })],
  ['no user', 'malformed', signedBy(keys, { ...claims, amr: ['authenticated', 'login.game'] })],
  ['no JSON', 'malformed', signedText(keys, 'x')],
  ['a duplicate claim', 'malformed', signedText(keys, '{"sub":"a","sub":"b"}')],
])('with %s proves nothing: %s', (_what, problem, forged) => {
  expect(read(forged)).toBe(problem)
})

function read(text: string, nowSeconds = NOW, by: PoolKeys = keys) {
  return readOpenIdToken(by, text, { issuer: ISSUER, pool: POOL_ID }, nowSeconds)
}

function keysOf(secrets = '', pool = POOL_ID): PoolKeys {
  return derivePoolKeys(pool, secrets) ?? expect.unreachable('the secret is too short')
}

function ofOtherPool(): string {
  const other = keysOf(SECRETS[0], OTHER_POOL_ID)
  return createOpenIdToken(other, SUBJECT, { nowSeconds: NOW, durationSeconds: 900 })
}

function ofPool(pool: string) {
  return { ...claims, aud: pool, amr: ['authenticated', 'login.game', `login.game:${pool}:alice`] }
}

function signedBy(by: PoolKeys, changed: object): string {
  return signedText(by, JSON.stringify(changed))
}

function signedText({ tokenKeys: [key = new Uint8Array()] }: PoolKeys, text: string): string {
  const input = `${header}.${Buffer.from(text).toString('base64url')}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
