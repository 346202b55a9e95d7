/** Our verdict on a signature is that of jose, for every algorithm and for mutated tokens. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isValidForJose, isValidForUs, KINDS, mutation, RUNS, sign } from './signature-verdicts.ts'

describe.each(Object.keys(KINDS))('%s', async (alg) => {
  const signed = await sign(alg)
  const [header, payload, signature = ''] = signed.compact.split('.')
  const bytes = Buffer.from(signature, 'base64url')

  it('a signature is valid for its own key, payload and algorithm only', async () => {
    expect(isValidForUs(signed.compact, alg, signed.jwk)).toBe(true)
    expect(await isValidForJose(signed.compact, alg, signed.jwk)).toBe(true)
    expect(isValidForUs(signed.compact, alg, (await sign(alg)).jwk)).toBe(false)
    const other = Buffer.from('{"iss":"https://id.example","sub":"bob"}').toString('base64url')
    expect(isValidForUs(`${header}.${other}.${signature}`, alg, signed.jwk)).toBe(false)
    const same = ['EdDSA', 'Ed25519']
    const foreign = [...Object.keys(KINDS), 'none', 'HS256', '__proto__'].filter(
      (name) => name !== alg && !(same.includes(alg) && same.includes(name)),
    )
    expect(foreign.filter((name) => isValidForUs(signed.compact, name, signed.jwk))).toEqual([])
  })

  it('a mutated signature is valid only if jose accepts it', async () => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(mutation, async (mutate) => {
        const compact = `${header}.${payload}.${mutate(bytes).toString('base64url')}`
        const verdict = await isValidForJose(compact, alg, signed.jwk)
        if (!verdict) refused++
        expect(isValidForUs(compact, alg, signed.jwk)).toBe(verdict)
      }),
      { numRuns: RUNS },
    )
    expect(refused).toBeGreaterThan(RUNS / 2)
  })

  it('a mutated key is accepted only if jose accepts it', async () => {
    const members = Object.keys(signed.jwk).filter((member) => member !== 'kty')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...members), mutation, async (member, mutate) => {
        const changed = mutate(Buffer.from(signed.jwk[member] ?? '', 'base64url')).toString(
          'base64url',
        )
        const jwk = { ...signed.jwk, [member]: changed }
        expect(isValidForUs(signed.compact, alg, jwk)).toBe(
          await isValidForJose(signed.compact, alg, jwk),
        )
      }),
      { numRuns: RUNS },
    )
  })
})
