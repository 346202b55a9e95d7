/** Converted signatures verify in Node, and anything but strict DER is refused. */
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { derToJose } from '../../../packages/functions/src/adapters/signers/der-to-jose.ts'

describe('derToJose', () => {
  const f32 = 'ff'.repeat(32)
  const one = `${'00'.repeat(31)}01`

  it('converts signatures of Node, whose numbers differ in length', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    for (let round = 0; round < 500; round++) {
      const data = Buffer.from(`message ${round}`)
      const signature = derToJose(sign('sha256', data, privateKey)) ?? Buffer.alloc(0)
      expect(signature).toHaveLength(64)
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
      expect(verify('sha256', data, key, signature)).toBe(true)
    }
  })

  it.each([
    ['numbers of one byte', '3006 020101 020101', one + one],
    ['a number whose first bit is set', `3026 022100${f32} 020101`, f32 + one],
    ['two such numbers', `3046 022100${f32} 022100${f32}`, f32 + f32],
  ])('converts %s', (_, der, jose) => {
    expect(derToJose(bytes(der))).toEqual(bytes(jose))
  })

  it.each([
    ['an empty text', ''],
    ['another type than a sequence', '3106 020101 020101'],
    ['a length that is too small', '3005 020101 020101'],
    ['a length that is too large', '3007 020101 020101'],
    ['a length of two bytes', '308106 020101 020101'],
    ['bytes after the sequence', '3006 020101 020101 00'],
    ['bytes after S in the sequence', '3007 020101 020101 00'],
    ['one number', '3003 020101'],
    ['three numbers', '3009 020101 020101 020101'],
    ['another type than a number', '3006 020101 040101'],
    ['a number without bytes', '3005 020101 0200'],
    ['a number beyond the end', '3006 020101 020201'],
    ['zero', '3006 020100 020101'],
    ['a negative number', '3006 020180 020101'],
    ['an unnecessary zero byte', '3007 02020001 020101'],
    ['a number of 33 bytes', `3026 022101${f32} 020101`],
    ['a number of 34 bytes', `3027 02220001${f32} 020101`],
    ['R and S without DER', f32 + f32],
  ])('refuses %s', (_, der) => {
    expect(derToJose(bytes(der))).toBeUndefined()
  })
})

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}
