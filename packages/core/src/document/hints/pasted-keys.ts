/** Recognises keys in another form than a list of JWKs, and writes them as one. */
import { createPublicKey } from 'node:crypto'
import { PRIVATE_MEMBERS } from '../../model/jwk.ts'
import { isObject } from '../../model/strict-json.ts'

export type PastedKeys =
  /** Never repeated: neither the key nor what could be derived from it. */
  | { readonly kind: 'private key' }
  | {
      readonly kind: 'PEM' | 'key set' | 'key'
      /** Public keys as JWKs, without members that a document does not have. */
      readonly keys: readonly Readonly<Record<string, unknown>>[]
    }

const MEMBERS = ['kty', 'kid', 'use', 'alg', 'key_ops', 'crv', 'n', 'e', 'x', 'y']
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----/g

/** @returns undefined where the value is something else, or a list of JWKs as it should be */
export function recognizeKeys(value: unknown): PastedKeys | undefined {
  if (typeof value === 'string') return recognizeText(value)
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value
    if (items.some(isPrivateKey)) return { kind: 'private key' }
    const found = items.map((item) =>
      typeof item === 'string' || isKeySet(item) ? recognizeKeys(item) : undefined,
    )
    return found.find((one) => one !== undefined)
  }
  if (isPrivateKey(value)) return { kind: 'private key' }
  if (isKeySet(value)) {
    if (value.keys.some(isPrivateKey)) return { kind: 'private key' }
    return { kind: 'key set', keys: value.keys.flatMap(publicKey) }
  }
  const own = publicKey(value)
  return own.length === 0 ? undefined : { kind: 'key', keys: own }
}

function recognizeText(text: string): PastedKeys | undefined {
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) return { kind: 'private key' }
  if (text.includes('-----BEGIN '))
    return { kind: 'PEM', keys: [...text.matchAll(PEM)].flatMap(([block]) => readPem(block)) }
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    return recognizeKeys(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** A public key, or the one of a certificate. */
function readPem(block: string): Readonly<Record<string, unknown>>[] {
  try {
    return [{ ...createPublicKey(block).export({ format: 'jwk' }) }]
  } catch {
    return []
  }
}

function isKeySet(value: unknown): value is { readonly keys: readonly unknown[] } {
  return isObject(value) && Array.isArray(value.keys) && value.kind === undefined
}

function isPrivateKey(value: unknown): boolean {
  return isObject(value) && 'kty' in value && PRIVATE_MEMBERS.some((name) => name in value)
}

/** Keys for encryption verify nothing. */
function publicKey(value: unknown): Readonly<Record<string, unknown>>[] {
  if (!isObject(value) || typeof value.kty !== 'string' || value.use === 'enc') return []
  return [
    Object.fromEntries(MEMBERS.flatMap((name) => (name in value ? [[name, value[name]]] : []))),
  ]
}
