/** The layers of a session: its role's policy, its session policy, and AWS's sentence for each. */
import { expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/index.ts'
import {
  createAuthorizer,
  type Denial,
  type ServiceRequest,
} from '../../../packages/local/src/local-aws/authorize-session.ts'
import type { AssumedRole } from '../../../packages/local/src/local-aws/local-session.ts'
import type { Authenticated } from '../../../packages/local/src/local-aws/signature/authenticate.ts'

const NOW = Date.UTC(2026, 10, 27)
const ROLE_ARN = 'arn:aws:iam::111122223333:role/app'
const USER = 'arn:aws:sts::111122223333:assumed-role/app/alice'
const OBJECT = 'arn:aws:s3:::files/alice/a.txt'
const REQUEST: ServiceRequest = {
  ...{ action: 's3:GetObject', resource: OBJECT, context: new Map() },
}
const own: PolicyStatement = {
  ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/alice/*' },
}
const all: PolicyStatement = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
const none: PolicyStatement = { Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }
const other: PolicyStatement = { ...own, Resource: 'arn:aws:s3:::files/bob/*' }

it.each([
  { role: [own], session: [own], refused: undefined },
  { role: [own], session: undefined, refused: undefined },
  { role: undefined, session: [own], refused: undefined },
  { role: [own], session: [], refused: 'because no session policy allows the s3:GetObject action' },
  {
    ...{ role: undefined, session: [other] },
    refused: 'because no session policy allows the s3:GetObject action',
  },
  {
    ...{ role: [other], session: [own] },
    refused: 'because no identity-based policy allows the s3:GetObject action',
  },
  {
    ...{ role: [all], session: [own, none] },
    refused: 'with an explicit deny in a session policy',
  },
  {
    ...{ role: [own, none], session: [own] },
    refused: 'with an explicit deny in an identity-based policy',
  },
  { ...{ role: [other], session: [none] }, refused: 'with an explicit deny in a session policy' },
])('decides by role policy and session policy: $refused', ({ role, session, refused }) => {
  const denial = decide(role, session, {})
  const sentence =
    `User: ${USER} is not authorized to perform: s3:GetObject ` + `on resource: "${OBJECT}" `
  expect(denial?.message).toBe(refused && sentence + refused)
})

it('allows nothing by a managed session policy, whose text is not known', () => {
  const managedPolicyArns = ['arn:aws:iam::aws:policy/AmazonS3FullAccess']
  expect(decide([all], undefined, { managedPolicyArns })?.layer).toBe('session policy')
})

function decide(
  rolePolicy: readonly PolicyStatement[] | undefined,
  sessionPolicy: readonly PolicyStatement[] | undefined,
  changes: Partial<AssumedRole>,
): Denial | undefined {
  const policies = new Map(rolePolicy === undefined ? [] : [[ROLE_ARN, rolePolicy] as const])
  const role: AssumedRole = {
    ...{ roleArn: ROLE_ARN, assumedRoleArn: USER, roleId: 'AROAEXAMPLE:alice' },
    ...{ account: '111122223333', issuedAtMs: NOW, principalTags: {}, managedPolicyArns: [] },
    provider: 'arn:aws:iam::111122223333:oidc-provider/id.example',
    ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
    ...changes,
  }
  const session = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's', expiresAtMs: NOW + 1, role }
  const authenticated: Authenticated = {
    ...{ session, authType: 'REST-HEADER', region: 'eu-west-1', signedAtMs: NOW, payload: '' },
    seed: {
      key: Buffer.alloc(32),
      claimed: {
        scope: { date: '20261127', region: 'eu-west-1', service: 's3' },
        ...{ dateTime: '20261127T000000Z', signature: '' },
      },
    },
  }
  return createAuthorizer(policies, () => NOW).authorize(authenticated, REQUEST, {
    sourceIp: '127.0.0.1',
  })
}
