/** Keys for the two issuers of the local runtime, made anew at each start. */
import { generateKeyPairSync } from 'node:crypto'
import { selfSignedCertificate } from './self-signed-certificate.ts'

/** @returns a private JWK; its certificate is there for Ceph, which reads keys from `x5c` only */
export function newSigningKey(kid: string) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const x5c = [selfSignedCertificate(privateKey, kid).toString('base64')]
  return { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid, x5c }
}
