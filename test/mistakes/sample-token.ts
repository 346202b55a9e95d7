/** Signs tokens of the sample issuers, right and wrong ones, with published keys. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { SAMPLE_KEY } from './orchard.ts'

/** Appendix A.2 of RFC 7517: published, and so worth nothing. */
const PRIVATE_KEY = createPrivateKey({
  format: 'jwk',
  key: { ...SAMPLE_KEY, d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE' },
})

/** A claim that no rule reads; its value must be in no message. */
export const CANARY_CLAIM = 'canary-nickname-31'

type TokenMembers = Readonly<Record<string, unknown>>

export interface TokenChanges {
  /** Added to those of Alice, or in place of hers; undefined removes one. */
  readonly claims?: TokenMembers
  readonly header?: TokenMembers
  /** Further members of the claims, as JSON text, for what JavaScript cannot represent. */
  readonly rawClaims?: string
  /** Signs with another key than the issuer's. */
  readonly isForged?: boolean
}

/** Alice grows in the red team. */
export function sampleToken({ claims, header, rawClaims, isForged }: TokenChanges = {}): string {
  const now = secondsNow()
  const all = {
    ...{ iss: 'https://id.orchard.example', aud: 'orchard-app', sub: 'alice' },
    ...{ team: 'red', groups: ['growers'], nickname: CANARY_CLAIM },
    ...{ iat: now - 5, exp: now + 600 },
    ...claims,
  }
  const json = JSON.stringify(all)
  const parts = [
    JSON.stringify({ alg: 'ES256', kid: 'key-1', typ: 'JWT', ...header }),
    rawClaims === undefined ? json : `${json.slice(0, -1)},${rawClaims}}`,
  ]
  const signed = parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
  return `${signed}.${signatureOf(signed, isForged ? otherKey() : PRIVATE_KEY)}`
}

export function secondsNow(): number {
  return Math.floor(Date.now() / 1000)
}

function signatureOf(signed: string, key: KeyObject): string {
  const options = { key, dsaEncoding: 'ieee-p1363' } as const
  return sign('sha256', Buffer.from(signed), options).toString('base64url')
}

function otherKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}
