/** Mistakes in the issuers, keys and origins of tenant documents. */
import { createPublicKey } from 'node:crypto'
import { type DocumentMistake, documentMistake } from './document-mistake.ts'
import { mark } from './marked.ts'
import { ORCHARD, replaceOnce, SAMPLE_KEY } from './orchard.ts'

const ISSUER = 'issuer: https://id.orchard.example\n'
const AUDIENCES = '    audiences: [orchard-app]\n'
const KEYS = ORCHARD.slice(ORCHARD.indexOf('        - kty: EC'), ORCHARD.indexOf('    audiences'))
const ORIGINS = "allowedOrigins: ['https://app.orchard.example']"

const PEM = createPublicKey({ key: SAMPLE_KEY, format: 'jwk' })
  .export({ type: 'spki', format: 'pem' })
  .toString()
  .trim()
const DISCOVERY = {
  issuer: 'https://id.orchard.example',
  jwks_uri: 'https://id.orchard.example/jwks',
  response_types_supported: ['id_token'],
}
/** The modulus of RFC 7517, appendix A.1. */
const MODULUS =
  '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPeb' +
  'WKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368Q' +
  'QMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2' +
  'NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'

const issuer = (name: string) => [ISSUER, `issuer: ${name}\n`] as const
const key = (text: string) => [KEYS, text] as const
const origins = (list: string) => [ORIGINS, `allowedOrigins: ${list}`] as const

const released = (grant: string) => {
  const role = `    role: arn:aws:iam::111122223333:role/orchard-${grant}\n`
  return [role, `${role}    releasedAudience: orchard-released\n`] as const
}

