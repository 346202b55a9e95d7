/** Checks the public keys that a tenant document lists. */
import { bitLength, COORDINATE_BYTES, type JWK, MIN_RSA_BITS } from '../model/jwk.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import type { KeyDocument } from './schema.ts'

export function compileKey(key: KeyDocument, path: DocumentPath, report: Report): JWK {
  if (key.kty === 'RSA') checkRsaKey(key, path, report)
  else checkCurveKey(key, COORDINATE_BYTES[key.kty], path, report)
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

function checkRsaKey(key: KeyDocument, path: DocumentPath, report: Report): void {
  const modulus = decodeBase64Url(key.n)
  if (modulus === undefined || decodeBase64Url(key.e) === undefined) {
    report(path, 'n or e of the RSA key is missing or not base64url', 'write both in base64url')
    return
  }
  const bits = bitLength(modulus)
  if (bits < MIN_RSA_BITS)
    report(
      path,
      `the RSA key has only ${bits} bits`,
      `use a key of at least ${MIN_RSA_BITS} bits (RFC 7518 §3.3)`,
    )
}

function checkCurveKey(
  key: KeyDocument,
  bytesByCurve: Readonly<Record<string, number>>,
  path: DocumentPath,
  report: Report,
): void {
  const bytes = bytesByCurve[key.crv ?? '']
  if (bytes === undefined) {
    report(
      [...path, 'crv'],
      `crv is missing or is not a curve of kty ${key.kty}`,
      `write one of: ${Object.keys(bytesByCurve).join(', ')}`,
    )
    return
  }
  const coordinates: ('x' | 'y')[] = key.kty === 'EC' ? ['x', 'y'] : ['x']
  for (const name of coordinates) {
    if (decodeBase64Url(key[name])?.length !== bytes)
      report(
        [...path, name],
        `${name} is missing or is not ${bytes} bytes in base64url`,
        'copy the whole public key',
      )
  }
}

function decodeBase64Url(text: string | undefined): Buffer | undefined {
  return text !== undefined && /^[A-Za-z0-9_-]+$/.test(text)
    ? Buffer.from(text, 'base64url')
    : undefined
}
