/** Mistakes in the session policies of tenant documents. */
import { type DocumentMistake, documentMistake } from './document-mistake.ts'
import { mark } from './marked.ts'
import { ORCHARD } from './orchard.ts'

const RESOURCE = 'Resource: arn:aws:s3:::orchard-home/{{user}}/*'
const READ_HOME = '      - Sid: ReadHome\n        Effect: Allow\n        Action: s3:GetObject\n'
/** The whole policy of the grant `own`, without its name. */
const OWN_POLICY = ORCHARD.slice(
  ORCHARD.indexOf('      - Sid: ReadHome'),
  ORCHARD.indexOf('  audit:\n    role'),
)
const PASTED = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'ReadHome',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::orchard-home/{{user}}/*',
    },
  ],
}

const resource = (text: string) => [RESOURCE, `Resource: '${text}'`] as const

export const POLICY_MISTAKES: readonly DocumentMistake[] = [
  documentMistake(
    'condition key',
    'a condition key is misspelt',
    ["            s3:prefix: '{{user}}/*'", "            s3:prefx: '{{user}}/*'"],
    mark(/s3:prefx/, /s3:prefix/, /s3:prefx/, /did you mean|write/i),
    { named: 'issue', isOneFinding: false },
  ),
  documentMistake(
    'condition key of another service',
    'LeadingKeys is written without its s',
    [
      `${READ_HOME}        ${RESOURCE}\n`,
      '      - Sid: Read\n        Effect: Allow\n        Action: dynamodb:Query\n' +
        '        Resource: arn:aws:dynamodb:eu-west-1:111122223333:table/orchard\n' +
        '        Condition:\n          ForAllValues:StringEquals:\n' +
        "            dynamodb:LeadingKey: ['{{user}}']\n",
    ],
    mark(
      /dynamodb:LeadingKey\b/,
      'dynamodb:LeadingKeys',
      /dynamodb:LeadingKey\b/,
      /did you mean|write/i,
    ),
    { named: '10', isOneFinding: false },
  ),
  documentMistake(
    'condition key without a service',
    'a condition key has no service',
    ["            s3:prefix: '{{user}}/*'", "            prefix: '{{user}}/*'"],
    mark(/\bprefix\b/, /s3:prefix/, /\bprefix\b/, /did you mean|write/i),
    { isOneFinding: false },
  ),
  documentMistake(
    'condition operator',
    'StringLike is written StringsLike',
    ['          StringLike:\n', '          StringsLike:\n'],
    mark('StringsLike', /\bStringLike\b/, 'StringsLike', /did you mean|write/i),
    { named: 'issue, 12', isOneFinding: false },
  ),
  documentMistake(
    'condition operator in lower case',
    'StringLike is written in lower case',
    ['          StringLike:\n', '          stringlike:\n'],
    mark('stringlike', /\bStringLike\b/, 'stringlike', /did you mean|write/i),
    { isOneFinding: false },
  ),
  documentMistake(
    'wildcard with StringEquals',
    'a pattern is compared with StringEquals',
    ['          StringLike:\n', '          StringEquals:\n'],
    mark(/StringEquals/, /StringLike/, /\*|wildcard/i, /write|use|did you mean/i),
  ),
  documentMistake(
    'misspelt action',
    'an action is in the plural',
    ['Action: s3:ListBucket', 'Action: s3:ListBuckets'],
    mark(
      /\bListBuckets\b/,
      /s3:ListBucket\b|s3:ListAllMyBuckets/,
      /\bListBuckets\b/,
      /did you mean|write/i,
    ),
    { isOneFinding: false },
  ),
  documentMistake(
    'action without a service',
    'an action has no service',
    ['Action: s3:ListBucket', 'Action: ListBucket'],
    mark(/Action/, /s3:ListBucket|service:/i, /\bListBucket\b/, /did you mean|write/i),
    { isOneFinding: false },
  ),
  documentMistake(
    'action with a point',
    'service and action are separated by a point',
    ['Action: s3:ListBucket', 'Action: s3.ListBucket'],
    mark(/Action/, /s3:ListBucket|service:/i, /s3\.ListBucket/, /did you mean|write/i),
    { isOneFinding: false },
  ),
  documentMistake(
    'short ARN',
    'the ARN of a resource has too few parts',
    resource('arn:aws:s3:*'),
    mark(
      /policy\[0\]\.Resource|policy\[0\]/,
      /arn:aws:s3:::/,
      'arn:aws:s3:*',
      /write|did you mean/i,
    ),
    { named: '13' },
  ),
  documentMistake(
    'ARN with a colon too few',
    'the ARN of a bucket has a colon too few',
    resource('arn:aws:s3::orchard-home/{{user}}/*'),
    mark(
      /policy\[0\]\.Resource/,
      /arn:aws:s3:::/,
      'arn:aws:s3::orchard-home',
      /write|use|did you mean/i,
    ),
    { named: 'issue', isOneFinding: false },
  ),
  documentMistake(
    'resource without an ARN',
    'a resource is a path in a bucket',
    resource('orchard-home/{{user}}/*'),
    mark(/policy\[0\]\.Resource/, /arn:aws/, 'orchard-home/{{user}}/*', /write|use|did you mean/i),
    { isOneFinding: false },
  ),
  documentMistake(
    'objects for an action on buckets',
    'ListBucket is allowed on objects, and not on the bucket',
    [
      '        Resource: arn:aws:s3:::orchard-home\n',
      '        Resource: arn:aws:s3:::orchard-home/*\n',
    ],
    mark(/s3:ListBucket/, /bucket/, /orchard-home\/\*|object/, /write|use/i),
    { isOneFinding: false },
  ),
  documentMistake(
    'wildcard before a slot',
    'a wildcard before a slot lets callers reach one another',
    resource('arn:aws:s3:::orchard-home/*/{{user}}/*'),
    mark(
      /policy\[0\]/,
      /orchard-home\/\S*\{\{user\}\}|both|one caller/i,
      /\*|can both reach/,
      /write|remove|use/i,
    ),
    { named: '01' },
  ),
  documentMistake(
    'lower-case effect',
    'an effect is in lower case',
    [
      '      - Sid: ListHome\n        Effect: Allow',
      '      - Sid: ListHome\n        Effect: allow',
    ],
    mark(/Effect/, /\bAllow\b/, /\ballow\b/, /write|did you mean/i),
  ),
  documentMistake(
    'missing effect',
    'a statement has no effect',
    ['      - Sid: ListHome\n        Effect: Allow\n', '      - Sid: ListHome\n'],
    mark(/Effect/, /Allow|Deny/, /missing|required|absent|nothing/i, /write|add/i),
  ),
  documentMistake(
    'missing resource',
    'a statement has no resource',
    ['        Resource: arn:aws:s3:::orchard-home\n', ''],
    mark(/Resource/, /Resource/, /missing|required|neither|absent|nothing|without/i, /write|add/i),
  ),
  documentMistake(
    'principal',
    'a statement has a principal, as policies of buckets have',
    [READ_HOME, `${READ_HOME}        Principal: '*'\n`],
    mark(/Principal/, /session polic|without|role/i, /Principal/, /remove|omit/i),
  ),
  documentMistake(
    'allow with NotAction',
    'a statement allows everything but an action',
    ['Action: s3:ListBucket', 'NotAction: s3:DeleteObject'],
    mark(/NotAction/, /Action\b|Deny/, /NotAction/, /write|use|list/i),
    { isOneFinding: false },
  ),
  documentMistake(
    'pasted policy document',
    'a whole policy document is pasted as the policy',
    [OWN_POLICY, `      ${JSON.stringify(PASTED)}\n`],
    mark(
      /policy/,
      /list|statements/i,
      /object|Statement|document/,
      /- Sid: ReadHome|\[\{|Sid.*ReadHome|only.*Statement|write.*Statement/,
    ),
    { named: 'issue' },
  ),
  documentMistake(
    'policy as a text',
    'a policy document is pasted as a text',
    [OWN_POLICY, `      '${JSON.stringify(PASTED)}'\n`],
    mark(
      /policy/,
      /list|statements/i,
      /string|text/,
      /- Sid: ReadHome|\[\{|Sid.*ReadHome|remove.*quotes|write.*Statement/,
    ),
  ),
  documentMistake(
    'topic filter',
    'a value of a topic filter may be a wildcard of MQTT',
    [
      `${READ_HOME}        ${RESOURCE}\n`,
      '      - Sid: Listen\n        Effect: Allow\n        Action: iot:Subscribe\n' +
        "        Resource: 'arn:aws:iot:eu-west-1:111122223333:topicfilter/fields/{{user}}/soil'\n",
    ],
    mark(/user|policy\[0\]/, /pattern|\[A-Za-z0-9/, /\+/, /pattern|write/i),
    { named: '19', isOneFinding: false },
  ),
]
