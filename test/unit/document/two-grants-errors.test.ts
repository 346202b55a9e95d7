/** Two grants of a rule that have no session in common, or none that a policy can express. */

import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { allowing, type TwoGrantsOptions, twoGrantsDocument } from '../../fixtures/two-grants.ts'

const DATA = 'arn:aws:s3:::data'

const errorsOf = (options: TwoGrantsOptions) =>
  compileTenant(twoGrantsDocument(options), 'acme.yaml').errors.map(
    ({ path, message, hint }) => `${path}|${message}|${hint}`,
  )

const naming = (variable: string) => ({
  userPolicy: allowing('s3:GetObject', `${DATA}/\${${variable}}/*`),
  agentPolicy: allowing('s3:GetObject', '*'),
})
const tags = (prefix: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${prefix}${at}`, 'x']))
const stars = (letters: string) => `${DATA}/*${[...letters].join('*')}*`

describe('two grants do not compile', () => {
  it.each<[string, TwoGrantsOptions, string]>([
    [
      'with different roles',
      { agent: { role: 'arn:aws:iam::111122223333:role/agent' } },
      'have different roles, and what these allow is not known here|write the same role in both',
    ],
    [
      'with a minted and a passed-through token',
      { agent: { webIdentity: 'pass-through' } },
      'have different values of webIdentity|write the same in both',
    ],
    [
      'with different managed policies',
      { user: { managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] } },
      'have different managed policies, which allow more beside the statements, and what they ' +
        'allow is not known here|write the same managedPolicies in both, or statements instead',
    ],
    [
      'where a tag has two values',
      { user: { sessionTags: { a: 'x' } }, agent: { sessionTags: { a: 'y' } } },
      'have different session tags a|write the same key and value in both, transitive in both',
    ],
    [
      'where a tag is spelled in two ways',
      { user: { sessionTags: { a: 'x' } }, agent: { sessionTags: { A: 'x' } } },
      'have different session tags A|',
    ],
    [
      'where a tag is transitive in one of them',
      {
        user: { sessionTags: { a: 'x' }, transitiveTagKeys: ['a'] },
        agent: { sessionTags: { a: 'x' } },
      },
      'have different session tags a|',
    ],
    [
      'with more tags than STS accepts',
      { user: { sessionTags: tags('a', 30) }, agent: { sessionTags: tags('b', 30) } },
      'both grants together have 60 session tags, and STS accepts at most 50|remove 10 of them',
    ],
    [
      'that name the session, which has another name here',
      { ...naming('aws:UserId'), user: { sessionName: 'a' } },
      'the statements of user-reports name aws:userid, which has another value in sessions of ' +
        'both grants|write the same sessionName, sourceIdentity and sessionTags in both grants',
    ],
    [
      'that name the source identity, which the other grant sets',
      { ...naming('aws:SourceIdentity'), agent: { sourceIdentity: 'a' } },
      'the statements of user-reports name aws:SourceIdentity, which has another value',
    ],
    [
      'that name a tag of the other grant',
      { ...naming("aws:PrincipalTag/Team, 'none'"), agent: { sessionTags: { team: 'x' } } },
      'the statements of user-reports name aws:PrincipalTag/team, which has another value',
    ],
    [
      'that compare a tag of the other grant',
      {
        userPolicy: allowing('s3:GetObject', '*', {
          StringEquals: { 'aws:PrincipalTag/team': 'x' },
        }),
        agent: { sessionTags: { team: 'x' } },
      },
      'the statements of user-reports name aws:PrincipalTag/team, which has another value',
    ],
    [
      'that name the subject of the minted token, which contains the name of the grant',
      {
        userPolicy: allowing('s3:GetObject', '*', {
          StringLike: { 'broker.example:sub': 'acme/*' },
        }),
      },
      'the statements of user-reports name broker.example:sub, which has another value for each ' +
        'grant|compare a session tag instead, such as aws:PrincipalTag/user',
    ],
    [
      'where a value decides what they have in common',
      {
        userPolicy: [
          { Sid: 'Team', Effect: 'Allow', Action: 's3:*', Resource: `${DATA}/{{team}}/*` },
        ],
        agentPolicy: allowing('s3:GetObject', `${DATA}/public/*`),
      },
      'Team of user-reports and One of agent-readonly: {{team}} could be "public", and then ' +
        'data/{{team}}/* and data/public/* have more in common than for other values|' +
        'begin both texts alike up to {{team}}, write a * there in one of them',
    ],
    [
      'where the readings of a wildcard decide',
      {
        userPolicy: allowing('s3:GetObject', `${DATA}/\${aws:PrincipalTag/team}/a`),
        agentPolicy: allowing('s3:GetObject', `${DATA}/*/a`),
      },
      'One of user-reports and One of agent-readonly: it is not proved that agent-readonly ' +
        `allows s3:getobject on ${DATA}/\${aws:principaltag/team}/a|` +
        'write the texts with slots or variables alike in both statements',
    ],
    [
      'where the value of a slot may contain a colon, which not every wildcard matches',
      {
        attributes: { id: { from: 'claims.id', pattern: '[a-z]{1,8}(:[a-z]{1,8})?' } },
        userPolicy: allowing('s3:GetObject', `${DATA}/{{id}}/a`),
        agentPolicy: allowing('s3:GetObject', `${DATA}/*/a`),
      },
      `it is not proved that agent-readonly allows s3:getobject on ${DATA}/{{id}}/a|`,
    ],
    [
      'with more wildcards than anyone would write',
      {
        userPolicy: allowing('s3:GetObject', stars('abcdefghijkl')),
        agentPolicy: allowing('s3:GetObject', stars('mnopqrstuvwx')),
      },
      'have too many wildcards in common|use fewer wildcards in one of them',
    ],
    [
      'whose patterns would take hours to compare',
      {
        userPolicy: allowing('s3:GetObject', `${DATA}/${'*a'.repeat(500)}*b`),
        agentPolicy: allowing('s3:GetObject', `${DATA}/${'a*'.repeat(500)}`),
      },
      'One of user-reports and One of agent-readonly: this is too complex to compare|' +
        'use fewer wildcards, shorter lists and shorter patterns of attributes',
    ],
    [
      'that have nothing in common',
      { agentPolicy: allowing('s3:PutObjectTagging', '*') },
      'no request is allowed by both user-reports and agent-readonly|' +
        'write statements that have something in common, or another grant',
    ],
    [
      'whose slots never have the same value',
      {
        attributes: { number: { from: 'claims.number', pattern: '[0-9]{1,4}' } },
        userPolicy: allowing('s3:GetObject', `${DATA}/{{team}}/*`),
        agentPolicy: allowing('s3:GetObject', `${DATA}/{{number}}/*`),
      },
      'no request is allowed by both user-reports and agent-readonly|',
    ],
    [
      'with a ? for the value of a slot, which is longer',
      {
        attributes: { number: { from: 'claims.number', pattern: '[0-9]{2,4}' } },
        userPolicy: allowing('s3:GetObject', `${DATA}/{{number}}/*`),
        agentPolicy: allowing('s3:GetObject', `${DATA}/?/*`),
      },
      'no request is allowed by both user-reports and agent-readonly|',
    ],
    [
      'of which one allows nothing',
      { agentPolicy: [] },
      'no request is allowed by both user-reports and agent-readonly|',
    ],
    [
      'with so many statements that nobody could read the result',
      {
        userPolicy: Array.from({ length: 33 }, () => ({
          ...{ Effect: 'Allow', Action: 's3:Get*', Resource: '*', shared: true },
        })),
        agentPolicy: Array.from({ length: 33 }, () => ({
          ...{ Effect: 'Allow', Action: 's3:Get*', Resource: '*', shared: true },
        })),
      },
      'the grants have more than 1024 pairs of Allow statements|write fewer statements',
    ],
  ])('%s', (_, options, expected) => {
    const errors = errorsOf(options).filter((error) => error.startsWith('rules[0].grants|'))
    expect(errors).toHaveLength(1)
    expect(errors[0]).toContain(expected)
  })

  it('if the role of one of them is created for it alone', () => {
    const user = {
      createRole: true,
      permissionsBoundary: 'arn:aws:iam::111122223333:policy/limit',
      sessionTags: { team: '{{team}}', user: '{{user}}' },
    }
    expect(errorsOf({ user, agent: { role: 'arn:aws:iam::111122223333:role/other' } })).toContain(
      'rules[0].grants|the role of user-reports is created for that grant alone|' +
        'create the role yourself, and name it in both grants',
    )
  })

  it('if one of them releases its token', () => {
    const user = { releasedAudience: 'acme-released' }
    expect(errorsOf({ user, agent: { role: 'arn:aws:iam::111122223333:role/other' } })).toContain(
      'rules[0].grants|the grant user-reports releases its token, with which a session needs no ' +
        'session policy|name a grant without releasedAudience',
    )
  })

  it('if the policy of both could be larger than STS accepts', () => {
    const words = (from: number) =>
      Array.from({ length: 6 }, (_, at) => `s3:Get*${String.fromCharCode(from + at)}*`)
    const policy = (Action: string[], Resource: string) => [
      { Effect: 'Allow', Action, Resource, shared: true },
    ]
    expect(
      errorsOf({ userPolicy: policy(words(97), '*'), agentPolicy: policy(words(109), '*') }),
    ).toEqual([
      expect.stringMatching(
        /^rules\[0\]\.grants\|what both grants allow .* at most 64 are accepted\|write shorter/,
      ),
    ])
    const twice = ['a', 'b'].map((prefix) => ({
      ...{ Effect: 'Allow', Action: 's3:*', Resource: '*', shared: true },
      Condition: { StringEquals: { 's3:prefix': prefix } },
    }))
    expect(
      errorsOf({
        userPolicy: allowing('s3:ListBucket', `${DATA}/${'x'.repeat(1200)}`),
        agentPolicy: twice,
      }),
    ).toEqual([
      expect.stringMatching(
        /^rules\[0\]\.grants\|the policy may have \d+ characters, and STS accepts 2048\|/,
      ),
    ])
  })

  it.each<[object, string]>([
    [
      { grants: ['user-reports'] },
      'rules[2].grants|the value has too few items|write at least 2 items',
    ],
    [
      { grants: ['user-reports', 'agent-readonly', 'user-reports'] },
      'rules[2].grants|the value is too long|write at most 2 items',
    ],
    [
      { grants: ['user-reports', 'user-reports'] },
      'rules[2].grants|both grants are user-reports|' +
        'write grant: user-reports, or two different grants',
    ],
    [
      { grants: ['user-reports', 'agents'] },
      'rules[2].grants[1]|the grant agents is not declared|' +
        'declare it under grants, or use one of: user-reports, agent-readonly',
    ],
    [
      { grants: ['user-reports', 'agent-readonly'], grant: 'user-reports' },
      'rules[2].grants|grant and grants are mutually exclusive|' +
        'write grant: NAME, or grants with the two of which callers get what both allow',
    ],
  ])('as %j', (rule, expected) => {
    expect(errorsOf({ rules: [{ name: 'wrong', ...rule }] })).toEqual([expected])
  })

  it('if another part of the document has an error, which is reported alone', () => {
    expect(
      errorsOf({ agentPolicy: [], user: { role: 'nothing' } }).map((error) => error.split('|')[0]),
    ).toEqual(['grants.user-reports.role'])
  })
})
