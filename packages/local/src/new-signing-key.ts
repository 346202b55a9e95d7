/** Creates the signing keys of the two local issuers (demo IdP and broker), new at each start. */
import { generateKeyPairSync } from 'node:crypto'
import { MIN_RSA_BITS } from '@token-broker/core'
import { selfSignedCertificate } from './self-signed-certificate.ts'

/** @returns a private RSA JWK with a certificate, because Ceph reads keys only from `x5c` */
export function newSigningKey(kid: string) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: MIN_RSA_BITS })
  const x5c = [selfSignedCertificate(privateKey, kid).toString('base64')]
  return { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid, x5c }
}
