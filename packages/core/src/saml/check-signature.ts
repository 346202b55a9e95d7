/** Checks the signature over an element of XML, from canonical bytes of our own. */
import { hash, type KeyObject, verify } from 'node:crypto'
import { MIN_RSA_BITS } from '../model/jwk.ts'
import { canonicalize } from './canonical-xml.ts'
import type { SignedElement } from './presented-document.ts'
import type { SignatureMethod } from './signature-element.ts'

/** OpenSSL's names of P-256, P-384 and P-521. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1']

/** What a valid signature covers. */
export interface SignedText {
  /** The canonical form of the element without the signature. Nothing else may be read. */
  readonly text: string
  /** The canonical form of the `SignedInfo`, which a key of the issuer signed. */
  readonly signedInfo: string
}

/**
 * @param keys of the issuer, from the tenant document or from its metadata. A certificate in the
 *   signature is never used
 * @returns undefined where the signature is not one of these keys over this element
 */
export function checkSignature(
  { element, signature }: SignedElement,
  keys: readonly KeyObject[],
): SignedText | undefined {
  const { method, value, digestHash, digest, signedInfo } = signature
  const text = canonicalize(element, {
    without: signature.element,
    inclusivePrefixes: signature.referencePrefixes,
  })
  if (hash(digestHash, text, 'base64') !== digest.toString('base64')) return undefined
  const info = canonicalize(signedInfo, { inclusivePrefixes: signature.signedInfoPrefixes })
  const signed = Buffer.from(info)
  const isValid = keys.some((candidate) => {
    if (!fitsMethod(candidate, method)) return false
    // RFC 4050 §3.3: both numbers of an ECDSA signature, each at the curve's full length.
    const options = method.kty === 'EC' ? { dsaEncoding: 'ieee-p1363' as const } : {}
    try {
      return verify(method.hash, signed, { key: candidate, ...options }, value)
    } catch {
      return false
    }
  })
  return isValid ? { text, signedInfo: info } : undefined
}

function fitsMethod(key: KeyObject, { kty }: SignatureMethod): boolean {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  return kty === 'RSA'
    ? key.asymmetricKeyType === 'rsa' && modulusLength >= MIN_RSA_BITS
    : key.asymmetricKeyType === 'ec' && CURVES.includes(namedCurve)
}
