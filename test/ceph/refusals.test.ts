/** Who gets no session at Ceph, and how the broker tells what Ceph refuses: a code to the caller, Ceph's words to the operator. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, startWorld, type World } from './ceph-environment.ts'
import { cephIsMissing } from './ceph-is-missing.ts'
import { TENANTS } from './ceph-tenants.ts'
import { logIn, signPartnerToken, USERS } from './users.ts'

const DATA = 'arn:aws:s3:::data'
const grant = (role: string, Resource: string, more: object = {}) => ({
  role: `arn:aws:iam:::role/${role}`,
  policy: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }],
  ...more,
})
const MORE = {
  acme: {
    variable: grant('acme-app', `${DATA}/\${aws:PrincipalTag/team}/*`, {
      sessionTags: { team: '{{team}}' },
    }),
    userId: {
      role: 'arn:aws:iam:::role/acme-app',
      policy: [
        {
          ...{ Effect: 'Allow', Action: 's3:ListBucket', Resource: DATA },
          Condition: { StringLike: { 's3:prefix': '${aws:userid}/*' } },
        },
      ],
    },
    colon: grant('acme-app', `${DATA}/a:b/*`),
    long: grant('acme-app', `${DATA}/*`, { maxDuration: '12h' }),
    nowhere: grant('no-such-role', `${DATA}/*`),
  },
  beta: { stray: grant('acme-app', `${DATA}/*`) },
}

describe.skipIf(cephIsMissing())('refusals in front of Ceph', { timeout: 120_000 }, () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld(MORE)
  }, 120_000)
  afterAll(() => world?.stop(), 60_000)

  const expectRefusal = ({ credentials, code, audit }: Answer, ...codes: string[]) => {
    expect([credentials, audit.outcome, audit.accessKeyId]).toEqual([
      undefined,
      'refused',
      undefined,
    ])
    expect(codes).toContain(code)
    expect(audit.code).toBe(code)
  }

  it.each(Object.keys(TENANTS.acme))(
    'mallory, whose claims are hostile, never gets %s',
    async (grant) => {
      const token = await logIn(world.demoIdp.url, 'mallory')
      expectRefusal(await world.ask(token, { grant }), 'claim_unusable')
    },
  )

  it.each([
    ...[
      '*',
      'al*',
      'al?',
      '../al',
      'al/../alice',
      'al/*',
      '..',
      '.',
      '',
      '${aws:username}',
      '{{team}}',
    ],
    ...[
      'al"',
      'al\\',
      'al\u0000',
      'al\n',
      'al\u202e',
      'аl',
      'al:x',
      'al,*',
      ['al', '*'],
      { al: '*' },
      true,
      7,
    ],
  ])('nor does anybody with the subject or the team %j', async (hostile) => {
    for (const claims of [
      { sub: hostile, team: 'red' },
      { sub: 'al', team: hostile },
    ]) {
      const token = await signPartnerToken(world.partner, { tenant: 'acme', ...claims })
      expectRefusal(await world.ask(token, { grant: 'own' }), 'claim_unusable', 'invalid_token')
    }
  })

  it('a token that has expired reaches nobody', async () => {
    const token = await signPartnerToken(world.partner, {
      sub: 'al',
      tenant: 'acme',
      team: 'red',
      iat: 1,
      exp: 2,
    })
    expectRefusal(await world.ask(token, { grant: 'direct' }), 'token_expired')
  })

  it.each([
    ['a role that is not there', USERS.alice, { grant: 'nowhere' }, 'AccessDenied'],
    [
      "another tenant's role, which binds `sub` to that tenant",
      USERS.bob,
      { grant: 'stray' },
      'AccessDenied',
    ],
    [
      'more time than the role has',
      USERS.alice,
      { grant: 'long', durationSeconds: 43_200 },
      'InvalidArgument',
    ],
    [
      'a variable in a resource, which AWS takes',
      USERS.alice,
      { grant: 'variable' },
      'MalformedPolicyDocument',
    ],
    [
      'a variable in a condition value, which AWS takes',
      USERS.alice,
      { grant: 'userId' },
      'MalformedPolicyDocument',
    ],
    [
      "a colon in an object's name, which AWS takes",
      USERS.alice,
      { grant: 'colon' },
      'MalformedPolicyDocument',
    ],
  ])('Ceph refuses %s, and the record says why', async (_, user, request, reason) => {
    const answer = await world.ask(await world.tokenOf(user), request)
    expectRefusal(answer, 'sts_rejected')
    expect(answer.audit.reason).toMatch(new RegExp(`^STS: ${reason}\\w*: `))
  })
})
