/** Our verdict on a signature is jose's, for every algorithm and for mutations of valid tokens. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { CompactSign, compactVerify, importJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import {
  isSignatureValid,
  readPublicKey,
} from '../../packages/functions/src/adapters/verifiers/jws-signature.ts'

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve })
const ed25519 = () => generateKeyPairSync('ed25519')
const KINDS: Readonly<Record<string, () => { privateKey: KeyObject; publicKey: KeyObject }>> = {
  ...{ RS256: rsa, RS384: rsa, RS512: rsa, PS256: rsa, PS384: rsa, PS512: rsa },
  ...{
    ES256: ec('P-256'),
    ES384: ec('P-384'),
    ES512: ec('P-521'),
    EdDSA: ed25519,
    Ed25519: ed25519,
  },
}
const RUNS = process.env.CI ? 500 : 100

interface Signed {
  readonly compact: string
  readonly jwk: { kty: string } & Record<string, string>
}

async function sign(alg: string): Promise<Signed> {
  const { privateKey, publicKey } = KINDS[alg]?.() ?? rsa()
  const payload = Buffer.from('{"iss":"https://id.example","sub":"alice"}')
  const compact = await new CompactSign(payload).setProtectedHeader({ alg }).sign(privateKey)
  return {
    compact,
    jwk: { kty: '', ...(publicKey.export({ format: 'jwk' }) as Record<string, string>) },
  }
}

function ours(compact: string, alg: string, jwk: Signed['jwk']): boolean {
  try {
    return isSignatureValid(compact, alg, readPublicKey(jwk))
  } catch {
    return false
  }
}

async function joses(compact: string, alg: string, jwk: Signed['jwk']): Promise<boolean> {
  try {
    await compactVerify(compact, await importJWK(jwk, alg), { algorithms: [alg] })
    return true
  } catch {
    return false
  }
}

/** A signature with bytes changed, cut off, added or made null, or of another length altogether. */
const mutation: fc.Arbitrary<(signature: Buffer) => Buffer> = fc.oneof(
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

describe.each(Object.keys(KINDS))('%s', async (alg) => {
  const signed = await sign(alg)
  const [header, payload, signature = ''] = signed.compact.split('.')
  const bytes = Buffer.from(signature, 'base64url')

  test('a valid signature holds, and under no other key, payload or algorithm', async () => {
    expect(ours(signed.compact, alg, signed.jwk)).toBe(true)
    expect(await joses(signed.compact, alg, signed.jwk)).toBe(true)
    expect(ours(signed.compact, alg, (await sign(alg)).jwk)).toBe(false)
    const other = Buffer.from('{"iss":"https://id.example","sub":"bob"}').toString('base64url')
    expect(ours(`${header}.${other}.${signature}`, alg, signed.jwk)).toBe(false)
    const same = ['EdDSA', 'Ed25519']
    const foreign = [...Object.keys(KINDS), 'none', 'HS256', '__proto__'].filter(
      (name) => name !== alg && !(same.includes(alg) && same.includes(name)),
    )
    expect(foreign.filter((name) => ours(signed.compact, name, signed.jwk))).toEqual([])
  })

  test('a mutated signature is judged as jose judges it', async () => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(mutation, async (mutate) => {
        const compact = `${header}.${payload}.${mutate(bytes).toString('base64url')}`
        const verdict = await joses(compact, alg, signed.jwk)
        if (!verdict) refused++
        expect(ours(compact, alg, signed.jwk)).toBe(verdict)
      }),
      { numRuns: RUNS },
    )
    expect(refused).toBeGreaterThan(RUNS / 2)
  })

  test('a mutated key is judged as jose judges it', async () => {
    const members = Object.keys(signed.jwk).filter((member) => member !== 'kty')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...members), mutation, async (member, mutate) => {
        const changed = mutate(Buffer.from(signed.jwk[member] ?? '', 'base64url')).toString(
          'base64url',
        )
        const jwk = { ...signed.jwk, [member]: changed }
        expect(ours(signed.compact, alg, jwk)).toBe(await joses(signed.compact, alg, jwk))
      }),
      { numRuns: RUNS },
    )
  })
})
