/** Mistakes in what is sent in place of a token: another thing, or a token with something added. */
import { ASK_OPERATOR, mark, openly } from './marked.ts'
import { type RequestMistake, type SentRequest, tokenMistake } from './request-mistake.ts'

const SEND = /send|remove|use|get|copy|name|add/i
/** What every channel may say of a text that is not a signed JWT. */
const form = (check: RegExp, expected: RegExp, found: RegExp, fix = SEND) =>
  openly(check, expected, found, fix)
/** The token as a member of the body, because a header cannot contain it. */
const inBody = {
  request: (token: string): Partial<SentRequest> => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  }),
}
const TOKEN = /ID token|access token|JWT|signed|token alone|one token|tenant/i

/** The beginning of a session token of AWS, and a made-up rest. */
const AWS_SESSION_TOKEN = `IQoJb3JpZ2luX2VjE${'CanarySession'.repeat(20)}`
const SAML_RESPONSE =
  '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ' +
  'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:Assertion/></samlp:Response>'

export const FORM_MISTAKES: readonly RequestMistake[] = [
  tokenMistake(
    'opaque',
    'an opaque token is sent, and no tenant accepts such tokens',
    () => 'gho_16C7e42F292c6912E7710c838347Ae178B4a',
    form(/opaque/i, TOKEN, /opaque/i),
    { named: 'issue' },
  ),
  tokenMistake(
    'encrypted',
    'the token is encrypted',
    (token) => {
      const header = Buffer.from('{"alg":"RSA-OAEP","enc":"A256GCM"}').toString('base64url')
      return [header, ...token.split('.'), 'dGFn'].join('.')
    },
    form(/encrypted/i, /sign/i, /encrypted/i, /sign|identity provider/i),
    { named: 'issue' },
  ),
  tokenMistake(
    'SAML as XML',
    'a SAML response is sent as XML',
    () => SAML_RESPONSE,
    form(/SAML/, /base64|encoded/, /XML|not encoded|SAML/, /send|encode|base64/i),
    { named: 'issue', ...inBody },
  ),
  tokenMistake(
    'SAML without its type',
    'a SAML response is sent in base64, without its token type',
    () => Buffer.from(SAML_RESPONSE).toString('base64'),
    form(/SAML/, /saml2/, /SAML/, /send|tokenType|token-type/i),
    { named: 'issue', ...inBody },
  ),
  tokenMistake(
    'session token of AWS',
    'a session token of AWS is sent',
    () => AWS_SESSION_TOKEN,
    form(/AWS/, TOKEN, /session token/, SEND),
    { named: 'issue', secrets: [AWS_SESSION_TOKEN] },
  ),
  tokenMistake(
    'access key of AWS',
    'the id of an access key is sent',
    () => 'AKIAIOSFODNN7EXAMPLE',
    form(/AWS/, TOKEN, /access key/, SEND),
    { secrets: ['AKIAIOSFODNN7EXAMPLE'] },
  ),
  tokenMistake(
    'e-mail address',
    'an e-mail address is sent',
    () => 'alice@orchard.example',
    form(/e-mail/, TOKEN, /e-mail/, SEND),
    { named: 'issue', secrets: ['alice@orchard.example'] },
  ),
  tokenMistake(
    'line break',
    'there is a line break in the token',
    (token) => `${token.slice(0, 100)}\n${token.slice(100)}`,
    form(
      /line break|newline|white ?space/i,
      /one line|without|no |alone|whole/i,
      /line break|newline|white ?space/i,
      /remove|send|copy|write/i,
    ),
    { named: 'issue', ...inBody },
  ),
  tokenMistake(
    'scheme twice',
    'the token has the word Bearer before it',
    (token) => `Bearer ${token}`,
    form(/Bearer|scheme/, /token alone|Bearer TOKEN/, /before it|Bearer/, /send|remove|write/i),
    { named: 'issue', ...inBody },
  ),
  tokenMistake(
    'quotes',
    'the token is in quotes',
    (token) => `"${token}"`,
    form(/quotes/, /without|remove|token alone/i, /in quotes/, /remove|send/i),
    inBody,
  ),
  tokenMistake(
    'response of a token endpoint',
    'the whole response of a token endpoint is sent',
    (token) => JSON.stringify({ id_token: token, token_type: 'Bearer' }),
    form(/JSON/, /id_token|access_token/, /JSON/, /send/i),
    inBody,
  ),
  tokenMistake(
    'truncated',
    'the token was copied without its signature',
    (token) => token.split('.').slice(0, 2).join('.'),
    form(
      /signature|parts/i,
      /signature|three|3|whole/i,
      /without|two|2 parts/i,
      /send|copy|whole/i,
    ),
  ),
  // What remains of the signature has 65 characters, and no bytes have such a form.
  tokenMistake('cut', 'the end of the token is missing', (token) => token.slice(0, -21), {
    operator: mark(
      /signature/,
      /key|complete|whole|issuer|64/i,
      /not valid|does not match|length|\d/,
      /copy|whole|key|truncated|complete/i,
    ),
    response: mark(
      /signature|valid/i,
      /whole|complete|token/i,
      /not valid|signature/,
      ASK_OPERATOR,
    ),
  }),
  tokenMistake(
    'empty',
    'the token is empty',
    () => '',
    form(/token/i, /token/i, /empty|missing|no token|nothing/i, /send|log in|get|write/i),
    inBody,
  ),
  tokenMistake(
    'too long',
    'the token has more than 20,000 characters',
    (token) => `${token}${'A'.repeat(20_000)}`,
    form(
      /characters|long/i,
      /20,?000/,
      /20,?\d{3}|longer|long/i,
      /fewer|claims|shorter|send|identity provider|groups/i,
    ),
    inBody,
  ),
  tokenMistake(
    'claim twice',
    'the claims have the subject twice',
    { rawClaims: '"sub":"bob"' },
    form(
      /duplicate|twice|member/i,
      /once|one|unique/i,
      /\bsub\b|duplicate|twice/i,
      /identity provider|issuer|each|once|send/i,
    ),
  ),
  tokenMistake(
    'half a character',
    'a claim contains half of a surrogate pair',
    { rawClaims: '"name":"bob\\ud800"' },
    form(
      /Unicode|surrogate/i,
      /well-formed|other half|valid/i,
      /surrogate|Unicode|not well-formed/i,
      /identity provider|issuer|send|correct/i,
    ),
    { named: '06' },
  ),
  tokenMistake(
    'number without limits',
    'a claim is a number that is too large for JavaScript',
    { rawClaims: '"level":1e400' },
    form(
      /number/i,
      /exact|range|finite|double|precis/i,
      /level|1e400|too large|number|exact/i,
      /string|text|identity provider|issuer|send/i,
    ),
    { named: '03' },
  ),
]
