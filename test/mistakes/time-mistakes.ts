/** Mistakes in tokens: times, parties, types, keys and signatures. */
import { mark } from './marked.ts'
import { type RequestMistake, tokenMistake } from './request-mistake.ts'
import { secondsNow } from './sample-token.ts'

const NEW_TOKEN = /new (?:one|token)|log in|get a/i
const NOT_VALID = /not valid|invalid/i

const ago = (seconds: number) => secondsNow() - seconds

export const TIME_MISTAKES: readonly RequestMistake[] = [
  tokenMistake(
    'expired',
    'the token expired ten minutes ago',
    { claims: { iat: ago(1200), exp: ago(600) } },
    {
      operator: mark(
        /expired/,
        /later|after|>|before|now|tolerance/i,
        /ago|10 ?min|600|\d{10}/,
        NEW_TOKEN,
      ),
      response: mark(/expired/, /future|after|later/, /10 ?min/, NEW_TOKEN),
    },
    { named: 'issue' },
  ),
  tokenMistake(
    'not yet valid',
    'the token becomes valid in an hour',
    { claims: { nbf: ago(-3600) } },
    {
      operator: mark(
        /nbf|not (?:yet )?valid/,
        /now|<=|tolerance|earlier|by/i,
        /in (?:1 h|60 m|59 m|3,?\d{3})|\d{10}/,
        /clock|wait|later|token/i,
      ),
      response: mark(
        NOT_VALID,
        /past|earlier|before/,
        /in (?:1 h|60 m|59 m)/,
        /token|clock|identity provider|operator/i,
      ),
    },
    { named: 'issue' },
  ),
  tokenMistake(
    'issued in the future',
    'the clock of the identity provider is an hour ahead',
    { claims: { iat: ago(-3600), exp: ago(-7200) } },
    {
      operator: mark(
        /iat|issued/,
        /<=|now|tolerance|past|at most/i,
        /in (?:1 h|60 m|59 m|3,?\d{3})|future|\d{10}/,
        /clock/i,
      ),
      response: mark(
        NOT_VALID,
        /past|earlier|before/,
        /in (?:1 h|60 m|59 m)|future/,
        /token|clock|identity provider|operator/i,
      ),
    },
  ),
  tokenMistake(
    'too old',
    'the token was issued two days ago, and is still valid',
    { claims: { iat: ago(172_800) } },
    {
      operator: mark(
        /maxTokenAge|too old/,
        /24 ?h|1 ?d|86,?400|>=/,
        /48 ?h|2 ?d|ago|\d{10}/,
        /new|log in|maxTokenAge/i,
      ),
      response: mark(/old|expired/i, /recent|younger|at most/i, /2 ?d|48 ?h/, NEW_TOKEN),
    },
  ),
  tokenMistake(
    'audience of another app',
    'the token is for another app, and no tenant is named',
    { claims: { aud: 'orchard-shop' } },
    {
      operator: mark(/\baud(?:ience)?\b/, /orchard-app/, /orchard-shop/, /add|get|request/i),
      response: mark(
        /grants|access_denied|accept/i,
        /accept.*\baud(?:ience)?\b/,
        /orchard-shop/,
        /operator|request ?id|\btoken\b.*\bfor\b/i,
      ),
    },
    { named: 'issue, 50', secrets: ['orchard-app', 'packers'] },
  ),
  tokenMistake(
    'audience of another app at a named tenant',
    'the token is for another app, and the tenant is named',
    { claims: { aud: 'orchard-shop' } },
    {
      operator: mark(/\baud(?:ience)?\b/, /orchard-app/, /orchard-shop/, /add|get|request/i),
      response: mark(
        /grants|access_denied|accept/i,
        /accept.*\baud(?:ience)?\b/,
        /orchard-shop/,
        /operator|request ?id|\btoken\b.*\bfor\b/i,
      ),
    },
    {
      secrets: ['orchard-app', 'packers'],
      explain: ['--tenant', 'orchard'],
      request: (token) => ({
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{"tenant":"orchard"}',
      }),
    },
  ),
  tokenMistake(
    'issuer with a slash',
    'the issuer has a slash at its end, and that of the document has none',
    { claims: { iss: 'https://id.orchard.example/' } },
    {
      operator: mark(
        /\biss(?:uer)?\b/,
        /https:\/\/id\.orchard\.example(?!\/)/,
        /https:\/\/id\.orchard\.example\//,
        /write|add|did you mean|differ|slash/i,
      ),
      response: mark(
        /issuer/i,
        /exact|equal|last character|tenant document/,
        /https:\/\/id\.orchard\.example\//,
        /identity provider|operator|token of|request ?id/i,
      ),
    },
    { named: 'issue', secrets: ['packers'] },
  ),
  tokenMistake(
    'unknown issuer',
    'no tenant has the issuer',
    { claims: { iss: 'https://id.orchard.test' } },
    {
      operator: mark(
        /\biss(?:uer)?\b/,
        /https:\/\/id\.orchard\.example|no tenant|tenant document/,
        /https:\/\/id\.orchard\.test/,
        /add|get|did you mean|write/i,
      ),
      response: mark(
        /issuer/i,
        /trust|tenant document/,
        /https:\/\/id\.orchard\.test/,
        /identity provider|operator|token of|request ?id/i,
      ),
    },
    { named: 'issue', secrets: ['packers', 'id.orchard.example'] },
  ),
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
    'several audiences',
    'the token has two audiences, and no authorized party',
    { claims: { aud: ['orchard-app', 'orchard-shop'] } },
    {
      operator: mark(
        /azp|authorized part/i,
        /azp|client_id|authorizedParties/,
        /absent|no |without|missing|orchard-shop/i,
        /authorizedParties|add/,
      ),
      response: mark(
        /grants|access_denied|valid|part/i,
        /authorized party|azp/i,
        /azp none|no azp|without azp|no authorized party/i,
        /operator|request ?id|identity provider/i,
      ),
    },
    { named: '31', secrets: ['packers'] },
  ),
  tokenMistake(
    'delegated token',
    'another party acts for the subject',
    { claims: { act: { sub: 'packing-agent' } } },
    {
      operator: mark(
        /\bact\b/,
        /absent|delegatedTokens|without/i,
        /\bact\b|packing-agent|present/,
        /delegatedTokens|send/i,
      ),
      response: mark(
        /\bact\b|delegat|acts? for/i,
        /without|own token|absent|accept/i,
        /\bact\b|delegat|acts? for/i,
        /send|operator|request ?id/i,
      ),
    },
    { named: '08' },
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
