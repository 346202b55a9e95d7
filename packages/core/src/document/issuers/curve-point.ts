/** Whether the coordinates of an inline key are a point on its curve. */
import { ED25519_PRIME } from '../../model/weak-keys.ts'

// Only the compile step needs this: `node:crypto` itself refuses other points when it reads an EC
// key, and when it verifies with an Ed25519 key.

/** `y² = x³ - 3x + b` modulo the prime. */
interface Curve {
  readonly prime: bigint
  readonly b: bigint
}

/** @see FIPS 186-5; NIST SP 800-186 §3.2.1 */
const CURVES: Readonly<Record<string, Curve>> = {
  'P-256': {
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  'P-384': {
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: BigInt(
      '0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112' +
        '0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef',
    ),
  },
  'P-521': {
    prime: 2n ** 521n - 1n,
    b: BigInt(
      '0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109' +
        'e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00',
    ),
  },
}

/** @param x big-endian, as `y` is */
export function isOnNistCurve(crv: string, x: Buffer, y: Buffer): boolean {
  const curve = CURVES[crv]
  if (!curve) return false
  const { prime, b } = curve
  const [left, right] = [toInteger(y), toInteger(x)]
  if (left >= prime || right >= prime) return false
  return (left ** 2n - (right ** 3n - 3n * right + b)) % prime === 0n
}

/**
 * `-x² + y² = 1 + d·x²·y²`, with only `y` and the sign of `x` given: there is an `x` if
 * `(y² - 1) / (d·y² + 1)` is a square.
 * @param encoded 32 bytes
 * @see RFC 8032 §5.1.3
 */
export function isOnEd25519(encoded: Buffer): boolean {
  const y = toInteger(Buffer.from(encoded).reverse()) % 2n ** 255n
  if (y >= ED25519_PRIME) return false
  // A fraction is a square if the product of its two terms is.
  const product = (y ** 2n - 1n) * (ED25519_D * y ** 2n + 1n)
  const euler = power(product % ED25519_PRIME, (ED25519_PRIME - 1n) / 2n, ED25519_PRIME)
  return euler === 0n || euler === 1n
}

const ED25519_D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

function toInteger(bigEndian: Buffer): bigint {
  return BigInt(`0x0${bigEndian.toString('hex')}`)
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = square ** 2n % modulus
  }
  return (result + modulus) % modulus
}
