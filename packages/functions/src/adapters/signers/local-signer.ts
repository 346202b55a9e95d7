/** Signs the broker's own web identity tokens with a key that the process holds. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { BrokerError, isObject, type JWK, type Signer } from '@token-broker/core'
import { CompactSign, calculateJwkThumbprint } from 'jose'
import { algorithmOf, publicMembers } from './public-key.ts'

export interface LocalSigner extends Signer {
  /**
   * What the broker publishes: the current key, then the next one, so that a rotation loses nothing.
   * @throws {BrokerError} `config_invalid`
   */
  publicJwks(): Promise<{ readonly keys: readonly JWK[] }>
}

interface LocalKey {
  readonly privateKey: KeyObject
  readonly publicJwk: JWK & { readonly kid: string; readonly alg: string }
}

/**
 * @param options.currentKey PKCS #8 PEM or a private JWK as JSON text: RSA of at least 2,048 bits (RS256) or P-256 (ES256)
 * @param options.nextKey the key that signs after the next rotation; published now, not used
 * @param options.issuer `iss` of every token that is signed here
 */
export function createLocalSigner(options: {
  readonly currentKey: string
  readonly nextKey?: string
  readonly issuer: string
}): LocalSigner {
  const { currentKey, nextKey, issuer } = options
  const current = once(() => readKey(currentKey, 'signing key'))
  const next = once(async () => (nextKey === undefined ? undefined : readKey(nextKey, 'next signing key')))
  return {
    async sign(claims) {
      const { privateKey, publicJwk } = await current()
      const payload = Buffer.from(JSON.stringify({ ...claims, iss: issuer }))
      const header = { alg: publicJwk.alg, kid: publicJwk.kid, typ: 'JWT' }
      return new CompactSign(payload).setProtectedHeader(header).sign(privateKey)
    },
    async publicJwks() {
      const [first, second] = [(await current()).publicJwk, (await next())?.publicJwk]
      return { keys: second === undefined || second.kid === first.kid ? [first] : [first, second] }
    },
  }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}

async function readKey(text: string, name: string): Promise<LocalKey> {
  const privateKey = parsePrivateKey(text, name)
  const algorithm = algorithmOf(privateKey, name)
  const key = publicMembers(privateKey)
  return { privateKey, publicJwk: { ...key, kid: await calculateJwkThumbprint(key), use: 'sig', alg: algorithm } }
}

/** Errors carry no cause: those of parsers quote the text, which is the key. */
function parsePrivateKey(text: string, name: string): KeyObject {
  try {
    const trimmed = text.trim()
    if (!trimmed.startsWith('{')) {
      // Environment values often hold a PEM's line breaks as the two characters `\n`.
      return createPrivateKey(trimmed.replaceAll('\\n', '\n'))
    }
    const jwk: unknown = JSON.parse(trimmed)
    if (isObject(jwk)) return createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {}
  throw new BrokerError('config_invalid', `The ${name} is neither a PKCS #8 PEM nor a private JWK.`)
}
