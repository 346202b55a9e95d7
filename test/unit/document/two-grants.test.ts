/** A rule with two grants compiles into one grant: what both allow, for the same session. */

import { describe, expect, it } from 'vitest'
import { compileTenant, proveTenant } from '../../../packages/core/src/document/index.ts'
import { trustPolicies } from '../../../packages/core/src/policy/trust-policy.ts'
import {
  allowing,
  BOTH_GRANTS,
  type TwoGrantsOptions,
  twoGrantsDocument,
} from '../../fixtures/two-grants.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const DATA = 'arn:aws:s3:::data'

const compile = (options: TwoGrantsOptions = {}) =>
  compileTenant(twoGrantsDocument(options), 'acme.yaml')

function intersectionOf(options: TwoGrantsOptions = {}) {
  const { tenant, errors } = compile(options)
  expect(errors).toEqual([])
  const grant = tenant?.grants[BOTH_GRANTS]
  if (grant === undefined) throw new Error('The document has no intersection.')
  return grant
}

describe('what both allow', () => {
  it('is one statement for each pair, and every Deny', () => {
    expect(intersectionOf()).toEqual({
      roleArn: ROLE,
      durationSeconds: 3600,
      maxDurationSeconds: 3600,
      webIdentity: 'minted',
      sessionName: '',
      sessionTags: {},
      transitiveTagKeys: [],
      managedPolicyArns: [],
      intersectionOf: ['user-reports', 'agent-readonly'],
      statements: [
        {
          Sid: 'ObjectsRead',
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: `${DATA}/{{team}}/{{user}}/*`,
        },
        {
          Sid: 'ListRead',
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: DATA,
          Condition: { StringLike: { 's3:prefix': '{{team}}/{{user}}/*' } },
        },
        { Sid: 'Keep', Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
        { Sid: 'Closed', Effect: 'Deny', Action: 's3:*', Resource: `${DATA}/*/closed/*` },
      ],
    })
  })

  it('is within both grants, as token-broker prove shows for each statement but a Deny', () => {
    const findingsWith = (options: TwoGrantsOptions) => {
      const { isolation } = proveTenant(twoGrantsDocument(options), 'acme.yaml')
      return isolation.filter(({ grant }) => grant === BOTH_GRANTS)
    }
    const inside = (index: number, label: string) => ({
      ...{ grant: BOTH_GRANTS, path: ['grants', BOTH_GRANTS, 'policy', index] },
      ...{ label, slots: [], verdict: 'inside-both' },
    })
    expect(findingsWith({})).toEqual([inside(0, 'ObjectsRead'), inside(1, 'ListRead')])
    const policy = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${DATA}/{{user}}/*` }]
    expect(findingsWith({ userPolicy: policy, agentPolicy: policy })).toEqual([
      inside(0, 'statement 1'),
    ])
    const { isolation } = proveTenant(twoGrantsDocument({}), 'acme.yaml')
    expect(isolation.map(({ grant, verdict }) => `${grant}: ${verdict}`)).toEqual([
      'user-reports: separate',
      'user-reports: separate',
      'agent-readonly: shared',
      `${BOTH_GRANTS}: inside-both`,
      `${BOTH_GRANTS}: inside-both`,
    ])
  })

  it('is the same for several rules, and a deny rule may lead to it', () => {
    const { tenant, errors } = compile({
      rules: [
        { name: 'again', grants: ['user-reports', 'agent-readonly'] },
        {
          ...{ name: 'suspended', when: 'claims.suspended', deny: true },
          grants: ['agent-readonly', 'user-reports'],
        },
      ],
    })
    expect(errors).toEqual([])
    expect(tenant?.rules.map(({ grant }) => grant)).toEqual([
      BOTH_GRANTS,
      'user-reports',
      BOTH_GRANTS,
    ])
    expect(tenant?.denyRules).toEqual([
      { name: 'suspended', when: 'claims.suspended', grant: 'agent-readonly.user-reports' },
    ])
    expect(Object.keys(tenant?.grants ?? {})).toEqual([
      ...['user-reports', 'agent-readonly', BOTH_GRANTS, 'agent-readonly.user-reports'],
    ])
  })

  it('contains neither a Sid nor a Deny twice', () => {
    const keep = { Sid: 'Keep', Effect: 'Deny', Action: 's3:Put*', Resource: '*' }
    const { statements } = intersectionOf({
      userPolicy: [...allowing('s3:GetObject', '*'), keep, { ...keep, Sid: 'Same' }],
      agentPolicy: [
        ...allowing('*', `${DATA}/*`),
        { ...keep, Action: 's3:Delete*' },
        { ...keep, Sid: 'Same' },
      ],
    })
    expect(statements).toEqual([
      { Sid: 'OneOne', Effect: 'Allow', Action: 's3:GetObject', Resource: `${DATA}/*` },
      keep,
      { ...keep, Sid: 'Same' },
      { Effect: 'Deny', Action: 's3:Delete*', Resource: '*' },
    ])
  })

  it('leaves out what other statements allow anyway', () => {
    const { statements } = intersectionOf({
      userPolicy: [
        ...allowing('s3:GetObject', `${DATA}/*`),
        { Sid: 'Two', Effect: 'Allow', shared: true, Action: 's3:*', Resource: '*' },
      ],
      agentPolicy: allowing('s3:Get*', `${DATA}/a/*`),
    })
    expect(statements.map(({ Sid }) => Sid)).toEqual(['TwoOne'])
  })

  it.each([
    ['*', 's3:GetObject', 's3:GetObject'],
    ['s3:*', '*:*', 's3:*'],
    ['s3:Get*', 'S3:*OBJECT', 'S3:Get*OBJECT'],
    ['s3:GetObject', 's3:getobject', 's3:GetObject'],
    ['s3:?etObject', 's3:Get*', 's3:GetObject'],
  ])('of the actions %s and %s is %s', (user, agent, expected) => {
    const { statements } = intersectionOf({
      userPolicy: allowing(user, '*'),
      agentPolicy: allowing(agent, '*'),
    })
    expect(statements[0]?.Action).toBe(expected)
  })

  it.each([
    [`${DATA}/{{team}}/*`, `${DATA}/*/*/2026/*`, [`${DATA}/{{team}}/*/2026/*`]],
    [
      'arn:aws:sns:eu-*:111122223333:*',
      'arn:aws:sns:*:111122223333:news',
      ['arn:aws:sns:eu-*:111122223333:news'],
    ],
    ['arn:aws:s3:::a*', 'arn:aws:s3:::*z/x', ['arn:aws:s3:::a*z/x']],
    [`${DATA}/{{team}}/a`, `${DATA}/*/a`, [`${DATA}/{{team}}/a`]],
  ])('of the resources %s and %s is %j', (user, agent, expected) => {
    const { statements } = intersectionOf({
      userPolicy: allowing('s3:GetObject', user),
      agentPolicy: allowing('s3:*', agent),
    })
    expect([statements[0]?.Resource].flat()).toEqual(expected)
  })
})

describe('the session', () => {
  it('is shorter, with the tags of both, and named after both', () => {
    expect(
      intersectionOf({
        user: {
          ...{ duration: '2h', maxDuration: '4h', sessionName: '{{user}}' },
          sourceIdentity: '{{user}}',
          sessionTags: { team: '{{team}}', kind: 'both' },
          transitiveTagKeys: ['team'],
        },
        agent: {
          ...{ duration: '15m', maxDuration: '6h', sessionName: 'agent' },
          sessionTags: { agent: 'yes', kind: 'both' },
        },
      }),
    ).toMatchObject({
      durationSeconds: 900,
      maxDurationSeconds: 14_400,
      sessionName: '{{user}},agent',
      sourceIdentity: '{{user}}',
      sessionTags: { team: '{{team}}', kind: 'both', agent: 'yes' },
      transitiveTagKeys: ['team'],
    })
  })

  it('is reused only where both are, and for the shorter time', () => {
    const reuseOf = (user?: string, agent?: string) =>
      intersectionOf({
        user: user === undefined ? {} : { reuse: user },
        agent: agent === undefined ? {} : { reuse: agent },
      })?.reuseSeconds
    expect(reuseOf('5m', '90s')).toBe(90)
    expect(reuseOf('30s', '5m')).toBe(30)
    expect([reuseOf('5m'), reuseOf(undefined, '5m'), reuseOf()]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('has the name of both where it is the same, and never the name of one of them', () => {
    const sessionName = '{{user}}'
    const nameOf = (options: TwoGrantsOptions) => intersectionOf(options).sessionName
    expect(nameOf({ user: { sessionName }, agent: { sessionName } })).toBe('{{user}}')
    expect(nameOf({ user: { sessionName } })).toBe('{{user}},')
    expect(nameOf({ agent: { sessionName } })).toBe(',{{user}}')
    const sourceIdentity = 'agent'
    expect(
      intersectionOf({ user: { sourceIdentity: 'user' }, agent: { sourceIdentity } }),
    ).toMatchObject({ sourceIdentity: 'user,agent' })
  })

  it('is one that the trust policy of the role accepts by its own name', () => {
    const { tenant } = compile()
    const policy = trustPolicies(tenant ? [tenant] : [], 'https://broker.example')[ROLE]
    expect(
      policy?.Statement.map(({ Condition }) => Condition?.StringLike?.['broker.example:sub']),
    ).toEqual(['acme/user-reports/*', 'acme/agent-readonly/*', `acme/${BOTH_GRANTS}/*`])
  })

  it('has the managed policies of both where they are the same', () => {
    const [one, other] = ['A', 'B'].map((name) => `arn:aws:iam::aws:policy/${name}`)
    const grant = intersectionOf({
      user: { managedPolicies: [one, other] },
      agent: { managedPolicies: [other, one] },
    })
    expect(grant.managedPolicyArns).toEqual([one, other])
  })

  it('may name its own variables where both grants give them the same value', () => {
    const options = { sessionName: 'x', sourceIdentity: 'x', sessionTags: { a: 'x' } }
    const list = ['aws:userid', 'aws:SourceIdentity', 'aws:PrincipalTag/a']
    for (const key of list)
      expect(
        intersectionOf({
          userPolicy: allowing('s3:GetObject', `${DATA}/\${${key}}/*`),
          agentPolicy: allowing('s3:*', '*'),
          user: options,
          agent: options,
        }).statements[0]?.Resource,
      ).toBe(`${DATA}/\${${key}}/*`)
  })
})

it('callers of both are callers of each, so the same user at two issuers is kept apart', () => {
  const [own, foreign] = ['https://id.acme.example', 'https://other.example']
  const errorsWith = (issuer: string) =>
    compile({
      issuers: [own, foreign],
      userPolicy: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${DATA}/{{user}}/*` }],
      agentWhen: `issuer == "${issuer}"`,
      userWhen: `issuer == "${own}"`,
    }).errors.map(({ path }) => path)
  expect(errorsWith(own)).toEqual([])
  expect(errorsWith(foreign)).toEqual(['grants.user-reports.policy[0]'])
})
