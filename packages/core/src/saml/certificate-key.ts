/** The public key of an X.509 certificate, as a JWK. */
import { X509Certificate } from 'node:crypto'
import type { JWK } from '../model/jwk.ts'

export type CertifiedKey = JWK & { readonly kty: 'RSA' | 'EC' }

const MEMBERS = ['n', 'e', 'crv', 'x', 'y'] as const

/**
 * Only the key counts: an identity provider announces its keys by listing their certificates, most
 * of which it signed itself, and which it uses after they have expired (SAML V2.0 Metadata
 * Interoperability Profile §2.6.1).
 * @param certificate PEM, or DER
 * @returns undefined where it cannot be read, or its key is neither RSA nor EC
 */
export function keyOfCertificate(certificate: string | Buffer): CertifiedKey | undefined {
  try {
    const { kty, ...parts } = new X509Certificate(certificate).publicKey.export({ format: 'jwk' })
    if (kty !== 'RSA' && kty !== 'EC') return undefined
    const members = MEMBERS.flatMap((name) => {
      const value = parts[name]
      return typeof value === 'string' ? [[name, value]] : []
    })
    return { kty, ...Object.fromEntries(members) }
  } catch {
    return undefined
  }
}
