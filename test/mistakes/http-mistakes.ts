/** Mistakes in the HTTP of requests to the native endpoint: addresses, headers, bodies, proofs. */
import { mark, openly } from './marked.ts'
import { nativeFields, type RequestMistake, requestMistake } from './request-mistake.ts'
import { sampleToken } from './sample-token.ts'

const boundToken = () =>
  sampleToken({
    claims: {
      ...{ iss: 'https://id.bound.example', aud: 'bound-app' },
      cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
    },
  })
export const HTTP_MISTAKES: readonly RequestMistake[] = [
  requestMistake(
    'content type',
    'the body is sent as text/plain',
    (token) => ({
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' },
      body: '{}',
    }),
    openly(/content-type/i, /application\/json/, /text\/plain/, /send|use|set|must/i),
    { named: 'issue' },
  ),
  requestMistake(
    'form in place of JSON',
    'the body is sent as a form',
    (token) => ({
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant=own',
    }),
    openly(/content-type/i, /application\/json/, /x-www-form-urlencoded/, /send|use|set|must/i),
  ),
  requestMistake(
    'unknown field',
    'a field is misspelt',
    nativeFields({ durationSecond: 900 }),
    openly(/field/, /durationSeconds/, /durationSecond\b/, /did you mean|remove|known|write/i),
    { named: 'issue' },
  ),
  requestMistake(
    'body that is not JSON',
    'the body is cut',
    (token) => ({
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"grant":"own"',
    }),
    openly(
      /JSON/,
      /JSON|\}|object/,
      /end|position|line|not|ends/i,
      /send|check|close|write|correct/i,
    ),
  ),
  requestMistake(
    'two tokens',
    'a token is in the header, and another one in the body',
    (token) => ({
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    }),
    openly(/token/, /header or in the body|one of/, /both/, /send|remove/i),
  ),
  requestMistake(
    'no token',
    'the request has no token',
    () => ({}),
    openly(/token/i, /Authorization: Bearer/, /no |missing|without|neither|absent/i, /send/i),
  ),
  requestMistake(
    'basic authentication',
    'the header has another scheme',
    (token) => ({ headers: { authorization: `Basic ${token}` } }),
    openly(/Authorization/, /Bearer/, /Basic|scheme/, /write|send|use/i),
  ),
  requestMistake(
    'method',
    'GET in place of POST',
    (token) => ({ method: 'GET', headers: { authorization: `Bearer ${token}` } }),
    openly(/method/, /POST/, /GET/, /send|use|accepts/i),
    { named: 'issue' },
  ),
  requestMistake(
    'path',
    'a path is in the singular',
    (token) => ({ path: '/v1/credential', headers: { authorization: `Bearer ${token}` } }),
    openly(
      /route|path/i,
      /\/v1\/credentials/,
      /\/v1\/credential\b/,
      /did you mean|send|use|routes/i,
    ),
    { named: 'issue' },
  ),
  requestMistake(
    'slash at the end of the path',
    'a path has a slash at its end',
    (token) => ({ path: '/v1/credentials/', headers: { authorization: `Bearer ${token}` } }),
    openly(
      /route|path/i,
      /\/v1\/credentials(?!\/)/,
      /\/v1\/credentials\//,
      /did you mean|send|use|remove|routes/i,
    ),
  ),
  originMistake(),
  requestMistake(
    'proof missing',
    'the token is bound to a key, and the request has no proof of it',
    nativeFields({}),
    openly(/proof|DPoP/, /DPoP|proof/, /no |missing|without|absent|Bearer/i, /send|dpop-key|add/i),
    { named: 'issue', token: boundToken },
  ),
  requestMistake(
    'proof of another request',
    'the proof is a token, and not a proof',
    (token) => ({ headers: { authorization: `DPoP ${token}`, dpop: token } }),
    openly(/proof|DPoP/, /dpop\+jwt/, /JWT|typ/, /send|make|set|create|with|must be/i),
    { named: 'issue', token: boundToken },
  ),
  requestMistake(
    'bearer token as DPoP',
    'a token that is bound to no key is sent with the scheme DPoP',
    (token) => ({ headers: { authorization: `DPoP ${token}` } }),
    openly(/DPoP|bound|cnf/, /Bearer|cnf/, /not bound|no cnf|without|DPoP/i, /send|use|Bearer/i),
    { named: 'issue' },
  ),
]

function originMistake(): RequestMistake {
  const marks = mark(
    /origin/i,
    /allowedOrigins|app\.orchard\.example/,
    /https:\/\/other\.orchard\.example/,
    /allowedOrigins|add/,
  )
  return {
    id: 'request origin',
    what: 'a page of an origin that no document allows sends the request',
    named: 'issue',
    token: () => sampleToken(),
    request: () => ({
      method: 'OPTIONS',
      headers: {
        origin: 'https://other.orchard.example',
        'access-control-request-method': 'POST',
      },
    }),
    explain: ['--origin', 'https://other.orchard.example'],
    marks: { explain: marks, record: marks },
    elsewhere: { response: 'a browser shows no response of another origin to a page' },
  }
}
