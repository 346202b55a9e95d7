/**
 * Hides what must never be shown of a document with mistakes: errors and excerpts are printed, and
 * logged by pipelines. A private key, a password or a token may be where none belongs.
 */

/** Members of a private or shared JWK with a value of at least 128 bits. */
const PRIVATE_MEMBER = /((?:^|[\s{,"'])(?:d|p|q|dp|dq|qi|k)["']?\s*:(?:\s+["']?|["']))([\w-]{22,})/g
/** Names of secrets are hidden too: what is no such name may be the secret itself. */
const NAMED =
  /((?:secret|passw(?:or)?d|token|api_?key|access_?key|private_?key)["']?\s*:(?:\s+["']?|["']))([^\s"',}\]]+)/gi
/** What follows the first line, which may be in the same line. */
const PEM_BODY = /(PRIVATE KEY-----)([\s\S]+?)(?=-----END|$)/g
/** A line of nothing but base64 may be one of a private key. */
const BASE64_LINE = /^(\s*)([A-Za-z0-9+/=]{40,})(?=\s*$)/gm
const JWT = /()(\beyJ[\w-]{10,}(?:\.[\w-]*)+)/g

/** Of a text from the document itself. As long as before, so that columns remain the same. */
export function hideSecrets(text: string): string {
  return hide(text, [PRIVATE_MEMBER, NAMED, PEM_BODY, BASE64_LINE, JWT])
}

/** Of a message, in which a word such as `token:` may be before an example. */
export function hideKeys(text: string): string {
  return hide(text, [PRIVATE_MEMBER, PEM_BODY, JWT])
}

function hide(text: string, patterns: readonly RegExp[]): string {
  return patterns.reduce(
    (shown, pattern) =>
      shown.replace(
        pattern,
        (_, before: string, secret: string) => `${before}${secret.replace(/\S/g, '*')}`,
      ),
    text,
  )
}
