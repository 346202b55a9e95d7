/** Mistakes in claims: missing ones, wrong types, values that fit no pattern, no rule. */
import { ASK_OPERATOR, mark, withoutValues } from './marked.ts'
import { type RequestMistake, tokenMistake } from './request-mistake.ts'
import { secondsNow } from './sample-token.ts'

const IDENTITY_PROVIDER = /identity provider|issuer|mapper|send|get|claim to|add|let/i
const DOCUMENT = /pattern|document|attribute|identity provider|add|change/i
/** Anyone may know which claim a token needs; the token itself is the caller's. */
const needed = (name: string, found = /missing|absent|no |without|undefined|none/i) => {
  const claim = new RegExp(`\\b${name}\\b`)
  return {
    operator: mark(
      claim,
      /required|must|string|number|needs|time|1 or more|one of/i,
      found,
      IDENTITY_PROVIDER,
    ),
    response: mark(
      claim,
      /required|must|string|number|needs|time|one of/i,
      found,
      IDENTITY_PROVIDER,
    ),
  }
}
const REFUSED = /grants|access_denied|claim/i

export const CLAIM_MISTAKES: readonly RequestMistake[] = [
  tokenMistake(
    'without sub',
    'the token has no subject',
    { claims: { sub: undefined } },
    needed('sub'),
  ),
  tokenMistake(
    'without exp',
    'the token never expires',
    { claims: { exp: undefined } },
    needed('exp'),
  ),
  tokenMistake(
    'without iat',
    'the token does not say when it was issued',
    { claims: { iat: undefined } },
    needed('iat'),
  ),
  tokenMistake(
    'without aud',
    'the token has no audience, as access tokens of Amazon Cognito',
    { claims: { aud: undefined, client_id: 'orchard-app' } },
    {
      operator: mark(
        /\baud\b/,
        /orchard-app|string/,
        /absent|missing|no |without/i,
        /audienceClaim|audienceFallback|client_id/,
      ),
      response: mark(
        /\baud\b|audience/,
        /accept.*audience|audience.*accept|expected.*audience/,
        /aud none|no aud|without aud/,
        /identity provider|operator|ID token|request ?id|send/i,
      ),
    },
    { named: '30' },
  ),
  tokenMistake(
    'time as a text',
    'exp is a text',
    { claims: { exp: String(secondsNow() + 600) } },
    needed('exp', /string|text|"|not a number/),
  ),
  tokenMistake(
    'time in milliseconds',
    'exp is in milliseconds',
    { claims: { exp: (secondsNow() + 600) * 1000 } },
    {
      operator: mark(/\bexp\b/, /seconds/, /millisecond|\d{13}/, IDENTITY_PROVIDER),
      response: mark(/\bexp\b/, /seconds/, /millisecond|\d{13}/, IDENTITY_PROVIDER),
    },
  ),
  tokenMistake(
    'audience of another type',
    'the audience is a number',
    { claims: { aud: 4711 } },
    {
      operator: mark(/\baud\b/, /string/, /number|4711/, IDENTITY_PROVIDER),
      response: mark(/\baud\b/, /string/, /number|4711|not/, IDENTITY_PROVIDER),
    },
  ),
  tokenMistake(
    'list with a number',
    'the list of audiences contains a number',
    { claims: { aud: ['orchard-app', 5] } },
    {
      operator: mark(/\baud\b/, /strings?/, /number/, IDENTITY_PROVIDER),
      response: mark(/\baud\b/, /strings?/, /number|not|only/, IDENTITY_PROVIDER),
    },
    { named: '07' },
  ),
  tokenMistake(
    'subject as a number',
    'the subject is a number',
    { claims: { sub: 4711 } },
    needed('sub', /number|not a string/),
  ),
  tokenMistake(
    'group missing',
    'the caller is in no group that a rule names',
    { claims: { groups: ['pickers'] } },
    {
      operator: mark(
        /rule|growers keep records/,
        /"growers" in claims\.groups/,
        /pickers/,
        /add|change|claim|rule|group/i,
      ),
      response: withoutValues(REFUSED, ASK_OPERATOR),
    },
    { secrets: ['growers keep records', '"growers"'] },
  ),
  tokenMistake(
    'groups missing',
    'the token has no claim with the groups',
    { claims: { groups: undefined } },
    {
      operator: mark(
        /claims\.groups|groups/,
        /"growers" in claims\.groups/,
        /absent|missing|no |has no|undefined/i,
        /scope|mapper|identity provider|add|let/i,
      ),
      response: withoutValues(REFUSED, ASK_OPERATOR),
    },
  ),
  tokenMistake(
    'groups as a text',
    'the groups are one text, and not a list',
    { claims: { groups: 'growers' } },
    {
      operator: mark(
        /claims\.groups|groups/,
        /list/,
        /string|text/,
        /identity provider|claims\.groups ==|mapper|add|let|write/i,
      ),
      response: withoutValues(REFUSED, ASK_OPERATOR),
    },
  ),
  tokenMistake(
    'value that fails its pattern',
    'the team has a space and capitals',
    { claims: { team: 'Red Team' } },
    {
      operator: mark(/\bteam\b/, /\[a-z\]\{1,16\}/, /Red Team/, DOCUMENT),
      response: mark(/\bteam\b|claim/, /pattern|form|characters|used/i, /cannot|not/, ASK_OPERATOR),
    },
    { named: 'issue', secrets: ['Red Team'] },
  ),
  tokenMistake(
    'value with a wildcard',
    'the subject contains an asterisk',
    { claims: { sub: 'al*ce' } },
    {
      operator: mark(/\buser\b|\bsub\b/, /A-Za-z0-9|wildcard/, /al\*ce|\*/, DOCUMENT),
      response: mark(
        /\buser\b|\bsub\b|claim/,
        /pattern|form|characters|used/i,
        /cannot|not/,
        ASK_OPERATOR,
      ),
    },
    { secrets: ['al*ce'] },
  ),
  tokenMistake(
    'value missing',
    'the token has no claim for an attribute',
    { claims: { team: undefined } },
    {
      operator: mark(
        /\bteam\b/,
        /claims\.team|\[a-z\]/,
        /absent|missing|no such|has no|not present/i,
        /identity provider|scope|mapper|add|document|let/i,
      ),
      response: mark(
        /\bteam\b|claim/,
        /team|claim/,
        /absent|missing|no |cannot/i,
        /operator|identity provider|request ?id/i,
      ),
    },
  ),
  tokenMistake(
    'value of another type',
    'the team is a list',
    { claims: { team: ['red'] } },
    {
      operator: mark(
        /\bteam\b/,
        /string|text|\[a-z\]\{1,16\}/,
        /list/,
        /claims\.team\[0\]|identity provider|document|write|let/i,
      ),
      response: mark(
        /\bteam\b|claim/,
        /string|text|used/,
        /list|cannot|not/i,
        /operator|identity provider|request ?id/i,
      ),
    },
  ),
  tokenMistake(
    'member of no tenant',
    'two tenants share an issuer, and the token belongs to neither',
    { claims: { iss: 'https://id.shared.example', aud: 'shared-app', farm: 'east' } },
    {
      operator: mark(
        /member/,
        /claims\.farm == "(?:north|south)"/,
        /east/,
        /member|claim|change|add|get/i,
      ),
      response: withoutValues(REFUSED, ASK_OPERATOR),
    },
    { secrets: ['north', 'south'] },
  ),
  tokenMistake(
    'member of two tenants',
    'two tenants share an issuer, and the token belongs to both',
    { claims: { iss: 'https://id.twice.example', aud: 'twice-app' } },
    {
      operator: mark(
        /tenant/,
        /exactly one|one tenant|\b1\b/,
        /twice-a.*twice-b|two|2/,
        /name|tenant|member/i,
      ),
      response: mark(
        /tenant|access_denied|grants/i,
        /exactly one tenant|one tenant/,
        /names no tenant|no tenant/,
        /name|tenant|operator/i,
      ),
    },
    { secrets: ['tenant twice-a', '"twice-a"', '"twice-b"'] },
  ),
  tokenMistake(
    'contains on a list',
    'a rule calls contains, and the claim is a list',
    { claims: { iss: 'https://id.harvest.example', aud: 'harvest-app' } },
    {
      operator: mark(
        /contains|rule|claims\.groups/,
        /string|text|\bin\b/,
        /list|\["growers"\]/,
        /\bin claims\.groups|write|use/i,
      ),
      response: withoutValues(REFUSED, ASK_OPERATOR),
    },
    { named: 'issue' },
  ),
]