export const ISSUER_MISTAKES: readonly DocumentMistake[] = [
  documentMistake(
    'issuer without a scheme',
    'the issuer is a host name, and keys are discovered',
    [
      `  - ${ISSUER}    verify:\n      kind: jwt\n      keys:\n${KEYS}`,
      '  - issuer: id.orchard.example\n',
    ],
    mark(/issuers\[0\]/, /https:\/\//, /id\.orchard\.example/, /write|add|use/i),
  ),
  documentMistake(
    'address of the discovery document',
    'the issuer is the address of its discovery document',
    issuer('https://id.orchard.example/.well-known/openid-configuration'),
    mark(
      /issuers\[0\]\.issuer|issuer/,
      /https:\/\/id\.orchard\.example(?!\/)/,
      /well-known/,
      /write|remove|did you mean/i,
    ),
  ),
  documentMistake(
    'placeholder in the issuer',
    'the issuer contains a placeholder of a manual',
    issuer('https://login.microsoftonline.com/{tenantid}/v2.0'),
    mark(/issuers\[0\]\.issuer/, /your own|id of your/i, /\{tenantid\}/, /write|replace/i),
    { named: 'issue, 14' },
  ),
  documentMistake(
    'example value of this documentation',
    'the role has the account of a manual',
    [
      'role: arn:aws:iam::111122223333:role/orchard-own',
      'role: arn:aws:iam::ACCOUNT_ID:role/orchard-own',
    ],
    mark(/grants\.own\.role/, /12 digits|111122223333/i, /ACCOUNT_ID/, /write|replace/i),
    { named: 'issue' },
  ),
  documentMistake(
    'shared secret as an algorithm',
    'the algorithm is HS256',
    [AUDIENCES, `${AUDIENCES}    algorithms: [HS256]\n`],
    mark(/algorithms/, /RS256|ES256/, /HS256/, /write|use|one of/i),
  ),
  documentMistake(
    'misspelt algorithm',
    'ES256 is written ES265',
    [AUDIENCES, `${AUDIENCES}    algorithms: [ES265]\n`],
    mark(/algorithms/, /ES256/, /ES265/, /did you mean|write|use|one of/i),
  ),
  documentMistake(
    'algorithm of no key',
    'the keys have a kind that the allowed algorithm does not use',
    [AUDIENCES, `${AUDIENCES}    algorithms: [RS256]\n`],
    mark(/algorithms|keys/, /ES256|P-256|EC/, /RS256/, /write|add|use/i),
  ),
  documentMistake(
    'no audience',
    'the list of audiences is empty',
    ['audiences: [orchard-app]', 'audiences: []'],
    mark(/audiences/, /at least|1 or more|one|aud\b/i, /empty|none|no |\[\]|0/i, /write|add|list/i),
  ),
  documentMistake(
    'missing audiences',
    'an issuer has no audiences',
    [AUDIENCES, ''],
    mark(
      /audiences/,
      /list|array|aud\b/i,
      /missing|required|absent|nothing|undefined/i,
      /write|add/i,
    ),
  ),
  documentMistake(
    'age in words',
    'the maximum age of tokens is written in words',
    [AUDIENCES, `${AUDIENCES}    maxTokenAge: 2 days\n`],
    mark(/maxTokenAge/, /24h|2d|1h|30m/, '2 days', /write/i),
  ),
  documentMistake(
    'tolerance above the limit',
    'the tolerance of clocks is five minutes',
    [AUDIENCES, `${AUDIENCES}    clockTolerance: 5m\n`],
    mark(/clockTolerance/, /60s|60 s|1m/, '5m', /write|at most/i),
  ),
  documentMistake(
    'unknown kind of verification',
    'verify.kind is oidc',
    ['kind: jwt', 'kind: oidc'],
    mark(/verify\.kind|kind/, /\bjwt\b/, /oidc/, /write|one of|did you mean|use/i),
  ),
  documentMistake(
    'kind in capitals',
    'verify.kind is in capitals',
    ['kind: jwt', 'kind: JWT'],
    mark(/verify\.kind|kind/, /\bjwt\b/, /JWT/, /write|one of|did you mean|use/i),
  ),
  documentMistake(
    'pasted PEM',
    'a key is pasted as PEM',
    [`      keys:\n${KEYS}`, `      keys: |\n${indent(PEM, 8)}\n`],
    mark(
      /keys/,
      /JWK|list/,
      /PEM|string|text/,
      /kty.*EC.*crv.*P-256|MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4/,
    ),
    { named: 'issue' },
  ),
  documentMistake(
    'pasted key set',
    'a whole key set is pasted as the list of keys',
    [`      keys:\n${KEYS}`, `      keys: ${JSON.stringify({ keys: [SAMPLE_KEY] })}\n`],
    mark(/keys/, /list/, /object|key set|JWKS/i, /kty.*EC|write|only the list/i),
    { named: 'issue' },
  ),
  documentMistake(
    'pasted discovery document',
    'the discovery document of the issuer is pasted as verify',
    [
      `    verify:\n      kind: jwt\n      keys:\n${KEYS}`,
      `    verify: ${JSON.stringify(DISCOVERY)}\n`,
    ],
    mark(/verify/, /kind|audiences/, /discovery|jwks_uri|issuer/i, /jwksUri|kind: jwt|write/i),
    { named: 'issue', isOneFinding: false },
  ),
  documentMistake(
    'private key',
    'a key contains its private part',
    [
      `          y: ${SAMPLE_KEY.y}\n`,
      `          y: ${SAMPLE_KEY.y}\n          d: secret-part-canary\n`,
    ],
    mark(/\bd\b|private/i, /public/i, /private/i, /remove|replace|write only/i),
  ),
  documentMistake(
    'shared secret as a key',
    'a key is symmetric',
    key('        - { kty: oct, k: c2hhcmVk }\n'),
    mark(/kty|keys\[0\]/, /RSA|EC|public key/, /oct/, /write|use|one of/i),
    { isOneFinding: false },
  ),
  documentMistake(
    'incomplete key',
    'a key of an elliptic curve has no y',
    [`          y: ${SAMPLE_KEY.y}\n`, ''],
    mark(/keys\[0\]/, /\by\b/, /missing|required|without|absent|needs/i, /write|add|copy/i),
  ),
  documentMistake(
    'RSA key with exponent one',
    'the exponent of a key is 1',
    key(`        - { kty: RSA, kid: key-1, e: AQ, n: ${MODULUS} }\n`),
    mark(
      /keys\[0\]/,
      /odd|65537|at least 3|greater|AQAB/i,
      /\b1\b|exponent|AQ/,
      /write|use|replace|copy/i,
    ),
    { named: '18' },
  ),
  documentMistake(
    'keys twice',
    'keys and jwksUri are both there',
    ['      kind: jwt\n', '      kind: jwt\n      jwksUri: https://id.orchard.example/jwks\n'],
    mark(/jwksUri|keys/, /one|either/i, /both|keys.*jwksUri|jwksUri.*keys/, /remove|write|keep/i),
  ),
  documentMistake(
    'keys by http',
    'jwksUri is an http URL',
    [`      keys:\n${KEYS}`, '      jwksUri: http://id.orchard.example/jwks\n'],
    mark(/jwksUri/, /https/, /http:\/\//, /write|use/i),
  ),
  documentMistake(
    'issuer of two tenants',
    'a second tenant accepts the same issuer and audience',
    ['tenant: orchard\n', 'tenant: orchard\n'],
    mark(/issuer|audience/, /member|own|one tenant/, /packers|orchard/, /add|write|member/i),
    {
      named: '17',
      second: replaceOnce(ORCHARD, 'tenant: orchard\n', 'tenant: packers\n'),
      isOneFinding: false,
    },
  ),
  documentMistake(
    'subjects of two issuers',
    'two issuers may have the same subject, and it names a folder',
    [
      AUDIENCES,
      `${AUDIENCES}  - issuer: https://id.packers.example\n    audiences: [orchard-app]\n`,
    ],
    mark(
      /attributes\.user|user/,
      /issuer/,
      /two issuers|several issuers|both|mixed|id\.packers/i,
      /add|write|acrossIssuers|issuer:/i,
    ),
    { named: '05', isOneFinding: false },
  ),
  documentMistake(
    'audience released by two grants',
    'two grants release tokens for one audience',
    released('own'),
    mark(
      /releasedAudience/,
      /own|other|one grant|unique/i,
      /orchard-released|audit/,
      /write|another|other/i,
    ),
    {
      named: '09',
      changes: ['own', 'audit'].map((grant) => released(grant)),
      isOneFinding: false,
    },
  ),
  documentMistake(
    'origin with a wildcard',
    'an origin has a wildcard',
    origins("['https://*.orchard.example']"),
    mark(/allowedOrigins\[0\]/, /each origin|exact/i, /https:\/\/\*\.orchard/, /write|list/i),
    { named: '14' },
  ),
  documentMistake(
    'origin with a path',
    'an origin ends with a slash',
    origins("['https://app.orchard.example/']"),
    mark(
      /allowedOrigins\[0\]/,
      /https:\/\/app\.(?:orchard|acme)\.example(?!\/)|without/i,
      /\/|path/,
      /write|remove/i,
    ),
  ),
  documentMistake(
    'party as a text',
    'authorizedParties is a text',
    [AUDIENCES, `${AUDIENCES}    authorizedParties: orchard-web\n`],
    mark(/authorizedParties/, /list|any/, /orchard-web|string|text|invalid/i, /write/i),
  ),
]

function indent(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(columns) + line)
    .join('\n')
}
