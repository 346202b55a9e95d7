/** Reads the public key of a certificate in a tenant document. */
import { X509Certificate } from 'node:crypto'
import type { JWK } from '../../model/jwk.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import type { KeyDocument } from '../schema.ts'
import { compileKey } from './compile-key.ts'

const CERTIFICATE = /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----$/

const MEMBERS = ['n', 'e', 'crv', 'x', 'y'] as const

/**
 * Only the key counts: an identity provider announces its keys by listing their certificates, most
 * of which it signed itself, and which it uses after they have expired (SAML V2.0 Metadata
 * Interoperability Profile §2.6.1).
 * @param pem one certificate
 * @returns undefined where it cannot be used, which is reported
 */
export function compileCertificate(
  pem: string,
  path: DocumentPath,
  report: Report,
): JWK | undefined {
  const text = pem.trim()
  if (text.includes('PRIVATE KEY')) {
    report(
      path,
      'the certificate contains a private key, which must never be in a document',
      'write the certificate alone, and replace the key: it is no longer private',
    )
    return undefined
  }
  const key = CERTIFICATE.test(text) ? readKey(text) : undefined
  if (key === undefined) {
    report(
      path,
      'the certificate cannot be read',
      'write one, from -----BEGIN CERTIFICATE----- to its END, with an RSA or EC key',
    )
    return undefined
  }
  return compileKey(key, path, report)
}

function readKey(pem: string): KeyDocument | undefined {
  try {
    const { kty, ...parts } = new X509Certificate(pem).publicKey.export({ format: 'jwk' })
    if (kty !== 'RSA' && kty !== 'EC') return undefined
    const present = MEMBERS.flatMap((name) => {
      const value = parts[name]
      return typeof value === 'string' ? [[name, value]] : []
    })
    return { kty, ...Object.fromEntries(present) }
  } catch {
    return undefined
  }
}
