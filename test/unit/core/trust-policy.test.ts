/** Trust policies that follow from grants: bound to audience, tenant and tags, and to nothing that the grant does not use. */
import { expect, test } from 'vitest'
import { trustPolicies } from '../../../packages/core/src/policy/trust-policy.ts'
import { sampleTenant } from '../local/sample-tenant.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const ISSUER = 'https://broker.example'

function statementsOf(tenant: ReturnType<typeof sampleTenant>) {
  return trustPolicies([tenant], ISSUER)[tenant.grants.only?.roleArn ?? '']?.Statement ?? []
}

test('a grant without tags and source identity may be assumed, and neither tagged nor named', () => {
  expect(statementsOf(sampleTenant(ROLE)).map(({ Action }) => Action)).toEqual([
    'sts:AssumeRoleWithWebIdentity',
  ])
})

test('tags are exactly those of the grant: fixed ones by value, the others by their template', () => {
  const tenant = sampleTenant(ROLE, 'minted', {
    tenant: 'acme',
    team: 'team-{{team}}',
    who: '{{ a }}.{{b}}',
  })
  expect(statementsOf(tenant)[1]).toMatchObject({
    Action: 'sts:TagSession',
    Condition: {
      StringEquals: { 'broker.example:aud': 'sts.amazonaws.com', 'aws:RequestTag/tenant': 'acme' },
      StringLike: {
        'broker.example:sub': 'acme/*',
        'aws:RequestTag/team': 'team-*',
        'aws:RequestTag/who': '*.*',
      },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant', 'team', 'who'] },
    },
  })
})

test("the provider lies in the role's own account and partition", () => {
  expect(
    statementsOf(sampleTenant('arn:aws-cn:iam::999999999999:role/r'))[0]?.Principal.Federated,
  ).toBe('arn:aws-cn:iam::999999999999:oidc-provider/broker.example')
})
