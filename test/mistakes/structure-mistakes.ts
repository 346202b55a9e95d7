/** Mistakes in the form of tenant documents: YAML, fields, their places and their types. */
import { type DocumentMistake, documentMistake } from './document-mistake.ts'
import { mark } from './marked.ts'
import { ORCHARD, replaceOnce } from './orchard.ts'

const OWN_ROLE = '    role: arn:aws:iam::111122223333:role/orchard-own\n'
const READ_HOME = '        Resource: arn:aws:s3:::orchard-home/{{user}}/*\n'
const KEYS = /verify:\n {6}kind: jwt\n {6}keys:\n([\s\S]*?)(?= {4}audiences)/

export const STRUCTURE_MISTAKES: readonly DocumentMistake[] = [
  documentMistake(
    'field in the wrong place',
    'duration is inside a statement',
    [READ_HOME, `${READ_HOME}        duration: 30m\n`],
    mark(
      'duration',
      /grants?\.own\b(?!\.policy)|belongs? (?:to|under|in) (?:a |the )?grant/,
      /policy\[0\]/,
      /(?:move|belongs).*grant/i,
    ),
    { named: 'issue, 51' },
  ),
  documentMistake(
    'keys beside verify',
    'keys are beside verify, and not below it',
    [ORCHARD.match(KEYS)?.[0] ?? '', `verify: { kind: jwt }\n    keys:\n${keyLines('      ')}`],
    mark(/\bkeys\b/, /issuers\[0\]\.verify|below verify/, /issuers\[0\]\.?/, /move|belongs/i),
    { named: 'issue' },
  ),
  documentMistake(
    'grant field at the top',
    'sessionName is beside grants',
    ['grants:\n', "sessionName: '{{user}}'\ngrants:\n"],
    mark('sessionName', /grants\.|grant/, /sessionName/, /(?:move|belongs).*grant/i),
  ),
  documentMistake(
    'missing closing quote',
    'the quote after a pattern is missing',
    ["pattern: '[a-z]{1,16}' }", "pattern: '[a-z]{1,16} }"],
    mark(
      /quote/i,
      /closing|end|close/i,
      /:\d+:\d+|line \d+/,
      /(?:add|write|close|end).*quote|quote.*'/i,
    ),
    { named: 'issue' },
  ),
  documentMistake(
    'value that needs quotes',
    'a claim with a URL as its name is written without quotes',
    ['{ from: claims.sub }', '{ from: claims["https://orchard.example/user"] }'],
    mark(
      /quot|flow|\[/i,
      `'claims["https://orchard.example/user"]'`,
      /:\d+:\d+|line \d+/,
      /(?:write|put|add).*quotes/i,
    ),
    { named: '52' },
  ),
  documentMistake(
    'condition without quotes',
    'a condition that begins with a quote is not quoted as a whole',
    [`when: '"growers" in claims.groups'`, 'when: "growers" in claims.groups'],
    mark(
      /quot|unexpected/i,
      `'"growers" in claims.groups'`,
      /:\d+:\d+|line \d+/,
      /(?:write|put|add).*quotes/i,
    ),
  ),
  documentMistake(
    'wrong indent',
    'a field is indented deeper than those beside it',
    ['    duration: 30m\n', '      duration: 30m\n'],
    mark(
      /indent|column/i,
      /column 5|4 spaces|like|same|align/i,
      /column 7|6 spaces|deeper|line 29|:29:/i,
      /indent|align/i,
    ),
    { named: 'issue' },
  ),
  documentMistake(
    'tab',
    'a line is indented with a tab',
    ['    duration: 30m\n', '\tduration: 30m\n'],
    mark(/\btabs?\b/i, /spaces/i, /:\d+:\d+|line \d+/, /(?:use|write|replace|indent).*spaces/i),
  ),
  documentMistake(
    'missing colon',
    'there is no colon after a field',
    ['tenant: orchard\n', 'tenant orchard\n'],
    mark(
      /colon|tenant/i,
      /tenant: orchard|colon|key: value/i,
      /tenant orchard|line 1|:1:/,
      /write|add/i,
    ),
  ),
  documentMistake(
    'misspelt field',
    'audiences is written audience',
    ['    audiences: [orchard-app]', '    audience: [orchard-app]'],
    mark(/\baudience\b/, /\baudiences\b/, /\baudience\b/, /did you mean|write|rename/i),
    { named: 'issue' },
  ),
  documentMistake(
    'misspelt top-level field',
    'attributes is written atributes',
    ['attributes:\n', 'atributes:\n'],
    mark('atributes', /\battributes\b/, 'atributes', /did you mean|write|rename/i),
  ),
  documentMistake(
    'misspelt field of a statement',
    'Resource is written Ressource',
    [
      '        Resource: arn:aws:s3:::orchard-home\n',
      '        Ressource: arn:aws:s3:::orchard-home\n',
    ],
    mark('Ressource', /\bResource\b/, 'Ressource', /did you mean|write|rename/i),
  ),
  documentMistake(
    'field of another product',
    'a maximum duration is named as IAM names it',
    ['    maxDuration: 30m\n', '    maxSessionDuration: 30m\n'],
    mark('maxSessionDuration', 'maxDuration', 'maxSessionDuration', /did you mean|write|rename/i),
  ),
  documentMistake(
    'duplicate field',
    'a grant has its role twice',
    [OWN_ROLE, `${OWN_ROLE}${OWN_ROLE}`],
    mark(
      /duplicate|twice|unique/i,
      /once|unique|one/i,
      /\brole\b|:\d+:\d+/,
      /remove|delete|keep|each key once/i,
    ),
  ),
  documentMistake(
    'text for a list',
    'audiences is a text',
    ['audiences: [orchard-app]', 'audiences: orchard-app'],
    mark('audiences', /list|array/i, /string|text|orchard-app/i, /\[orchard-app\]|write.*list/i),
  ),
  documentMistake(
    'list for a map',
    'grants is a list',
    ['  audit:\n    role', '  - name: audit\n    role'],
    mark(
      /grants|map|mapping|list|audit/i,
      /map|name|audit:|key/i,
      /list|line \d+|:\d+:\d+|- /i,
      /write|remove|use/i,
    ),
  ),
  documentMistake(
    'duration without a unit',
    'a duration is a number',
    ['    duration: 30m\n', '    duration: 30\n'],
    mark('duration', /unit|30m|15m|1h|minutes/, /\b30\b|number/i, /write/i),
  ),
  documentMistake(
    'duration in words',
    'a duration is written in words',
    ['    duration: 30m\n', '    duration: 30 minutes\n'],
    mark('duration', /30m|15m|1h/, '30 minutes', /write/i),
  ),
  documentMistake(
    'duration too long',
    'a session is longer than 12 hours',
    ['    maxDuration: 30m\n', '    maxDuration: 13h\n'],
    mark('maxDuration', /12 ?h/, '13h', /write|at most/i),
  ),
  documentMistake(
    'duration above the maximum',
    'the default duration is above maxDuration',
    ['    maxDuration: 30m\n', '    maxDuration: 20m\n'],
    mark(/duration/i, /maxDuration|20m/, /30m/, /raise|lower|write|increase|at (?:most|least)/i),
  ),
  documentMistake(
    'tenant with capitals',
    'the id of the tenant has capitals and a space',
    ['tenant: orchard\n', 'tenant: Orchard Ltd\n'],
    mark(/\btenant\b/, /lower-?case/i, 'Orchard Ltd', /write|use/i),
  ),
  documentMistake(
    'text for a boolean',
    'createRole is a text',
    [OWN_ROLE, `${OWN_ROLE}    createRole: 'yes'\n`],
    mark('createRole', /true|boolean/i, /yes|string|text/i, /write|true or false/i),
  ),
  documentMistake(
    'account without quotes',
    'an account with a leading zero is written without quotes',
    [
      "            s3:prefix: '{{user}}/*'\n",
      "            s3:prefix: '{{user}}/*'\n" +
        '          StringEquals:\n            aws:ResourceAccount: 012345678901\n',
    ],
    mark('aws:ResourceAccount', `'012345678901'`, /12345678901\b/, /quote/i),
    { named: '11' },
  ),
  documentMistake(
    'unknown grant',
    'a rule names a grant that does not exist',
    ['    grant: own\n', '    grant: onw\n'],
    mark(/\bonw\b/, /\bown\b/, /\bonw\b/, /did you mean|write|name/i),
  ),
  documentMistake(
    'two documents in one file',
    'a file contains two documents',
    ['allowedOrigins:', '---\nallowedOrigins:'],
    mark(/document/i, /one/i, /two|2|second|several|---/i, /file|separate|split|remove/i),
  ),
  {
    id: 'document empty file',
    what: 'the file is empty',
    changes: [],
    text: '',
    marks: {
      validate: mark(
        /empty|object|mapping|map|document/i,
        /tenant|fields/,
        /empty|null|nothing/i,
        /write|add|init/i,
      ),
    },
  },
  {
    id: 'document JSON without a comma',
    what: 'a document in JSON has a comma too few',
    changes: [],
    file: 'orchard.json',
    text: '{\n  "tenant": "orchard"\n  "issuers": []\n}\n',
    marks: {
      validate: mark(/comma/i, /,|comma/i, /:[23]:|line [23]/, /write|add|insert/i),
    },
  },
  {
    id: 'document two files of one tenant',
    what: 'two files are of one tenant',
    changes: [],
    second: replaceOnce(ORCHARD, 'https://id.orchard.example', 'https://id2.orchard.example'),
    marks: {
      validate: mark(
        /tenant orchard|"?orchard"?/,
        /\bown\b|unique|once/i,
        /orchard\.yaml|second\.yaml/,
        /rename|remove|write|its own id/i,
      ),
    },
  },
]

/** The sample key, as the lines of a list item at this indent. */
function keyLines(indent: string): string {
  const lines = (ORCHARD.match(KEYS)?.[1] ?? '').split('\n').filter((line) => line !== '')
  return lines.map((line) => `${indent}${line.slice(8)}\n`).join('')
}
