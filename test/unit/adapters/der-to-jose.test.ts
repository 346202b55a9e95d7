/** Signatures from DER to JOSE: those that Node makes verify after it, and what is not strict DER is refused. */
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { derToJose } from '../../../packages/functions/src/adapters/signers/der-to-jose.ts'

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const f32 = 'ff'.repeat(32)
const one = `${'00'.repeat(31)}01`

test('what Node signs as DER verifies as R and S, with short and long numbers among it', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  for (let round = 0; round < 500; round++) {
    const data = Buffer.from(`message ${round}`)
    const signature = derToJose(sign('sha256', data, privateKey)) ?? Buffer.alloc(0)
    expect(signature).toHaveLength(64)
    expect(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(
      true,
    )
  }
})

test.each([
  ['numbers of one byte', '3006 020101 020101', one + one],
  ['a first bit that is set', `3026 022100${f32} 020101`, f32 + one],
  ['both', `3046 022100${f32} 022100${f32}`, f32 + f32],
])('%s', (_, der, jose) => {
  expect(derToJose(bytes(der))).toEqual(bytes(jose))
})

test.each([
  ['nothing', ''],
  ['no sequence', '3106 020101 020101'],
  ['a length too small', '3005 020101 020101'],
  ['a length too large', '3007 020101 020101'],
  ['a length of two bytes', '308106 020101 020101'],
  ['bytes after it', '3006 020101 020101 00'],
  ['bytes inside it, after S', '3007 020101 020101 00'],
  ['one number', '3003 020101'],
  ['three numbers', '3009 020101 020101 020101'],
  ['another type', '3006 020101 040101'],
  ['a number without bytes', '3005 020101 0200'],
  ['a number beyond the end', '3006 020101 020201'],
  ['zero', '3006 020100 020101'],
  ['a negative number', '3006 020180 020101'],
  ['a needless zero', '3007 02020001 020101'],
  ['33 bytes', `3026 022101${f32} 020101`],
  ['34 bytes', `3027 02220001${f32} 020101`],
  ['R and S as they are', f32 + f32],
])('%s is refused', (_, der) => {
  expect(derToJose(bytes(der))).toBeUndefined()
})
