/** Trust policies of grants: bound to audience, grant and tags, and to what the grant uses. */
import { expect, it } from 'vitest'
import { isProviderUrl, trustPolicies } from '../../../packages/core/src/policy/trust-policy.ts'
import { sampleTenant } from '../local/sample-tenant.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'

it('allow only to assume the role, for a grant without tags and source identity', () => {
  expect(statementsOf(sampleTenant(ROLE)).map(({ Action }) => Action)).toEqual([
    'sts:AssumeRoleWithWebIdentity',
  ])
})

it('require the tags of the grant for assuming the role, and not for a source identity', () => {
  const tenant = sampleTenant(ROLE, 'minted', { team: '{{team}}' })
  const { only } = tenant.grants
  if (!only) throw new Error('The sample tenant has no grant.')
  const withIdentity = { ...tenant, grants: { only: { ...only, sourceIdentity: '{{user}}' } } }
  const [assume, identity, ...others] = statementsOf(withIdentity)
  expect(assume?.Action).toEqual(['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'])
  expect(assume?.Condition?.StringLike).toMatchObject({ 'aws:RequestTag/team': '*' })
  expect(identity?.Action).toBe('sts:SetSourceIdentity')
  expect(JSON.stringify(identity?.Condition)).not.toContain('RequestTag')
  expect(others).toEqual([])
})

it('allow exactly the tags of the grant, by their values or templates', () => {
  const tenant = sampleTenant(ROLE, 'minted', {
    tenant: 'acme',
    team: 'team-{{team}}',
    who: '{{ a }}.{{b}}',
  })
  expect(statementsOf(tenant)[0]).toMatchObject({
    Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
    Condition: {
      StringEquals: { 'broker.example:aud': 'sts.amazonaws.com', 'aws:RequestTag/tenant': 'acme' },
      StringLike: {
        'broker.example:sub': 'acme/only/*',
        'aws:RequestTag/team': 'team-*',
        'aws:RequestTag/who': '*.*',
      },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant', 'team', 'who'] },
    },
  })
})

it("name the provider in the role's own account and partition", () => {
  expect(
    statementsOf(sampleTenant('arn:aws-cn:iam::999999999999:role/r'))[0]?.Principal.Federated,
  ).toBe('arn:aws-cn:iam::999999999999:oidc-provider/broker.example')
})

it('bind each statement of a shared role to one grant, with the tags of that grant', () => {
  const { only, ...rest } = sampleTenant(ROLE, 'minted', { team: 'red' }).grants
  if (!only) throw new Error('the sample tenant has no grant')
  const grants = { ...rest, one: only, two: { ...only, sessionTags: { team: 'blue' } } }
  const { [ROLE]: policy } = trustPolicies(
    [{ ...sampleTenant(ROLE), grants }],
    'https://broker.example',
  )
  const bound = policy?.Statement.map(({ Condition }) => [
    Condition?.StringLike?.['broker.example:sub'],
    Condition?.StringEquals?.['aws:RequestTag/team'],
  ])
  expect(bound).toEqual([
    ['acme/one/*', 'red'],
    ['acme/two/*', 'blue'],
  ])
})

it('name the audience of released tokens beside that of STS, for their own grant alone', () => {
  const { only, ...rest } = sampleTenant(ROLE).grants
  if (!only) throw new Error('the sample tenant has no grant')
  const other = { ...only, roleArn: `${ROLE}-other` }
  const grants = { ...rest, only: { ...only, releasedAudience: 'acme-released' }, other }
  const policies = trustPolicies([{ ...sampleTenant(ROLE), grants }], 'https://broker.example')
  const audiences = (role: string) =>
    policies[role]?.Statement[0]?.Condition?.StringEquals?.['broker.example:aud']
  expect(audiences(ROLE)).toEqual(['sts.amazonaws.com', 'acme-released'])
  expect(audiences(`${ROLE}-other`)).toBe('sts.amazonaws.com')
})

it('trust the issuers themselves for a grant with pass-through', () => {
  expect(statementsOf(sampleTenant(ROLE, 'pass-through'))).toEqual([
    {
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/id.acme.example' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'id.acme.example:aud': ['web', 'mobile'] } },
    },
  ])
})

it('have no statement for an issuer that cannot be a provider in IAM', () => {
  const tenant = sampleTenant(ROLE, 'pass-through')
  const renamed = tenant.issuers.map((issuer) => ({
    ...issuer,
    profile: { ...issuer.profile, issuer: 'urn:acme' },
  }))
  expect(statementsOf({ ...tenant, issuers: renamed })).toEqual([])
  expect(statementsOf({ ...tenant, issuers: [...renamed, ...tenant.issuers] })).toHaveLength(1)
})

it.each<[string, boolean]>([
  ['https://id.example', true],
  ['https://id.example:8443/realms/a', true],
  ['http://127.0.0.1:8080/a', true],
  ['http://id.example', false],
  ['no URL', false],
  ['urn:acme', false],
  ['ftp://id.example', false],
  [' https://id.example', false],
  ['https://id.example/a b', false],
  ['https://user@id.example', false],
  ['https://id.example?a=b', false],
  ['https://id.example/a?b', false],
  ['https://id.example/#a', false],
  ['https://*.example', false],
  ['https://id.example/*', false],
])('%j can be the URL of a provider: %s', (issuer, expected) => {
  expect(isProviderUrl(issuer)).toBe(expected)
})

function statementsOf(tenant: ReturnType<typeof sampleTenant>) {
  const policies = trustPolicies([tenant], 'https://broker.example')
  return policies[tenant.grants.only?.roleArn ?? '']?.Statement ?? []
}
