/** The condition keys of requests to the local AWS: known, absent as at AWS, or not supported. */
import { expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/index.ts'
import { denialOf } from './authorized-session.ts'

type Conditions = NonNullable<PolicyStatement['Condition']>

const allow = (Condition: Conditions): PolicyStatement => ({
  ...{ Effect: 'Allow', Action: '*', Resource: '*', Condition },
})
const OPTIONS = {
  role: { sourceIdentity: 'alice', principalTags: { Team: 'red' } },
  http: { sourceIp: '127.0.0.1', userAgent: 'aws-cli/2', referer: 'http://localhost/' },
}

it.each([
  ['aws:PrincipalArn', 'arn:aws:iam::111122223333:role/app'],
  ['aws:PrincipalAccount', '111122223333'],
  ['aws:PrincipalType', 'AssumedRole'],
  ['aws:PrincipalTag/team', 'red'],
  ['aws:PRINCIPALTAG/TEAM', 'red'],
  ['aws:userid', 'AROAEXAMPLE:alice'],
  ['aws:FederatedProvider', 'arn:aws:iam::111122223333:oidc-provider/id.example'],
  ['aws:SourceIdentity', 'alice'],
  ['aws:TokenIssueTime', '2026-11-27T00:00:00Z'],
  ['aws:CurrentTime', '2026-11-27T00:00:00Z'],
  ['aws:EpochTime', '1795737600'],
  ['aws:SourceIp', '127.0.0.1'],
  ['aws:UserAgent', 'aws-cli/2'],
  ['aws:Referer', 'http://localhost/'],
  ['aws:RequestedRegion', 'eu-west-1'],
  ['aws:ResourceAccount', '111122223333'],
  ['aws:SecureTransport', 'true'],
  ['aws:MultiFactorAuthPresent', 'false'],
  ['aws:ViaAWSService', 'false'],
  ['s3:authType', 'REST-HEADER'],
  ['s3:signatureversion', 'AWS4-HMAC-SHA256'],
  ['s3:x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
  ['s3:ResourceAccount', '111122223333'],
])('has the value of %s', (key, value) => {
  const isAllowed = (expected: string) =>
    denialOf({}, { ...OPTIONS, rolePolicy: [allow({ StringEquals: { [key]: expected } })] })
  expect(isAllowed(value)).toBeUndefined()
  expect(isAllowed(`${value}0`)?.explanation).toContain(`expected ${value}0, found ${value}`)
})

it.each([
  ...['aws:username', 'aws:PrincipalTag/other', 'aws:MultiFactorAuthAge', 'aws:SourceVpce'],
  ...['aws:CalledVia', 'aws:RequestTag/a', 's3:prefix', 's3:signatureAge', 'ec2:Region'],
])('does not have %s, like AWS', (key) => {
  const rolePolicy = [allow({ Null: { [key]: 'true' } })]
  expect(denialOf({}, { ...OPTIONS, rolePolicy })).toBeUndefined()
  const isAbsent = denialOf({}, { ...OPTIONS, rolePolicy: [allow({ Null: { [key]: 'false' } })] })
  expect(isAbsent?.layer).toBe('role policy')
})

it.each([
  ...['aws:PrincipalOrgID', 'aws:ResourceOrgPaths', 'aws:ResourceTag/team'],
  ...['www.amazon.com:user_id', 'id.example/path:sub', '127.0.0.1:8787:sub', 'localhost:8787:sub'],
])('denies by name what depends on %s, whose value is not known', (key) => {
  for (const Condition of [
    { StringEquals: { [key]: 'a' } },
    { StringNotEquals: { [key]: 'a' } },
    { Null: { [key]: 'true' } },
  ]) {
    const denial = denialOf({}, { ...OPTIONS, rolePolicy: [allow(Condition)] })
    expect(denial?.explanation).toContain(
      `condition key ${key.toLowerCase()} is not supported here`,
    )
    const everything = { Effect: 'Allow' as const, Action: '*', Resource: '*' }
    const deny = { ...everything, Effect: 'Deny' as const, Condition }
    expect(denialOf({}, { ...OPTIONS, rolePolicy: [everything, deny] })).toBeDefined()
  }
})

it('has the age of a presigned URL in milliseconds', () => {
  const authenticated = { authType: 'REST-QUERY-STRING', signedAtMs: 0 } as const
  const rolePolicy = [allow({ NumericLessThan: { 's3:signatureAge': 600_000 } })]
  expect(denialOf({}, { authenticated, rolePolicy, nowMs: 599_999 })).toBeUndefined()
  expect(denialOf({}, { authenticated, rolePolicy, nowMs: 600_000 })).toBeDefined()
})

it('has no account for a role without one, as on Ceph', () => {
  const role = { account: '' }
  const Condition = { Null: { 'aws:PrincipalAccount': 'true', 'aws:ResourceAccount': 'true' } }
  expect(denialOf({}, { role, rolePolicy: [allow(Condition)] })).toBeUndefined()
})

it("keeps the keys of S3 out of other services' requests", () => {
  const rolePolicy = [allow({ Null: { 's3:authType': 'true' } })]
  expect(denialOf({ action: 'dynamodb:GetItem' }, { rolePolicy })).toBeUndefined()
  expect(denialOf({ action: 's3:GetObject' }, { rolePolicy })).toBeDefined()
})
