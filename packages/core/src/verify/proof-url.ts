/** Compares the URL of a DPoP proof with that of the endpoint (RFC 9449 §4.3). */

const UNRESERVED = /[A-Za-z0-9._~-]/

/**
 * Normalised by syntax and scheme (RFC 3986 §6.2.2 and §6.2.3), without query and fragment.
 * @returns undefined for what is not an http or https URL, and for URLs that parsers read
 *   differently: with a user, a backslash, or characters that are not visible ASCII
 */
export function normalizeProofUrl(text: string): string | undefined {
  if (!/^https?:\/\/[\x21-\x7e]+$/i.test(text) || text.includes('\\')) return undefined
  const url = URL.parse(text)
  if (!url || url.username || url.password) return undefined
  // `URL` normalises all but the percent-encoding.
  const path = url.pathname.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
    return UNRESERVED.test(character) ? character : encoded.toUpperCase()
  })
  return url.origin + path
}
