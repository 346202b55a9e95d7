/** Checks the public keys that a tenant document lists. */
import { bitLength, type JWK, MIN_RSA_BITS } from '../model/jwk.ts'
import type { DocumentPath, Report } from './document-error.ts'
import type { KeyDocument } from './schema.ts'

/** Bytes of a coordinate on each curve. */
const COORDINATE_BYTES: Readonly<Record<string, number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
  Ed25519: 32,
}
const CURVES = { RSA: [], EC: ['P-256', 'P-384', 'P-521'], OKP: ['Ed25519'] }

export function compileKey(key: KeyDocument, path: DocumentPath, report: Report): JWK {
  if (key.kty === 'RSA') checkRsa(key, path, report)
  else checkCurve(key, path, report)
  return {
    kty: key.kty,
    ...(key.kid === undefined ? {} : { kid: key.kid }),
    ...(key.alg === undefined ? {} : { alg: key.alg }),
    ...(key.use === undefined ? {} : { use: key.use }),
    ...(key.key_ops === undefined ? {} : { key_ops: key.key_ops }),
    ...(key.n === undefined ? {} : { n: key.n }),
    ...(key.e === undefined ? {} : { e: key.e }),
    ...(key.crv === undefined ? {} : { crv: key.crv }),
    ...(key.x === undefined ? {} : { x: key.x }),
    ...(key.y === undefined ? {} : { y: key.y }),
  }
}

function checkRsa(key: KeyDocument, path: DocumentPath, report: Report): void {
  const modulus = decode(key.n)
  if (modulus === undefined || decode(key.e) === undefined) {
    report(path, 'the RSA key has no readable n and e', 'write both in base64url')
    return
  }
  const bits = bitLength(modulus)
  if (bits < MIN_RSA_BITS)
    report(
      path,
      `the RSA key has ${bits} bits`,
      `take one of at least ${MIN_RSA_BITS} bits (RFC 7518 §3.3)`,
    )
}

function checkCurve(key: KeyDocument, path: DocumentPath, report: Report): void {
  const curves: readonly string[] = CURVES[key.kty]
  if (key.crv === undefined || !curves.includes(key.crv)) {
    report(
      [...path, 'crv'],
      `a key of kty ${key.kty} needs a known curve`,
      `write one of: ${curves.join(', ')}`,
    )
    return
  }
  const bytes = COORDINATE_BYTES[key.crv]
  const coordinates: ('x' | 'y')[] = key.kty === 'EC' ? ['x', 'y'] : ['x']
  for (const name of coordinates) {
    if (decode(key[name])?.length !== bytes)
      report(
        [...path, name],
        `${name} is not ${bytes} bytes in base64url`,
        'copy the public key whole',
      )
  }
}

function decode(text: string | undefined): Buffer | undefined {
  return text !== undefined && /^[A-Za-z0-9_-]+$/.test(text)
    ? Buffer.from(text, 'base64url')
    : undefined
}
