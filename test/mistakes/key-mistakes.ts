/** Mistakes in the types, keys and signatures of tokens. */
import { mark } from './marked.ts'
import { type RequestMistake, tokenMistake } from './request-mistake.ts'

export const KEY_MISTAKES: readonly RequestMistake[] = [
  tokenMistake(
    'logout token',
    'the token is of the type logout+jwt',
    { header: { typ: 'logout+jwt' } },
    {
      operator: mark(
        /\btyp(?:e)?\b/,
        /at\+jwt|JWT/i,
        /logout\+jwt/,
        /send|types|ID token|access token|add/i,
      ),
      response: mark(
        /\btyp(?:e)?\b/,
        /ID token|access token|at\+jwt|JWT/i,
        /logout\+jwt|type/,
        /send|get/i,
      ),
    },
    { named: 'issue' },
  ),
  tokenMistake(
    'shared secret',
    'the token is signed with HS256',
    { header: { alg: 'HS256' } },
    {
      operator: mark(/alg(?:orithm)?/, /ES256/, /HS256/, /algorithms|sign|set|configure|let/i),
      response: mark(
        /valid|algorithm/i,
        /ES256|RS256/,
        /HS256/,
        /identity provider|operator|token|request ?id/i,
      ),
    },
    { named: 'issue' },
  ),
  tokenMistake(
    'algorithm none',
    'the token has no signature and the algorithm none',
    (token) => withoutSignature(token),
    {
      operator: mark(
        /signature|alg/i,
        /signed|signature|ES256/i,
        /none|without/i,
        /send|sign|whole/i,
      ),
      response: mark(
        /signature|alg/i,
        /signed|signature|whole/i,
        /none|without/i,
        /send|sign|whole/i,
      ),
    },
    { named: 'issue' },
  ),
  tokenMistake(
    'unknown key id',
    'the key of the token is not one of its issuer',
    { header: { kid: 'key-2' } },
    {
      operator: mark(/kid|key id/i, /key-1/, /key-2/, /key|jwks|add|publish|new token/i),
      response: mark(
        /valid|signature|key/i,
        /key of its issuer|key.*publish|known key|signature by/i,
        /key-2/,
        /identity provider|operator|new|request ?id/i,
      ),
    },
    { named: 'issue' },
  ),
  tokenMistake(
    'another signature',
    'the token is signed by another key with the same id',
    { isForged: true },
    {
      operator: mark(
        /signature/,
        /key-1|key/,
        /key-1|does not match|not valid/,
        /key|jwks|issuer|environment|stage/i,
      ),
      response: mark(
        /valid|signature/i,
        /key of its issuer|signature by/i,
        /key-1/,
        /identity provider|operator|new|request ?id/i,
      ),
    },
  ),
  tokenMistake(
    'event token',
    'the token is about a logout',
    { claims: { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } } },
    {
      operator: mark(
        /\bevents?\b/,
        /absent|without|ID token|access token/i,
        /\bevents\b|event/,
        /send|get/i,
      ),
      response: mark(/\bevents?\b/, /without|ID token|access token/i, /\bevents?\b/, /send|get/i),
    },
    { named: '08' },
  ),
  tokenMistake(
    'token bound to a key',
    'the token is bound to a key, and the request has no proof of it',
    { claims: { cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } } },
    {
      operator: mark(
        /cnf|bound|proof/i,
        /DPoP|proof/,
        /absent|no |without|missing|bound/i,
        /DPoP|dpop-key|send/,
      ),
      response: mark(
        /cnf|bound|proof/i,
        /DPoP|proof/i,
        /absent|no |without|missing|bound|needs/i,
        /DPoP|send|proof/i,
      ),
    },
    { named: '08' },
  ),
]

function withoutSignature(token: string): string {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  return `${header}.${token.split('.')[1]}.`
}
