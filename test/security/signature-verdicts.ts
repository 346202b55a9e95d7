/** Signed tokens, mutations of their signatures, and the verdicts of our code and of jose. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { CompactSign, compactVerify, importJWK } from 'jose'
import { isSignatureValid } from '../../packages/functions/src/adapters/verifiers/jws-signature.ts'
import { readPublicKey } from '../../packages/functions/src/adapters/verifiers/read-public-key.ts'

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve })
const ed25519 = () => generateKeyPairSync('ed25519')
/** Key generators by algorithm. */
export const KINDS: Readonly<
  Record<string, () => { privateKey: KeyObject; publicKey: KeyObject }>
> = {
  ...{ RS256: rsa, RS384: rsa, RS512: rsa, PS256: rsa, PS384: rsa, PS512: rsa },
  ...{
    ES256: ec('P-256'),
    ES384: ec('P-384'),
    ES512: ec('P-521'),
    EdDSA: ed25519,
    Ed25519: ed25519,
  },
}
/** Number of inputs per property. */
export const RUNS = process.env.CI ? 500 : 100

export interface Signed {
  readonly compact: string
  readonly jwk: { kty: string } & Record<string, string>
}

export async function sign(alg: string): Promise<Signed> {
  const { privateKey, publicKey } = KINDS[alg]?.() ?? rsa()
  const payload = Buffer.from('{"iss":"https://id.example","sub":"alice"}')
  const compact = await new CompactSign(payload).setProtectedHeader({ alg }).sign(privateKey)
  return {
    compact,
    jwk: { kty: '', ...(publicKey.export({ format: 'jwk' }) as Record<string, string>) },
  }
}

/** Our verdict. */
export function isValidForUs(compact: string, alg: string, jwk: Signed['jwk']): boolean {
  try {
    const { key } = readPublicKey(jwk)
    return key !== undefined && isSignatureValid(compact, alg, key)
  } catch {
    return false
  }
}

/** The verdict of jose. */
export async function isValidForJose(
  compact: string,
  alg: string,
  jwk: Signed['jwk'],
): Promise<boolean> {
  try {
    await compactVerify(compact, await importJWK(jwk, alg), { algorithms: [alg] })
    return true
  } catch {
    return false
  }
}

/** Changes bytes of a signature, cuts some off, adds some, sets all to zero, or replaces it. */
export const mutation: fc.Arbitrary<(signature: Buffer) => Buffer> = fc.oneof(
  fc
    .tuple(fc.nat(), fc.integer({ min: 1, max: 255 }))
    .map(([at, change]) => (signature: Buffer) => {
      const changed = Buffer.from(signature)
      const index = at % changed.length
      changed[index] = (changed[index] ?? 0) ^ change
      return changed
    }),
  fc
    .nat({ max: 600 })
    .map((length) => (signature: Buffer) => signature.subarray(0, length % signature.length)),
  fc
    .uint8Array({ minLength: 1, maxLength: 8 })
    .map((more) => (signature: Buffer) => Buffer.concat([signature, more])),
  fc
    .uint8Array({ minLength: 1, maxLength: 8 })
    .map((more) => (signature: Buffer) => Buffer.concat([more, signature])),
  fc.constant((signature: Buffer) => Buffer.alloc(signature.length)),
  fc.uint8Array({ minLength: 1, maxLength: 600 }).map((other) => () => Buffer.from(other)),
)
