/** The policy of a created role: slots become principal tags, which each session must have. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { rolePolicy, slotsAsPrincipalTags } from '../../../packages/core/src/policy/role-policy.ts'

const TAGS = { tenant: 'acme', team: '{{team}}', user: '{{ user }}' }
const USER = '${aws:PrincipalTag/user}'
const TEAM = '${aws:PrincipalTag/team}'

describe('a slot', () => {
  it.each<[string, string, Record<string, string>?]>([
    ['a/{{user}}/*', `a/${USER}/*`],
    ['a/{{  user }}/*', `a/${USER}/*`],
    ['{{team}}/{{user}}/{{user}}', `${TEAM}/${USER}/${USER}`],
    ['a/${aws:username}/{{user}}', `a/\${aws:username}/${USER}`],
    ['acme/*', 'acme/*'],
    ['a/{{other}}/{{user}}', `a/{{other}}/${USER}`],
    ['{{ user }}/{{ team }}', `${USER}/${TEAM}`],
    ['a/{{use}}', 'a/{{use}}'],
    // The tag is exactly one part, so only that part is replaced by it.
    ['{{team}}/{{user}}/x', '${aws:PrincipalTag/path}/x', { path: '{{team}}/{{user}}' }],
    ['{{user}}/{{team}}', '{{user}}/{{team}}', { path: '{{team}}/{{user}}' }],
    ['{{team}}/{{user}}', '${aws:PrincipalTag/path}', { ...TAGS, path: '{{ team }}/{{user}}' }],
    ['a-{{user}}', '${aws:PrincipalTag/u}', { u: 'a-{{user}}' }],
    ['b-{{user}}', 'b-{{user}}', { u: 'a-{{user}}' }],
    // What replaced one part is not searched for the next.
    ['{{user}}', '${aws:PrincipalTag/a}', { a: '{{user}}', b: '{{user}}' }],
    // IAM might not replace a variable with such a key.
    ['{{user}}', '{{user}}', { 'the user': '{{user}}' }],
    ['{{user}}', '{{user}}', { üser: '{{user}}' }],
    ['{{user}}', '${aws:PrincipalTag/x:a_b.c-d/e=f+g@h}', { 'x:a_b.c-d/e=f+g@h': '{{user}}' }],
  ])('in %s becomes %s', (template, expected, tags = TAGS) => {
    expect(slotsAsPrincipalTags(template, tags)).toBe(expected)
  })
})

describe('a statement', () => {
  const allow = (more: Partial<PolicyStatement>): PolicyStatement => ({
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: '*',
    ...more,
  })
  const limited = (statement: PolicyStatement) =>
    rolePolicy({ statements: [statement], sessionTags: TAGS }).Statement[0]

  it('keeps everything but its slots', () => {
    const statement = allow({ Sid: 'Read', Action: ['s3:GetObject'], Resource: ['a', 'b'] })
    expect(limited(statement)).toEqual(statement)
    expect(limited(allow({ Condition: { Bool: { 'aws:SecureTransport': true } } }))).toEqual(
      allow({ Condition: { Bool: { 'aws:SecureTransport': true } } }),
    )
  })

  it.each<[Partial<PolicyStatement>, Partial<PolicyStatement>]>([
    [{ Resource: ['a', 'b/{{user}}'] }, { Resource: ['a', `b/${USER}`] }],
    [
      { Effect: 'Deny', NotResource: 'b/{{user}}' },
      { Effect: 'Deny', NotResource: `b/${USER}` },
    ],
    ...['StringLike', 'ForAllValues:StringEquals', 'ForAnyValue:StringLikeIfExists', 'ArnLike'].map(
      (operator): [Partial<PolicyStatement>, Partial<PolicyStatement>] => [
        { Condition: { [operator]: { k: ['{{user}}/*', 'x'], l: '{{team}}' } } },
        { Condition: { [operator]: { k: [`${USER}/*`, 'x'], l: TEAM } } },
      ],
    ),
    // IAM replaces no variable in these values, so a slot must not seem to be replaced.
    ...['NumericLessThan', 'DateGreaterThan', 'Bool', 'IpAddress', 'Null', 'BinaryEquals', 'x'].map(
      (operator): [Partial<PolicyStatement>, Partial<PolicyStatement>] => [
        { Condition: { [operator]: { k: '{{user}}' } } },
        { Condition: { [operator]: { k: '{{user}}' } } },
      ],
    ),
  ])('%j becomes %j', (change, expected) => {
    expect(limited(allow(change))).toEqual(allow(expected))
  })
})

it('denies everything to a session without a tag that the policy uses', () => {
  const statements: PolicyStatement[] = [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/{{user}}/*' },
    { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::data/{{team}}/drafts/*' },
  ]
  const deny = (tag: string) => ({
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { Null: { [`aws:PrincipalTag/${tag}`]: 'true' } },
  })
  expect(rolePolicy({ statements, sessionTags: TAGS }).Statement.slice(2)).toEqual([
    deny('team'),
    deny('user'),
  ])
  expect(rolePolicy({ statements: [], sessionTags: TAGS })).toEqual({
    Version: '2012-10-17',
    Statement: [],
  })
})
