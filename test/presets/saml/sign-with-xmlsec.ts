/** Signs XML with Debian's `xmlsec1`, which is independent of the broker's own code. */
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { selfSignedCertificate } from '../../../packages/local/src/self-signed-certificate.ts'
import { makeTemporaryFolder } from '../../fixtures/close-after-tests.ts'

const XMLSEC = '/usr/bin/xmlsec1'
const SIGNED = {
  Assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  Response: 'urn:oasis:names:tc:SAML:2.0:protocol',
  EntityDescriptor: 'urn:oasis:names:tc:SAML:2.0:metadata',
}

/** Whether tests that need it are skipped; in CI, they fail instead. */
export function isXmlsecMissing(): boolean {
  return !existsSync(XMLSEC) && !process.env.CI
}

export interface XmlSigner {
  /** Base64 of DER, as in metadata. */
  readonly certificate: string
  /** Fills in the empty signatures of these elements, in this order. */
  sign(xml: string, elements: readonly (keyof typeof SIGNED)[]): string
}

export function createXmlSigner(): XmlSigner {
  const folder = makeTemporaryFolder()
  const [keyFile, file] = [path.join(folder, 'key.pem'), path.join(folder, 'document.xml')]
  const certificateFile = path.join(folder, 'certificate.der')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = selfSignedCertificate(privateKey, 'signer')
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(
    certificateFile,
    `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
  )
  const signOne = (xml: string, element: keyof typeof SIGNED) => {
    writeFileSync(file, xml)
    const parent = `*[local-name()="${element}"]`
    execFileSync(
      XMLSEC,
      [
        ...['--sign', '--privkey-pem', `${keyFile},${certificateFile}`, '--output', file],
        ...['--id-attr:ID', `${SIGNED[element]}:${element}`],
        ...['--node-xpath', `//${parent}/*[local-name()="Signature"]`, file],
      ],
      { stdio: 'pipe' },
    )
    return readFileSync(file, 'utf8')
  }
  return {
    certificate: certificate.toString('base64'),
    sign: (xml, elements) => elements.reduce(signOne, xml),
  }
}
