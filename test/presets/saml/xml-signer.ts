/** A provider's key, with which `xmlsec1` signs. */
import { createSamlKey, signSaml } from '../../fixtures/saml-documents.ts'

export interface XmlSigner {
  /** Base64 of DER, as in metadata. */
  readonly certificate: string
  /** Fills in the empty signatures of these elements, in this order. */
  sign(xml: string, elements: readonly ('Assertion' | 'Response' | 'EntityDescriptor')[]): string
}

export function createXmlSigner(): XmlSigner {
  const key = createSamlKey()
  return {
    certificate: key.certificate.replace(/-----.*-----|\s/g, ''),
    sign: (xml, elements) =>
      elements.reduce((text, element) => {
        const at = `//*[local-name()='${element}']/*[local-name()='Signature']`
        return signSaml(text, key, at)
      }, xml),
  }
}
