/**
 * The OpenID token that a backend gets for a user of its own (developer identity), and that the app
 * sends back as its only login.
 *
 * Nobody but the broker verifies it, so it is signed with a key of the pool's secret (HS256) and
 * not with the key of minted tokens: no call of KMS signs or verifies it. It is also of no use at
 * STS, whatever a trust policy says: STS accepts no shared-key signature.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseStrictObject } from '../model/strict-json.ts'
import type { PoolKeys } from './pool-keys.ts'

/** The claims of Amazon Cognito's tokens. */
export interface OpenIdClaims {
  /** URL of the broker. */
  readonly iss: string
  /** The id of the identity. */
  readonly sub: string
  /** The id of the pool. */
  readonly aud: string
  /** `authenticated`, the name of the provider, and `PROVIDER:POOL:USER`. */
  readonly amr: readonly [string, string, string]
  /** Seconds since the epoch. */
  readonly iat: number
  readonly exp: number
}

export interface OpenIdSubject {
  readonly issuer: string
  readonly pool: string
  readonly identityId: string
  readonly provider: string
  /** The backend's own identifier of the user. */
  readonly user: string
}

/** Why a token proves nothing. */
export type OpenIdProblem = 'malformed' | 'signature' | 'issuer' | 'pool' | 'expired'

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')
/** A user identifier has 1,024 characters, which may need six bytes each in JSON. */
const MAX_CHARACTERS = 12_000

export function createOpenIdToken(
  { tokenKeys }: Pick<PoolKeys, 'tokenKeys'>,
  { issuer, pool, identityId, provider, user }: OpenIdSubject,
  {
    nowSeconds,
    durationSeconds,
  }: { readonly nowSeconds: number; readonly durationSeconds: number },
): string {
  const key = tokenKeys.at(-1)
  if (key === undefined) throw new Error('A pool without a secret has no tokens.')
  const iat = Math.floor(nowSeconds)
  const claims: OpenIdClaims = {
    ...{ iss: issuer, sub: identityId, aud: pool },
    ...{ amr: ['authenticated', provider, `${provider}:${pool}:${user}`] },
    ...{ iat, exp: iat + durationSeconds },
  }
  const input = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${input}.${sign(key, input).toString('base64url')}`
}

/**
 * The header must be the only one that is ever written, so a token cannot choose how it is verified
 * (RFC 8725 §3.1). `exp` is exact: the broker's own clock set it.
 */
export function readOpenIdToken(
  { tokenKeys }: Pick<PoolKeys, 'tokenKeys'>,
  token: string,
  { issuer, pool }: Pick<OpenIdSubject, 'issuer' | 'pool'>,
  nowSeconds: number,
):
  | { readonly claims: OpenIdClaims; readonly provider: string; readonly user: string }
  | OpenIdProblem {
  const [header, payload = '', signature = '', ...rest] = token.split('.')
  if (token.length > MAX_CHARACTERS || header !== HEADER || rest.length > 0) return 'malformed'
  const given = Buffer.from(signature, 'base64url')
  const isSigned = tokenKeys.some((key) => {
    const expected = sign(key, `${header}.${payload}`)
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!isSigned) return 'signature'
  const claims = readClaims(payload)
  if (claims === undefined) return 'malformed'
  const { iss, aud, amr, exp } = claims
  if (iss !== issuer) return 'issuer'
  if (aud !== pool) return 'pool'
  if (exp <= nowSeconds) return 'expired'
  const [, provider, reference] = amr
  return { claims, provider, user: reference.slice(`${provider}:${pool}:`.length) }
}

/** Of a payload that was signed here; another form can only be of another release. */
function readClaims(payload: string): OpenIdClaims | undefined {
  try {
    const text = Buffer.from(payload, 'base64url').toString()
    const { iss, sub, aud, amr, iat, exp } = parseStrictObject(text)
    if (typeof iss !== 'string' || typeof sub !== 'string' || typeof aud !== 'string')
      return undefined
    if (typeof iat !== 'number' || typeof exp !== 'number' || !Array.isArray(amr)) return undefined
    const [state, provider, reference]: unknown[] = amr
    if (typeof state !== 'string' || typeof provider !== 'string') return undefined
    if (typeof reference !== 'string' || !reference.startsWith(`${provider}:${aud}:`))
      return undefined
    return { iss, sub, aud, amr: [state, provider, reference], iat, exp }
  } catch {
    return undefined
  }
}

function sign(key: Uint8Array, input: string): Buffer {
  return createHmac('sha256', key).update(input).digest()
}
