/** Reads what the caller presents as a compact JWS, strictly, before anything in it is believed. */
import { BrokerError } from '../model/broker-error.ts'
import { parseStrictObject } from '../model/strict-json.ts'
import { MAX_TOKEN_CHARACTERS } from '../model/sts-limits.ts'
import { recordCheck, type Trace } from '../model/trace.ts'

/** A token that is well formed and nothing more: no signature has been checked. */
export interface SubjectToken {
  readonly compact: string
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly algorithm: string
  readonly keyId: string | undefined
  readonly issuer: string
}

/**
 * Parses a compact JWS (RFC 7515 §7.1) of at most 20,000 characters: three non-empty parts of canonical unpadded
 * base64url, header and payload JSON objects in UTF-8 without a byte order mark or duplicate names, and no `crit`
 * (RFC 7515 §4.1.11: we understand no extension; `b64: false` is one, RFC 7797).
 * @throws {BrokerError} `invalid_token`
 */
export function parseSubjectToken(compact: string, trace: Trace): SubjectToken {
  const malformed = (what: string): never => {
    recordCheck(
      trace,
      'verify',
      'token is well formed',
      false,
      'compact JWS of three base64url parts',
      what,
    )
    throw new BrokerError('invalid_token', `The subject token ${what}.`)
  }
  if (compact.length > MAX_TOKEN_CHARACTERS)
    malformed(`is longer than ${MAX_TOKEN_CHARACTERS} characters`)
  const parts = compact.split('.', 4)
  const [header, payload, signature] = parts
  if (!header || !payload || !signature || parts.length !== 3) {
    return malformed('is not a signed JWT of three non-empty parts')
  }
  if (!isCanonicalBase64url(signature)) malformed('has a signature that is not canonical base64url')
  const headerValues = decodePart(header, 'header', malformed)
  const claims = decodePart(payload, 'payload', malformed)

  if ('crit' in headerValues || 'b64' in headerValues)
    malformed('uses header extensions (crit, b64)')
  const { alg, kid } = headerValues
  if (typeof alg !== 'string') return malformed('has no alg')
  if (kid !== undefined && typeof kid !== 'string')
    return malformed('has a kid that is not a string')
  if (typeof claims.iss !== 'string') return malformed('has no iss')
  recordCheck(trace, 'verify', 'token is well formed', true)
  return { compact, header: headerValues, claims, algorithm: alg, keyId: kid, issuer: claims.iss }
}

function decodePart(
  part: string,
  name: string,
  malformed: (what: string) => never,
): Record<string, unknown> {
  if (!isCanonicalBase64url(part)) return malformed(`has a ${name} that is not canonical base64url`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(part, 'base64url'),
    )
  } catch {
    return malformed(`has a ${name} that is not UTF-8`)
  }
  try {
    return parseStrictObject(text)
  } catch (error) {
    // V8 quotes the text in its own messages, so only ours are passed on.
    const own =
      error instanceof SyntaxError && /^(is|has) /.test(error.message)
        ? error.message
        : 'is not JSON'
    return malformed(`has a ${name} that ${own}`)
  }
}

/** One token, one spelling: padding, `+/`, other characters and stray last bits are refused (RFC 4648 §3.5). */
function isCanonicalBase64url(part: string): boolean {
  return (
    /^[A-Za-z0-9_-]+$/.test(part) && Buffer.from(part, 'base64url').toString('base64url') === part
  )
}
