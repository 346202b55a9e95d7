/** Refusals in front of Ceph: the caller gets a code, and the operator reads Ceph's own message. */
import { expect, it } from 'vitest'
import type { BrokerResponse } from './ceph-environment.ts'
import { TENANTS } from './ceph-tenants.ts'
import { describeAtCeph } from './describe-at-ceph.ts'
import { REFUSED_GRANTS } from './extra-grants.ts'
import { logIn, signPartnerToken, USERS } from './users.ts'

describeAtCeph('refusals in front of Ceph', REFUSED_GRANTS, (environment) => {
  it.each(Object.keys(TENANTS.acme))(
    'mallory, who has hostile claims, never gets the grant %s',
    async (grant) => {
      const { demoIdp, requestCredentials } = environment()
      const token = await logIn(demoIdp.url, 'mallory')
      expectRefusal(await requestCredentials(token, { grant }), 'claim_unusable')
    },
  )

  it.each([
    ...['*', 'al*', 'al?', '../al', 'al/../alice', 'al/*', '..', '.', ''],
    ...['${aws:username}', '{{team}}', 'al"', 'al\\', 'al\u0000', 'al\n', 'al\u202e', 'аl'],
    ...['al:x', 'al,*', ['al', '*'], { al: '*' }, true, 7],
  ])('a caller with the subject or the team %j gets nothing', async (hostile) => {
    const { partner, requestCredentials } = environment()
    for (const claims of [
      { sub: hostile, team: 'red' },
      { sub: 'al', team: hostile },
    ]) {
      const token = await signPartnerToken(partner, { tenant: 'acme', ...claims })
      const response = await requestCredentials(token, { grant: 'own' })
      expectRefusal(response, 'claim_unusable', 'invalid_token')
    }
  })

  it('an expired token is not sent to Ceph', async () => {
    const { partner, requestCredentials } = environment()
    const claims = { sub: 'al', tenant: 'acme', team: 'red', iat: 1, exp: 2 }
    const token = await signPartnerToken(partner, claims)
    expectRefusal(await requestCredentials(token, { grant: 'direct' }), 'token_expired')
  })

  it.each([
    ['a role that does not exist', USERS.alice, 'nowhere', 'AccessDenied'],
    ['the role of another tenant, which binds `sub`', USERS.bob, 'stray', 'AccessDenied'],
    // AWS accepts the policies of these three.
    ['a variable in a resource', USERS.alice, 'variable', 'MalformedPolicyDocument'],
    ['a variable in a condition value', USERS.alice, 'userId', 'MalformedPolicyDocument'],
    ['a colon in the name of an object', USERS.alice, 'colon', 'MalformedPolicyDocument'],
  ])('Ceph refuses %s, and the record says why', async (_, user, grant, reason) => {
    await expectReason(user, { grant }, reason)
  })

  it('Ceph refuses a longer session than the role allows, and the record says why', async () => {
    await expectReason(USERS.alice, { grant: 'long', durationSeconds: 43_200 }, 'InvalidArgument')
  })

  async function expectReason(
    user: (typeof USERS)['alice' | 'bob'],
    request: object,
    reason: string,
  ) {
    const { requestCredentials, tokenOf } = environment()
    const response = await requestCredentials(await tokenOf(user), { ...request })
    expectRefusal(response, 'sts_rejected')
    expect(response.audit.reason).toMatch(new RegExp(`^STS: ${reason}\\w*: `))
  }
})

function expectRefusal({ credentials, code, audit }: BrokerResponse, ...codes: string[]) {
  const { outcome, accessKeyId } = audit
  expect([credentials, outcome, accessKeyId]).toEqual([undefined, 'refused', undefined])
  expect(codes).toContain(code)
  expect(audit.code).toBe(code)
}
