/** Mistakes in the times of tokens: they have expired, are not valid yet, or are too old. */
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
]
