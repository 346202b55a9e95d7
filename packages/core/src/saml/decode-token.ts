/** Decodes what a caller presents to the text of an XML document. */
import { SamlProblem } from './saml-problem.ts'

/**
 * @param encoded base64 as browsers post it (SAML Bindings §3.5.4), also in lines, or base64url
 *   without padding (RFC 7522 §2.1); each document has one accepted spelling of either
 * @throws {SamlProblem}
 */
export function decodeToken(encoded: string): string {
  const text = encoded.replace(/\r?\n/g, '')
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text && bytes.toString('base64url') !== text)
    throw new SamlProblem('is not base64 or base64url')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new SamlProblem('is not UTF-8')
  }
}
