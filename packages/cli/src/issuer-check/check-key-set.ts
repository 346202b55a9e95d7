/** Which keys of an issuer the broker uses, and why not the others. */
import { isObject, type JWK, MAX_ISSUER_KEYS, SIGNATURE_ALGORITHMS } from '@token-broker/core'
import { fitsAlgorithm, readPublicKey } from '@token-broker/functions/verifier'
import { type CheckResult, failed, ok, warning } from '../checks/check-result.ts'

export interface CheckedKey {
  readonly kid?: string
  /** `RSA 2048`, `EC P-256`. */
  readonly type: string
  /** Empty: the broker does not use the key. */
  readonly algorithms: readonly string[]
  readonly problem?: string
}

/** Those without it are accepted too. @see RFC 7517 §4.4 */
const MAX_SHOWN_KEYS = 20

export function readKeys(keySet: unknown): readonly CheckedKey[] | undefined {
  if (!isObject(keySet) || !Array.isArray(keySet.keys)) return undefined
  return keySet.keys.map(checkKey)
}

function checkKey(jwk: unknown): CheckedKey {
  if (!isObject(jwk) || typeof jwk.kty !== 'string')
    return { type: 'unknown', algorithms: [], problem: 'is not a JWK (kty is missing)' }
  const key: JWK = {
    kty: jwk.kty,
    ...textMembers(jwk),
    ...(Array.isArray(jwk.key_ops) ? { key_ops: jwk.key_ops.map(String) } : {}),
  }
  const named = { ...(key.kid === undefined ? {} : { kid: key.kid }), type: typeOf(key) }
  // With the private members, of which the algorithm check must know.
  const usable = SIGNATURE_ALGORITHMS.filter((name) => fitsAlgorithm({ ...jwk, ...key }, name))
  if (usable.length === 0) return { ...named, algorithms: [], problem: whyUnused(jwk, key) }
  const { problem } = readPublicKey(key)
  return problem === undefined
    ? { ...named, algorithms: usable }
    : { ...named, algorithms: [], problem }
}

function textMembers(jwk: Readonly<Record<string, unknown>>): Omit<JWK, 'kty' | 'key_ops'> {
  const names = ['kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y'] as const
  return Object.fromEntries(
    names.flatMap((name) => (typeof jwk[name] === 'string' ? [[name, jwk[name]]] : [])),
  )
}

function typeOf({ kty, crv, n }: JWK): string {
  if (kty === 'RSA') return `RSA ${Buffer.from(n ?? '', 'base64url').length * 8}`
  return [kty, crv].filter(Boolean).join(' ')
}

function whyUnused(jwk: Readonly<Record<string, unknown>>, { kty, crv, alg, use }: JWK): string {
  if (['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].some((name) => Object.hasOwn(jwk, name)))
    return 'is private or shared: anyone can sign with it'
  if (use !== undefined && use !== 'sig') return `is not for signatures (use: ${use})`
  if (alg !== undefined && !SIGNATURE_ALGORITHMS.some((name) => name === alg))
    return `is for ${alg}, which the broker does not accept`
  if (jwk.key_ops !== undefined) return 'is not for signatures (key_ops)'
  const curve = crv === undefined ? '' : ` with the curve ${crv}`
  return `has the type ${kty}${curve}, for which no algorithm is accepted`
}

/** @returns one result for all keys, and one for each problem */
export function checkKeys(keys: readonly CheckedKey[]): readonly CheckResult[] {
  const check = 'keys'
  if (keys.length === 0)
    return [failed(check, 'the key set is empty', 'let the issuer publish its signature keys')]
  if (keys.length > MAX_ISSUER_KEYS)
    return [
      failed(
        check,
        `${keys.length} keys, of which the broker accepts at most ${MAX_ISSUER_KEYS}`,
        'publish fewer keys, or list the keys in the tenant document (verify.keys)',
      ),
    ]
  const usable = keys.filter(({ algorithms }) => algorithms.length > 0)
  const shown = usable.slice(0, MAX_SHOWN_KEYS).map(describeKey).join('; ')
  return [
    usable.length > 0
      ? ok(check, `${usable.length} of ${keys.length} can verify tokens: ${shown}`)
      : failed(
          check,
          `none of ${keys.length} can verify a token`,
          `let the issuer sign with one of ${SIGNATURE_ALGORITHMS.join(', ')}`,
        ),
    ...keys.flatMap(checkUnused).slice(0, MAX_SHOWN_KEYS),
    ...checkIds(usable),
  ]
}

function describeKey({ kid, type, algorithms }: CheckedKey): string {
  return `${kid ?? 'a key without kid'} (${type}: ${algorithms.join(', ')})`
}

function checkUnused(key: CheckedKey): CheckResult[] {
  const { kid, type, problem, algorithms } = key
  if (problem === undefined || algorithms.length > 0) return []
  const message = `${kid ?? 'a key without kid'} (${type}) ${problem}, and is not used`
  // Keys for encryption belong into a key set.
  if (problem.startsWith('is not for signatures')) return [ok('other key', message)]
  return [warning('unused key', message, 'let the issuer replace this key')]
}

function checkIds(usable: readonly CheckedKey[]): CheckResult[] {
  const check = 'key ids'
  if (usable.length === 0) return []
  const ids = usable.flatMap(({ kid }) => kid ?? [])
  const twice = [...new Set(ids.filter((kid, at) => ids.indexOf(kid) !== at))]
  if (twice.length > 0)
    return [
      warning(
        check,
        `${twice.join(', ')} names more than one key`,
        'give each key its own kid; the broker tries at most 4 keys for a token',
      ),
    ]
  if (ids.length === usable.length) return [ok(check, 'each key has its own kid')]
  if (ids.length === 0)
    return [
      warning(
        check,
        'no key has a kid: a new key is used after up to 10 minutes',
        'give each key a kid, or publish new keys 10 minutes before the first signature',
      ),
    ]
  return [
    warning(
      check,
      'some keys have no kid, and are never used for tokens with a kid',
      'give each key a kid',
    ),
  ]
}
