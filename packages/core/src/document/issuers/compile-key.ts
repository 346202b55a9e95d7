/** Checks the public keys that a tenant document lists. */
import { COORDINATE_BYTES, type JWK } from '../../model/jwk.ts'
import { findEd25519Weakness, findRsaWeakness } from '../../model/weak-keys.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { isOnEd25519, isOnNistCurve } from './curve-point.ts'

/** A key as a document lists it, or as a certificate contains it. */
type ListedKey = { readonly [Name in keyof JWK]?: JWK[Name] | undefined } & {
  readonly kty: 'RSA' | 'EC' | 'OKP'
}

export function compileKey(key: ListedKey, path: DocumentPath, report: Report): JWK {
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

function checkRsaKey(key: ListedKey, path: DocumentPath, report: Report): void {
  const modulus = decodeBase64Url(key.n)
  const exponent = decodeBase64Url(key.e)
  if (modulus === undefined || exponent === undefined) {
    report(path, 'n or e of the RSA key is missing or not base64url', 'write both in base64url')
    return
  }
  const weakness = findRsaWeakness(modulus, exponent)
  if (weakness) report(path, `the RSA key ${weakness.problem}`, weakness.remedy)
}

function checkCurveKey(
  key: ListedKey,
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
  const names = key.kty === 'EC' ? (['x', 'y'] as const) : (['x'] as const)
  const coordinates = names.flatMap((name) => {
    const coordinate = decodeBase64Url(key[name])
    if (coordinate?.length === bytes) return [coordinate]
    report(
      [...path, name],
      `${name} is missing or is not ${bytes} bytes in base64url`,
      COPY_WHOLE_KEY,
    )
    return []
  })
  if (coordinates.length === names.length) checkPoint(key.crv ?? '', coordinates, path, report)
}

/** Signatures for a key that is not on its curve can be made by others than its owner. */
function checkPoint(
  crv: string,
  [x = Buffer.of(), y]: readonly Buffer[],
  path: DocumentPath,
  report: Report,
): void {
  const isOnCurve = y === undefined ? isOnEd25519(x) : isOnNistCurve(crv, x, y)
  if (!isOnCurve) report(path, `the key is not a point on the curve ${crv}`, COPY_WHOLE_KEY)
  const weakness = y === undefined ? findEd25519Weakness(x) : undefined
  if (weakness) report(path, `the key ${weakness.problem}`, weakness.remedy)
}

const COPY_WHOLE_KEY = 'copy the whole public key'

function decodeBase64Url(text: string | undefined): Buffer | undefined {
  return text !== undefined && /^[A-Za-z0-9_-]+$/.test(text)
    ? Buffer.from(text, 'base64url')
    : undefined
}
