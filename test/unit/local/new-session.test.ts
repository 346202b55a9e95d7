/** What the local services know of a session that the local STS issues. */
import { expect, it } from 'vitest'
import { newSession } from '../../../packages/local/src/local-sts/new-session.ts'

const READ = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/*' }
const OWN = { ...READ, Resource: 'arn:aws:s3:::files/${aws:PrincipalTag/user}/*' }

it('has the tags, the source identity and the policies that were sent, and the same end', () => {
  const { issued, session } = sessionWith(JSON.stringify({ Version: '2012-10-17', Statement: OWN }))
  expect(session).toMatchObject({
    accessKeyId: issued.accessKeyId,
    secretAccessKey: issued.secretAccessKey,
    sessionToken: issued.sessionToken,
    expiresAtMs: Date.parse(issued.expiration),
    role: {
      ...{ roleArn: 'arn:aws:iam::111122223333:role/path/app', account: '111122223333' },
      assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/app/alice',
      roleId: issued.assumedRoleId,
      provider: 'arn:aws:iam::111122223333:oidc-provider/id.example/path',
      ...{ sourceIdentity: 'alice', principalTags: { user: 'alice' } },
      sessionPolicy: [OWN],
      managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    },
  })
  expect(issued.assumedRoleId).toMatch(/^AROA[A-Z2-7]{17}:alice$/)
})

it('has no session policy if none was sent, so that the whole role is left', () => {
  expect(sessionWith(undefined).session.role).not.toHaveProperty('sessionPolicy')
})

it.each([
  ['a variable in a version without variables', JSON.stringify({ Statement: OWN })],
  ['a member twice', `{"Statement":${JSON.stringify(READ)},"Statement":[]}`],
  ['a member that is not known', JSON.stringify({ Statement: READ, Other: 1 })],
])('allows nothing by a session policy with %s', (_name, policy) => {
  expect(sessionWith(policy).session.role?.sessionPolicy).toEqual([])
})

function sessionWith(policy: string | undefined) {
  return newSession(
    {
      roleArn: 'arn:aws:iam::111122223333:role/path/app',
      roleSessionName: 'alice',
      ...{ token: 'token', durationSeconds: 900, policy },
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    },
    {
      ...{ issuer: 'https://id.example/path', subject: 'alice', audience: 'app', amr: [] },
      ...{ sessionTags: { user: 'alice' }, transitiveTagKeys: [], sourceIdentity: 'alice' },
      expiresAtSeconds: 0,
    },
    '111122223333',
  )
}
