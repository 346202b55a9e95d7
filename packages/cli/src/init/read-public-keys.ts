/** Reads the public keys of an issuer from a file: a JWK set, one JWK, or PEM. */
import { createPublicKey, X509Certificate } from 'node:crypto'
import type { JWK } from '@token-broker/core'
import { UsageError } from '../cli-error.ts'
import { readKeys } from '../issuer-check/check-key-set.ts'

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g

/** What a tenant document lists of a key. */
const MEMBERS = ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y'] as const

export interface PublicKeys {
  readonly jwks: readonly Record<string, unknown>[]
  /** Algorithms for which there is a key. */
  readonly algorithms: readonly (readonly string[])[]
}

/**
 * The message never quotes the file: it may contain a private key.
 * @throws {UsageError}
 */
export function readPublicKeys(file: string, text: string): PublicKeys {
  const isPem = text.includes('-----BEGIN ')
  const jwks = isPem ? readPem(file, text) : readJson(file, text)
  const checked = readKeys({ keys: jwks }) ?? []
  const problems = checked.flatMap(({ kid, type, problem }) =>
    problem === undefined ? [] : [`${kid ?? 'a key'} (${type}) ${problem}`],
  )
  const usable = jwks.filter((_, at) => (checked[at]?.algorithms ?? []).length > 0)
  if (problems.some((problem) => problem.includes('is private')))
    throw new UsageError(`${file}: ${PRIVATE_KEY}`)
  if (usable.length === 0)
    throw new UsageError(
      `${file}: expected a key that can verify tokens, found ` +
        `${problems.length > 0 ? problems.join('; ') : 'none'}`,
    )
  return {
    jwks: usable.map(pickMembers),
    algorithms: checked.map(({ algorithms }) => algorithms).filter(({ length }) => length > 0),
  }
}

const PRIVATE_KEY =
  'expected public keys, found a private or shared one, with which anyone who reads the tenant ' +
  'document could sign tokens; write the public key: openssl pkey -pubout -in FILE'

function readPem(file: string, text: string): Record<string, unknown>[] {
  const blocks = [...text.matchAll(PEM_BLOCK)]
  if (blocks.some(([, label = '']) => label.includes('PRIVATE')))
    throw new UsageError(`${file}: ${PRIVATE_KEY}`)
  try {
    return blocks.map(([block, label]) => {
      const isCertificate = label === 'CERTIFICATE'
      const key = isCertificate ? new X509Certificate(block).publicKey : createPublicKey(block)
      return { ...key.export({ format: 'jwk' }), use: 'sig' }
    })
  } catch {
    throw new UsageError(
      `${file}: expected public keys or certificates in PEM, found a block that cannot be read`,
    )
  }
}

function readJson(file: string, text: string): Record<string, unknown>[] {
  const expected = `${file}: expected a JWK set ({"keys": [...]}), one JWK, or PEM`
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UsageError(`${expected}; found neither JSON nor PEM`)
  }
  const keys = isMembers(value) && Array.isArray(value.keys) ? value.keys : [value]
  const jwks = keys.filter(isMembers)
  if (jwks.length === keys.length && jwks.every(({ kty }) => typeof kty === 'string')) return jwks
  throw new UsageError(`${expected}; found other JSON`)
}

function pickMembers(key: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names: readonly (keyof JWK)[] = MEMBERS
  return Object.fromEntries(names.flatMap((name) => (key[name] ? [[name, key[name]]] : [])))
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
