/** Statements of tenant documents are read with the grammar of STS; slots count as text. */
import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { ACCEPTED_POLICIES } from '../../fixtures/accepted-session-policies.ts'
import { REFUSED_POLICIES } from '../../fixtures/refused-session-policies.ts'
import { EXAMPLE, errorsAfter, RESOURCE } from './example-document.ts'

const CONDITION = "{ StringLike: { 's3:prefix': '{{team}}/{{user}}/*' } }"
const ACTIONS = 'Action: [s3:GetObject]'
const AT = 'grants.reports.policy[0]'
const AT_CONDITION = 'grants.reports.policy[1].Condition'

describe('a statement', () => {
  it.each([
    [
      ACTIONS,
      "Action: ['s3*:GetObject']",
      `${AT}.Action[0]`,
      's3*:GetObject',
      'write service:Name',
    ],
    [ACTIONS, "Action: ['*:GetObject']", `${AT}.Action[0]`, 'IAM action', 'write service:Name'],
    [RESOURCE, 'arn:aws:s3:*', `${AT}.Resource`, 'incomplete', 'service:region:account'],
    [RESOURCE, 'arn:aws:S3:::data', `${AT}.Resource`, 'S3', 'lower case'],
    [RESOURCE, "'arn:aws:*:::data/{{user}}'", `${AT}.Resource`, 'service', 'without wildcards'],
    [RESOURCE, "'arn:aws:s3:eu-west-1::data'", `${AT}.Resource`, 'no region', 'arn:aws:s3:::data'],
    [
      RESOURCE,
      "'arn:aws:rds:*:*:*:red/*'",
      `${AT}.Resource`,
      'the resource type contains a wildcard',
      'write the type',
    ],
    [
      RESOURCE,
      "'arn:aws:rds:*:*:clu?ter:{{user}}'",
      `${AT}.Resource`,
      'the resource type contains a wildcard',
      'write the type',
    ],
    [
      RESOURCE,
      "'arn:aws:sqs:*:${aws:PrincipalAccount}:x'",
      `${AT}.Resource`,
      'a variable appears before the fifth colon',
      'last part',
    ],
    [
      CONDITION,
      "{ StringLike: { 's3:prefix': '{{other}}/*' } }",
      `${AT_CONDITION}.StringLike["s3:prefix"]`,
      'the attribute other is not declared',
      'declare it under attributes',
    ],
    [
      CONDITION,
      "{ StringLike: { 's3:prefix': ['x', '{{user}/*'] } }",
      `${AT_CONDITION}.StringLike["s3:prefix"][1]`,
      'do not enclose an attribute name',
      'write {{attribute}}',
    ],
    ...['\\t', '\\n', '\\u00a0'].map((space): [string, string, string, string, string] => [
      CONDITION,
      `{ StringLike: { 's3:prefix': "{{${space}user}}/*" } }`,
      `${AT_CONDITION}.StringLike["s3:prefix"]`,
      'do not enclose an attribute name',
      'write {{attribute}}',
    ]),
    [
      CONDITION,
      "{ StringLike: { 's3:prefix': '${aws:x{{user}}}/*' } }",
      `${AT_CONDITION}.StringLike["s3:prefix"]`,
      'not an IAM policy variable',
      'a slot cannot be inside',
    ],
    [
      CONDITION,
      "{ StringEqual: { 's3:prefix': x } }",
      `${AT_CONDITION}.StringEqual`,
      'unknown condition operator StringEqual',
      'did you mean StringEquals?',
    ],
    [
      CONDITION,
      "{ StringLike: { 's3:prefix': x }, stringLike: { 's3:prefix': y } }",
      `${AT_CONDITION}.stringLike`,
      'unknown condition operator stringLike',
      'did you mean StringLike?',
    ],
    [
      CONDITION,
      "{ StringLike: { 's3:prefix': x, 'S3:Prefix': y } }",
      `${AT_CONDITION}.StringLike`,
      's3:prefix and S3:Prefix differ only in case',
      'keep one',
    ],
    [
      CONDITION,
      '{ StringLike: { prefix: x } }',
      `${AT_CONDITION}.StringLike.prefix`,
      'has no service',
      's3:prefix',
    ],
    [CONDITION, "{ StringLike: { '': x } }", `${AT_CONDITION}.StringLike[""]`, 'empty', 'service'],
    [CONDITION, '{ StringLike: {} }', `${AT_CONDITION}.StringLike`, 'no condition key', 'remove'],
    [
      CONDITION,
      "{ NumericLessThan: { 's3:max-keys': [5, ten] } }",
      `${AT_CONDITION}.NumericLessThan["s3:max-keys"][1]`,
      'not a number',
      'such as 10',
    ],
    [
      CONDITION,
      "{ StringEquals: { 'aws:ResourceAccount': 1147953659032899584 } }",
      `${AT_CONDITION}.StringEquals["aws:ResourceAccount"]`,
      'YAML reads 1147953659032899584 without quotes as the number 1147953659032899600',
      'in quotes',
    ],
    [
      CONDITION,
      "{ IpAddress: { 'aws:SourceIp': '2001:db8::1' } }",
      `${AT_CONDITION}.IpAddress["aws:SourceIp"]`,
      'not an IP address',
      '2001:db8::/32',
    ],
  ])('does not compile with %s as %s', (wanted, replacement, path, message, hint) => {
    expect(errorsAfter(wanted, replacement)).toContainEqual(
      expect.stringMatching(
        new RegExp(`^${escaped(path)}\\|.*${escaped(message)}.*\\|.*${escaped(hint)}`),
      ),
    )
  })

  it.each([
    [
      'a slot where another type is compared',
      CONDITION,
      CONDITION.replace(/\}$/, ", IpAddress: { 'aws:SourceIp': '{{team}}/32' } }"),
    ],
    ['an empty Sid', 'Sid: ListOwn', "Sid: ''"],
    [
      'a default of a variable',
      RESOURCE,
      "'arn:aws:s3:::b/${aws:PrincipalTag/t, ''none''}/{{user}}'",
    ],
    ['a variable of an issuer', RESOURCE, "'arn:aws:s3:::b/${id.acme.example:sub}/{{user}}'"],
    ['a wildcard in an id', RESOURCE, "'arn:aws:rds:*:*:cluster:*/{{team}}'"],
    ['a wildcard as the whole resource', RESOURCE, "'arn:aws:logs:*:*:*'"],
  ])('compiles with %s', (_, wanted, replacement) => {
    expect(errorsAfter(wanted, replacement)).toEqual([])
  })

  it('has the same verdict as a caller’s statement', () => {
    for (const [name, text] of ACCEPTED_POLICIES.filter(([name]) => !DIFFERENT.has(name)))
      expect(compileWith(text), name).toEqual([])
    for (const [name, text, at] of REFUSED_POLICIES)
      if (at.startsWith('Statement[')) expect(compileWith(text), name).not.toEqual([])
  })
})

/** What a document does not allow in a grant; see the reference of tenant documents. */
const DIFFERENT = new Set([
  'one statement that is not in a list',
  'NotAction',
  'NotResource',
  'another partition',
  'an operator without keys',
])

/** Errors of a document with the statements of the policy; JSON is YAML. */
function compileWith(text: string): string[] {
  const { Statement } = JSON.parse(text)
  const document = EXAMPLE.replace(
    / {4}policy:\n[\s\S]* {4}managedPolicies/,
    () => `    policy: ${JSON.stringify(Statement)}\n    managedPolicies`,
  )
  const { errors } = compileTenant(document, 'acme.yaml')
  return errors.map(({ path, message }) => `${path} ${message}`)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
