/** Reads a compact JWS (RFC 7515 §7.1) strictly. Its signature is not checked here. */
import { parseStrictObject } from '../model/strict-json.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Header and payload, which anyone may have written. */
export interface CompactJws {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly algorithm: string
}

/**
 * Three non-empty parts of canonical unpadded base64url, header and payload JSON objects in UTF-8
 * without a byte order mark, duplicate names, lone surrogates or numbers that would be rounded, and
 * no `crit` (RFC 7515 §4.1.11: we understand no extension; `b64: false` is one, RFC 7797).
 * @param malformed throws; its argument continues a sentence, and quotes nothing of the text
 */
export function readCompactJws(
  compact: string,
  maxCharacters: number,
  malformed: (what: string) => never,
): CompactJws {
  if (compact.length > maxCharacters)
    malformed(`has ${compact.length} characters, and at most ${maxCharacters} are accepted`)
  const parts = compact.split('.', 4)
  const [headerPart, payload, signature] = parts
  if (!headerPart || !payload || !signature || parts.length !== 3) {
    return malformed('is not a signed JWT of three non-empty parts')
  }
  if (!decodeBase64url(signature)) malformed('has a signature that is not canonical base64url')
  const header = decodePart(headerPart, 'header', malformed)
  const claims = decodePart(payload, 'payload', malformed)
  if ('crit' in header || 'b64' in header) malformed('uses header extensions (crit, b64)')
  if (typeof header.alg !== 'string') return malformed('has no alg')
  return { header, claims, algorithm: header.alg }
}

function decodePart(
  part: string,
  name: string,
  malformed: (what: string) => never,
): Record<string, unknown> {
  const bytes = decodeBase64url(part)
  if (!bytes) return malformed(`has a ${name} that is not canonical base64url`)
  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch {
    return malformed(`has a ${name} that is not UTF-8`)
  }
  try {
    return parseStrictObject(text)
  } catch (error) {
    const problem = error instanceof SyntaxError ? error.message : 'is not JSON'
    return malformed(`has a ${name} that ${problem}`)
  }
}

/**
 * Each token has exactly one accepted spelling: padding, `+/`, other characters and non-zero pad
 * bits are refused (RFC 4648 §3.5), because a decoder that ignores them writes another text.
 * @returns undefined for any other spelling
 */
function decodeBase64url(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : undefined
}
