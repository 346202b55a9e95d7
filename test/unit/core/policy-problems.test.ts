/** What a refusal of a caller's policy says: the problem, and what to write instead. */
import { expect, it } from 'vitest'
import { parseCallerPolicy } from '../../../packages/core/src/session/parse-caller-policy.ts'
import {
  action,
  compare,
  condition,
  resource,
  statement,
} from '../../fixtures/session-policy-text.ts'

const LONG = 'x'.repeat(100)
const CUT = `${'x'.repeat(80)}…`
const WHOLE_ARN =
  'write arn:partition:service:region:account:resource, such as arn:aws:s3:::bucket/path'
const KEY_HINT = 'write service:name, such as aws:SourceIp or s3:prefix'
const UNKNOWN = 'the member is not known'
const NOT_A_STRING = 'the value is not a string; write a string'

it.each<[text: string, location: string, problem: string]>([
  [statement({}, { Zzzzzzzzz: 1 }), 'Zzzzzzzzz', `${UNKNOWN}; use only Version, Id, Statement`],
  [
    statement({ Qqqqqqqqqqqqqqq: 1 }),
    'Statement[0].Qqqqqqqqqqqqqqq',
    `${UNKNOWN}; use only Sid, Effect, Action, NotAction, Resource, NotResource, Condition`,
  ],
  [statement({ Resources: '*' }), 'Statement[0].Resources', `${UNKNOWN}; did you mean Resource?`],
  [
    statement({ principal: '*' }),
    'Statement[0].principal',
    `${UNKNOWN}; remove it: the session itself is the principal`,
  ],
  [
    statement({}, { Version: '2013-10-17' }),
    'Version',
    'the version is not known; write 2012-10-17',
  ],
  [
    statement({ Resource: 'arn:aws:s3:::a/${aws:userid}' }, { Version: '2008-10-17' }),
    'Version',
    'only version 2012-10-17 has variables; write "Version": "2012-10-17"',
  ],
  [statement({}, { Id: 1 }), 'Id', 'the value is not a string; write a string, or remove it'],
  ['{"Statement":[]}', 'Statement', 'there is no statement; write at least one statement'],
  ['{}', 'Statement', 'there is no statement; write at least one statement'],
  ['{"Statement":[1]}', 'Statement[0]', 'the statement is not an object; write an object'],
  [
    statement({ Effect: 'allow' }),
    'Statement[0].Effect',
    'the value is neither Allow nor Deny; write Allow or Deny',
  ],
  [statement({ Sid: 1 }), 'Statement[0].Sid', NOT_A_STRING],
  [
    statement({ Sid: 'a-b' }),
    'Statement[0].Sid',
    'the Sid a-b is not alphanumeric; write letters and digits only',
  ],
  [
    statement({ Sid: `\u0007-${LONG}` }),
    'Statement[0].Sid',
    `the Sid ?-${'x'.repeat(78)}… is not alphanumeric; write letters and digits only`,
  ],
  [
    statement({ Sid: `-${'x'.repeat(79)}` }),
    'Statement[0].Sid',
    `the Sid -${'x'.repeat(79)} is not alphanumeric; write letters and digits only`,
  ],
  [
    JSON.stringify({
      Statement: [1, 2].map(() => ({ Sid: 'a', Effect: 'Deny', Action: '*', Resource: '*' })),
    }),
    'Statement[1].Sid',
    'the Sid is used twice; use each Sid once',
  ],
  [
    statement({ Action: undefined }),
    'Statement[0]',
    'there is neither Action nor NotAction; write one of Action and NotAction',
  ],
  [
    statement({ NotResource: '*' }),
    'Statement[0]',
    'there are both Resource and NotResource; write one of Resource and NotResource',
  ],
  [action([]), 'Statement[0].Action', 'the list is empty; write at least one'],
  [action(['*', 1]), 'Statement[0].Action[1]', NOT_A_STRING],
  [
    action(`s3-${LONG}`),
    'Statement[0].Action',
    `s3-${'x'.repeat(77)}… is not an IAM action; ` +
      'write service:Name, such as s3:GetObject or s3:Get*',
  ],
  [
    resource('\u0100'),
    'Statement[0].Resource',
    'the text contains a character that STS does not accept in a policy; ' +
      'use only characters up to U+00FF',
  ],
  [
    resource(LONG),
    'Statement[0].Resource',
    `${CUT} is not a resource; write * or an ARN: arn:aws:s3:::bucket/path`,
  ],
  [
    resource('arn:aws:${aws:x}:::a'),
    'Statement[0].Resource',
    'a variable appears before the fifth colon of an ARN; ' +
      'use variables in the last part: arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*',
  ],
  [
    resource('arn:aws:s3:::'),
    'Statement[0].Resource',
    `arn:aws:s3::: is an incomplete ARN; ${WHOLE_ARN}`,
  ],
  [
    resource('arn:aws:s3::'),
    'Statement[0].Resource',
    `arn:aws:s3:: is an incomplete ARN; ${WHOLE_ARN}`,
  ],
  [
    resource('arn:azure:s3:::a'),
    'Statement[0].Resource',
    'unknown partition azure; write one of: aws, aws-cn, aws-us-gov, aws-eusc',
  ],
  ...['A*', '*A', '*1', '1?'].map((partition): [string, string, string] => [
    resource(`arn:${partition}:s3:::a`),
    'Statement[0].Resource',
    `unknown partition ${partition}; write one of: aws, aws-cn, aws-us-gov, aws-eusc`,
  ]),
  [
    resource('arn:aws:S3:::a'),
    'Statement[0].Resource',
    'S3 is not a service in an ARN; ' +
      'write the service in lower case and without wildcards: arn:aws:s3:::bucket/path',
  ],
  ...['arn:aws:sqs:EU:1:a', 'arn:aws:sqs:eu:a b:a'].map((arn): [string, string, string] => [
    resource(arn),
    'Statement[0].Resource',
    `the region or account of ${arn} is not valid; ${WHOLE_ARN}`,
  ]),
  [
    resource('arn:aws:s3:eu::a:b'),
    'Statement[0].Resource',
    'the ARN of s3 has no region; write arn:aws:s3:::a:b',
  ],
  [
    resource('arn:aws:iam:eu:1:role/a'),
    'Statement[0].Resource',
    'the ARN of iam has no region; write arn:aws:iam::1:role/a',
  ],
  [
    resource('arn:aws:s3:::a/${x}'),
    'Statement[0].Resource',
    'the text contains a ${…} that is not an IAM policy variable; ' +
      "write ${aws:name}, ${aws:name, 'default'}, ${*}, ${?} or ${$}",
  ],
  [
    condition([]),
    'Statement[0].Condition',
    'the value is not an object; write { "StringEquals": { "service:key": … } }',
  ],
  [
    condition({ StringEquals: 1 }),
    'Statement[0].Condition.StringEquals',
    'the value is not an object; write { "service:key": … }',
  ],
  [
    compare('StringEqual', 'a'),
    'Statement[0].Condition.StringEqual',
    'unknown condition operator StringEqual; did you mean StringEquals?',
  ],
  [
    compare('ForAnyValues:StringLikeIfExist', 'a'),
    'Statement[0].Condition["ForAnyValues:StringLikeIfExist"]',
    'unknown condition operator ForAnyValues:StringLikeIfExist; ' +
      'did you mean ForAnyValue:StringLikeIfExists?',
  ],
  [
    compare('Zzzzzzzz', 'a'),
    'Statement[0].Condition.Zzzzzzzz',
    'unknown condition operator Zzzzzzzz; ' +
      'write an operator such as StringEquals or ForAnyValue:StringLike',
  ],
  [
    condition({ StringEquals: { 'a:b': '1', 'c:d': '2', 'A:B': '3' } }),
    'Statement[0].Condition.StringEquals',
    'a:b and A:B differ only in case; keep one of them, with all values',
  ],
  [
    compare('StringEquals', 'a', ''),
    'Statement[0].Condition.StringEquals[""]',
    `a condition key is empty; ${KEY_HINT}`,
  ],
  [
    compare('StringEquals', 'a', 'prefix'),
    'Statement[0].Condition.StringEquals.prefix',
    `the condition key prefix has no service; ${KEY_HINT}`,
  ],
  [
    compare('StringEquals', 'a', 's3:'),
    'Statement[0].Condition.StringEquals["s3:"]',
    `s3: is not a condition key; ${KEY_HINT}`,
  ],
  [
    compare('StringEquals', 'a', '\u0100:a'),
    'Statement[0].Condition.StringEquals["\u0100:a"]',
    'the text contains a character that STS does not accept in a policy; ' +
      'use only characters up to U+00FF',
  ],
  ...(
    [
      ['StringEquals', [], 'the list is empty; write at least one value'],
      ['StringEquals', null, 'the value is not a string, number or Boolean; write a string'],
      ['NumericEquals', 1e300, 'the number is too large to be exact; write it in quotes'],
      ['Bool', 'yes', 'the value is neither true nor false; write true or false'],
      ['Null', 'yes', 'the value is neither true nor false; write true or false'],
      [
        'NumericEquals',
        'ten',
        'the value is not a number; write a number such as 10; variables are not used',
      ],
      [
        'DateEquals',
        'today',
        'the value is not a date; ' +
          'write a date such as 2026-01-31T12:00:00Z, or seconds since 1970',
      ],
      [
        'IpAddress',
        'home',
        'the value is not an IP address or range; ' +
          'write 192.0.2.0/24, 192.0.2.1 or 2001:db8::/32',
      ],
      [
        'BinaryEquals',
        '?',
        'the value is not canonical base64; write what a base64 encoder writes, with its padding',
      ],
      [
        'ArnLike',
        'x:aws:sns:eu:1:topic',
        'the value is not an ARN; ' +
          'write arn:partition:service:region:account:resource, with * where needed',
      ],
      [
        'ArnLike',
        'x:aws:sns:eu:1:topic:${aws:userid}',
        'the value is not an ARN; ' +
          'write arn:partition:service:region:account:resource, with * where needed',
      ],
      [
        'ArnLike',
        'a:b',
        'the value is not an ARN; ' +
          'write arn:partition:service:region:account:resource, with * where needed',
      ],
    ] as const
  ).map(([operator, value, problem]): [string, string, string] => [
    compare(operator, value, 'a:b'),
    `Statement[0].Condition.${operator}["a:b"]`,
    problem,
  ]),
  [
    compare('NumericEquals', 1, 'a:b').replace(':1}', ':9007199254740993}'),
    'Statement[0].Condition.NumericEquals["a:b"]',
    'the number is too large to be exact; write it in quotes',
  ],
])('%s is refused at %s: %s', (text, location, problem) => {
  expect(() => parseCallerPolicy(text)).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      message: `The session policy is not valid at ${location}: ${problem}.`,
      callerMessage: `The session policy is not valid at ${location}: ${problem}.`,
    }),
  )
})
