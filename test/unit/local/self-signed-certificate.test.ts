/** The certificate that the code writes byte by byte, parsed and verified by Node's OpenSSL. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { selfSignedCertificate } from '../../../packages/local/src/self-signed-certificate.ts'

it.each([2048, 4096])('certifies a key of %i bits under short and long names', (modulusLength) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  for (const name of ['a', 'x'.repeat(64), 'b'.repeat(300)]) {
    const certificate = new X509Certificate(selfSignedCertificate(privateKey, name))
    expect(certificate.subject).toBe(`CN=${name}`)
    expect(certificate.issuer).toBe(certificate.subject)
    expect(certificate.verify(publicKey) && certificate.checkPrivateKey(privateKey)).toBe(true)
    expect([certificate.validFrom, certificate.validTo]).toEqual([
      'Jan  1 00:00:00 2020 GMT',
      'Dec 31 23:59:59 9999 GMT',
    ])
  }
})
