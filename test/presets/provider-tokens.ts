/** Signs tokens as a provider does, and as others would like to. */
import { randomUUID } from 'node:crypto'
import { CompactSign, exportJWK, exportSPKI, generateKeyPair } from 'jose'
import type { ProviderSample } from './provider-sample.ts'

type SigningKey = Parameters<CompactSign['sign']>[0]

interface TokenOptions {
  /** Claims that replace those of the sample; undefined removes one. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly issuedAt?: number
}

/** @returns a key set with the provider's key and one of an algorithm that it does not use */
export async function createProviderTokens(sample: ProviderSample) {
  const { algorithm, foreignAlgorithm } = sample
  const own = await generateKeyPair(algorithm, { extractable: true })
  const foreign = await generateKeyPair(foreignAlgorithm, { extractable: true })
  const stranger = await generateKeyPair(algorithm)
  const [keyId, foreignKeyId] = [randomUUID(), randomUUID()]
  const keys = [
    { ...(await exportJWK(own.publicKey)), kid: keyId, use: 'sig' },
    { ...(await exportJWK(foreign.publicKey)), kid: foreignKeyId, use: 'sig' },
  ]
  const sign = (key: SigningKey, header: object, options: TokenOptions) =>
    new CompactSign(Buffer.from(JSON.stringify(claimsOf(sample, options))))
      .setProtectedHeader({ alg: algorithm, kid: keyId, ...sample.header, ...header })
      .sign(key)
  const publicPem = await exportSPKI(own.publicKey)
  return {
    keySet: { keys },
    token: (options: TokenOptions = {}) => sign(own.privateKey, {}, options),
    /** With a key that the provider does publish, and an algorithm that its tokens never have. */
    foreign: () => sign(foreign.privateKey, { alg: foreignAlgorithm, kid: foreignKeyId }, {}),
    /** With a key of the same id that the provider does not publish. */
    forged: () => sign(stranger.privateKey, {}, {}),
    /** With the provider's public key as if it were a shared secret (RFC 8725 §2.1). */
    confused: () => sign(Buffer.from(publicPem), { alg: 'HS256' }, {}),
  }
}

function claimsOf(
  { claims, lifetimeSeconds }: ProviderSample,
  { claims: changed = {}, issuedAt = Math.floor(Date.now() / 1000) }: TokenOptions,
): object {
  return { ...claims, iat: issuedAt, exp: issuedAt + lifetimeSeconds, ...changed }
}
