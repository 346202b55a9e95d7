/** One document of the SAML corpus: what it is, and what the broker must say about it. */
import {
  assertionXml,
  responseXml,
  type SignatureParts,
  signatureXml,
} from '../../fixtures/saml-documents.ts'

export interface SamlCase {
  /** The class of attacks, or of conditions, in the table of results. */
  readonly group: string
  readonly name: string
  /** What is sent: text that is not base64 yet, or `encoded`. */
  readonly xml?: string
  readonly encoded?: string
  /** Undefined: accepted. */
  readonly code?: 'invalid_token' | 'token_expired' | 'access_denied' | 'issuer_untrusted'
  /** Of the audit record. */
  readonly reason?: RegExp
  /** Claims that decide, where the document is accepted: the subject. */
  readonly subject?: string
}

export const attack =
  (group: string) =>
  (name: string, xml: string, reason = /SAML token/): SamlCase => ({
    ...{ group, name, xml, reason, code: 'invalid_token' },
  })

/** With a signature that is well formed, and that nobody made. */
export function unsignedXml(parts: Partial<SignatureParts>): string {
  const signature = signatureXml({ id: '_assertion', ...parts })
    .replace('<ds:DigestValue/>', '<ds:DigestValue>AAAA</ds:DigestValue>')
    .replace('<ds:SignatureValue/>', '<ds:SignatureValue>AAAA</ds:SignatureValue>')
  return responseXml({ assertion: assertionXml({ signature }) })
}
