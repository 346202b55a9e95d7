/** Reads the public key of a certificate in a tenant document. */
import type { JWK } from '../../model/jwk.ts'
import { keyOfCertificate } from '../../saml/certificate-key.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { compileKey } from './compile-key.ts'

const CERTIFICATE = /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----$/

/**
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
  const key = CERTIFICATE.test(text) ? keyOfCertificate(text) : undefined
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
