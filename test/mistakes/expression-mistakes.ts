/** Mistakes in the conditions, attributes and patterns of tenant documents. */
import { type DocumentMistake, documentMistake } from './document-mistake.ts'
import { mark } from './marked.ts'

const WHEN = `when: '"growers" in claims.groups'`
const USER = '  user: { from: claims.sub }'
const PATTERN = "pattern: '[a-z]{1,16}'"
const RESOURCE = 'Resource: arn:aws:s3:::orchard-home/{{user}}/*'

/** @param expression CEL without single quotes, in place of the first rule's condition */
const condition = (expression: string) => [WHEN, `when: '${expression}'`] as const

export const EXPRESSION_MISTAKES: readonly DocumentMistake[] = [
  documentMistake(
    'and',
    'a condition joins with the word and',
    condition('claims.email_verified and claims.team == "red"'),
    mark(/rules\[0\]\.when/, '&&', /\band\b/, /write|use|did you mean/i),
    { named: 'issue' },
  ),
  documentMistake(
    'or',
    'a condition joins with the word or',
    condition('claims.team == "blue" or claims.team == "red"'),
    mark(/rules\[0\]\.when/, '||', /\bor\b/, /write|use|did you mean/i),
    { named: 'issue' },
  ),
  documentMistake(
    'not',
    'a condition negates with the word not',
    condition('not claims.blocked'),
    mark(/rules\[0\]\.when/, '!', /\bnot\b/, /write|use|did you mean/i),
  ),
  documentMistake(
    'single equals sign',
    'a condition compares with one equals sign',
    condition('claims.team = "red"'),
    mark(
      /rules\[0\]\.when/,
      '==',
      / =(?!=)|"="|'='/,
      /write|use|did you mean|help: .*claims\.team == "red"/i,
    ),
    { named: 'issue' },
  ),
  documentMistake(
    'single ampersand',
    'a condition joins with one ampersand',
    condition('claims.email_verified & claims.auditor'),
    mark(/rules\[0\]\.when/, '&&', /&(?!&)/, /write|use|did you mean/i),
  ),
  documentMistake(
    'three equals signs',
    'a condition compares as JavaScript does',
    condition('claims.team === "red"'),
    mark(/rules\[0\]\.when/, /==(?!=)/, '===', /write|use|did you mean/i),
  ),
  documentMistake(
    'text without quotes',
    'a value in a condition is not quoted',
    condition('claims.team == red'),
    mark(/rules\[0\]\.when/, /"red"|'red'|claims, issuer/, /\bred\b/, /write|quote|did you mean/i),
  ),
  documentMistake(
    'list compared with text',
    'a list is compared with a text',
    condition('["red", "blue"] == "red"'),
    mark(/rules\[0\]\.when/, /\bin\b|same type/, /list/i, /write|use|compare/i),
    { named: 'issue' },
  ),
  documentMistake(
    'groups compared with text',
    'the claim groups is compared with a text, as if it was no list',
    condition('claims.groups == "growers"'),
    mark(/rules\[0\]\.when/, /"growers" in claims\.groups/, /list/i, /write|use|compare/i),
    { named: 'issue' },
  ),
  documentMistake(
    'number compared with text',
    'the size of a list is compared with a text',
    condition('size(claims.groups) == "2"'),
    mark(
      /rules\[0\]\.when/,
      /same type|number|int/i,
      /string|text|"2"/i,
      /write|use|compare|quotes|int\(|string\(/i,
    ),
    { named: 'issue' },
  ),
  documentMistake(
    'in the wrong way round',
    'the list is before in, and the value after it',
    condition('claims.groups in "growers"'),
    mark(
      /rules\[0\]\.when/,
      /"growers" in claims\.groups|list|right/i,
      /string|text|claims\.groups in/i,
      /write|swap|use|did you mean|help: .*"growers" in claims\.groups/i,
    ),
    { named: 'issue' },
  ),
  documentMistake(
    'contains on a list',
    'contains is called on a list',
    condition('["red", "blue"].contains(claims.team)'),
    mark(/rules\[0\]\.when/, /\bin\b/, /contains/, /write|use|did you mean/i),
    { named: 'issue' },
  ),
  documentMistake(
    'contains on groups',
    'contains is called on the claim groups, which another condition uses as a list',
    condition('claims.groups.contains("growers") || "admins" in claims.groups'),
    mark(/rules\[0\]\.when/, /"growers" in claims\.groups/, /contains/, /write|use|did you mean/i),
    { named: 'issue' },
  ),
  documentMistake(
    'misspelt root',
    'a condition begins with claim, and not with claims',
    condition('"growers" in claim.groups'),
    mark(/rules\[0\]\.when/, /\bclaims\b/, /\bclaim\b/, /did you mean|write|use/i),
  ),
  documentMistake(
    'misspelt function',
    'a function is misspelt',
    condition('claims.email.endWith("@orchard.example")'),
    mark(
      /rules\[0\]\.when/,
      'endsWith',
      'endWith',
      /did you mean|write|use|help: .*claims\.email\.endsWith/i,
    ),
  ),
  documentMistake(
    'regular expression',
    'a condition uses matches, which is not available',
    condition('claims.email.matches(".*@orchard.example")'),
    mark(
      /rules\[0\]\.when/,
      /endsWith|startsWith|contains|available|not supported/i,
      /matches/,
      /write|use/i,
    ),
  ),
  documentMistake(
    'unknown member of request',
    'a condition reads a member that requests do not have',
    condition('request.address == "203.0.113.7"'),
    mark(/rules\[0\]\.when/, /request\.ip|\bip\b/, /address/, /did you mean|write|use/i),
  ),
  documentMistake(
    'unbalanced parenthesis',
    'a parenthesis is not closed',
    condition('("growers" in claims.groups'),
    mark(/rules\[0\]\.when/, /\)|parenthes/i, /end|\(|missing/i, /write|add|close/i),
  ),
  documentMistake(
    'condition that is no condition',
    'a condition is a text',
    condition('"growers"'),
    mark(/rules\[0\]\.when/, /true or false|bool/i, /string|text/i, /write|compare/i),
  ),
  documentMistake(
    'condition as a YAML boolean',
    'a condition is true without quotes',
    [WHEN, 'when: true'],
    mark(/when/, /string|text|expression/i, /boolean|true/i, /omit|remove|quote|write/i),
  ),
  documentMistake(
    'claim without its root',
    'an attribute names a claim without claims',
    [USER, '  user: { from: sub }'],
    mark(/attributes\.user\.from/, /claims\.sub|claims/, /\bsub\b/, /write|did you mean|use/i),
  ),
  documentMistake(
    'broken pattern',
    'a character class is not closed',
    [PATTERN, "pattern: '[a-z'"],
    mark(/attributes\.team\.pattern/, /\]|class/i, /\[a-z/, /write|close|add/i),
  ),
  documentMistake(
    'misspelt slot',
    'a slot names an attribute that does not exist',
    [RESOURCE, 'Resource: arn:aws:s3:::orchard-home/{{usr}}/*'],
    mark(/policy\[0\]\.Resource/, /\buser\b/, /\busr\b/, /did you mean|write|declare/i),
  ),
  documentMistake(
    'slot with one brace',
    'a slot has one pair of braces',
    [RESOURCE, 'Resource: arn:aws:s3:::orchard-home/{user}/*'],
    mark(/policy\[0\]/, /\{\{user\}\}/, /\{user\}/, /write|did you mean/i),
  ),
  documentMistake(
    'slot with a dollar sign',
    'a slot is written as a policy variable',
    [RESOURCE, 'Resource: "arn:aws:s3:::orchard-home/${user}/*"'],
    mark(/policy\[0\]/, /\{\{user\}\}/, /\$\{user\}/, /write|did you mean/i),
  ),
  documentMistake(
    'slot with a claim',
    'a slot names a claim, and not an attribute',
    [RESOURCE, "Resource: 'arn:aws:s3:::orchard-home/{{claims.sub}}/*'"],
    mark(/policy\[0\]\.Resource/, /attribute/, /claims\.sub/, /write|declare|did you mean/i),
  ),
  documentMistake(
    'slot that is not closed',
    'a slot has one brace at its end',
    [RESOURCE, "Resource: 'arn:aws:s3:::orchard-home/{{user}/*'"],
    mark(/policy\[0\]\.Resource/, /\}\}/, /\{\{user\}?/, /write|close|end/i),
  ),
  documentMistake(
    'slot in an action',
    'a slot is in an action',
    ['Action: s3:ListBucket', "Action: 's3:{{user}}'"],
    mark(
      /policy\[1\]\.Action/,
      /Resource|condition value/i,
      /\{\{user\}\}|slot/,
      /write|use|move|remove/i,
    ),
  ),
  documentMistake(
    'unreachable rule',
    'a rule is behind one that always applies',
    [WHEN, 'when: "true"'],
    mark(
      /rules\[1\]|auditors read/,
      /never|reach|only for/i,
      /rules\[0\]|growers keep records/,
      /move|remove|put|write|order/i,
    ),
    { named: 'issue' },
  ),
]
