/** The requirements of RFC 7518 and RFC 8037 for the members of public keys. */
import { expect, it } from 'vitest'
import {
  bitLength,
  COORDINATE_BYTES,
  MAX_ISSUER_KEYS,
  MAX_RSA_BITS,
  MIN_RSA_BITS,
  PRIVATE_MEMBERS,
} from '../../../packages/core/src/model/jwk.ts'

it.each([
  [[], 0],
  [[0], 0],
  [[0, 0], 0],
  [[1], 1],
  [[2], 2],
  [[127], 7],
  [[128], 8],
  [[255], 8],
  [[1, 0], 9],
  [[0, 1, 0], 9],
  [[0, 0, 128, 0, 0], 24],
])('the number of the bytes %j has %i bits', (bytes, bits) => {
  expect(bitLength(Uint8Array.from(bytes))).toBe(bits)
})

it('coordinates have the size of their curve', () => {
  expect(COORDINATE_BYTES).toEqual({
    EC: { 'P-256': 32, 'P-384': 48, 'P-521': 66 },
    OKP: { Ed25519: 32 },
  })
})

it('private members are those of RFC 7518 §6.2.2, §6.3.2 and §6.4', () => {
  expect([...PRIVATE_MEMBERS].sort()).toEqual(['d', 'dp', 'dq', 'k', 'oth', 'p', 'q', 'qi'])
})

it('sizes and numbers of keys are limited', () => {
  expect([MIN_RSA_BITS, MAX_RSA_BITS, MAX_ISSUER_KEYS]).toEqual([2048, 8192, 100])
})
