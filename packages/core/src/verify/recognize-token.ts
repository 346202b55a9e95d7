/** Recognizes what callers send in place of a signed JWT, to say what to send instead. */
import { isObject } from '../model/strict-json.ts'

export interface RecognizedToken {
  readonly kind: TokenKind
  /** What it is, after "It is". */
  readonly what: string
  /** What to do, as a sentence without its full stop. */
  readonly advice: string
}

export type TokenKind =
  | 'aws-access-key'
  | 'aws-session-token'
  | 'e-mail'
  | 'encrypted'
  | 'json'
  | 'opaque'
  | 'quoted'
  | 'saml'
  | 'scheme'
  | 'unsigned'
  | 'white-space'

const SEND_A_TOKEN = 'send the ID token or access token of your identity provider'

const FORMS: readonly (RecognizedToken & { readonly form: RegExp })[] = [
  {
    kind: 'scheme',
    form: /^(?:bearer|dpop|token)\s/i,
    what: 'a token with the word of its scheme before it, such as Bearer',
    advice: 'send the token alone',
  },
  {
    kind: 'white-space',
    form: /^eyJ[\w.-]*\s[\w.\s-]*$/,
    what: 'a token with white space in it, such as a line break',
    advice: 'send it as one line, without white space',
  },
  {
    kind: 'quoted',
    form: /^["'].*["']$/s,
    what: 'a token in quotes',
    advice: 'remove the quotes',
  },
  {
    kind: 'json',
    form: /^\s*\{/,
    what: 'JSON, such as the response of a token endpoint',
    advice: 'send one of its members, such as id_token or access_token',
  },
  {
    kind: 'saml',
    form: /^\s*<(?:\?xml|\w{1,16}:(?:Response|Assertion)\b)/,
    what: 'SAML that is not encoded',
    advice: 'send the base64 text that the identity provider sent, as a SAML token',
  },
  {
    kind: 'e-mail',
    form: /^[^\s@]{1,64}@[^\s@]{1,255}\.[^\s@.]{2,}$/,
    what: 'an e-mail address',
    advice: SEND_A_TOKEN,
  },
  {
    // How the tokens of AWS STS begin: a length and "origin", or "aws", in base64.
    kind: 'aws-session-token',
    form: /^(?:IQoJb3JpZ2lu|F[QwA]oGZXIvYXdz)/,
    what: 'a session token of AWS, a part of AWS credentials',
    advice: SEND_A_TOKEN,
  },
  {
    kind: 'aws-access-key',
    form: /^A(?:KIA|SIA)[A-Z2-7]{16}$/,
    what: 'the id of an AWS access key',
    advice: SEND_A_TOKEN,
  },
]

const OPAQUE: RecognizedToken = {
  kind: 'opaque',
  what: 'an opaque token, which names no issuer',
  advice: 'name the tenant, and its issuer where it has several, if it accepts such tokens',
}

const UNSIGNED: RecognizedToken = {
  kind: 'unsigned',
  what: 'a JWT without a signature',
  advice: 'send the whole token; a token with the algorithm none is never accepted',
}

/**
 * The result quotes nothing of the text, which may be a secret.
 * @returns undefined where the text has the form of a signed JWT, or no form that is known
 */
export function recognizeToken(text: string): RecognizedToken | undefined {
  const { form: _, ...recognized } = FORMS.find(({ form }) => form.test(text)) ?? {}
  if ('kind' in recognized) return recognized
  const parts = text.split('.', 6)
  if (parts.length === 3 && parts.every((part) => part !== '')) return undefined
  const header = readHeader(parts[0] ?? '')
  if (parts.length === 5 && header && 'enc' in header)
    return {
      kind: 'encrypted',
      what: 'an encrypted JWT (RFC 7516), which only its audience can read',
      advice: 'let the identity provider sign tokens for this audience, and not encrypt them',
    }
  if (header && 'alg' in header) return parts.length <= 3 ? UNSIGNED : undefined
  return /^[\x21-\x7e]+$/.test(text) ? OPAQUE : undefined
}

function readHeader(part: string): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return isObject(header) ? header : undefined
  } catch {
    return undefined
  }
}
