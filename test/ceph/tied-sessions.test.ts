/** Sessions that are tied to the caller's address by `request.ip`, IPv4 and IPv6, at Ceph. */
import { expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/test-broker.ts'
import { BUCKET, cephTenantDocument } from './ceph-tenants.ts'
import { hasIpv6Loopback } from './cluster/ceph-configuration.ts'
import { describeAtCeph } from './describe-at-ceph.ts'
import { connectS3From, outcomeOf, read, seed } from './s3-actions.ts'
import { USERS } from './users.ts'

const KEY = 'acme/red/alice/report'
const TIED = {
  role: 'arn:aws:iam:::role/acme-direct',
  webIdentity: 'pass-through',
  policy: [
    {
      ...{ Effect: 'Allow', Action: 's3:GetObject' },
      Resource: `arn:aws:s3:::${BUCKET}/acme/{{team}}/{{user}}/*`,
      Condition: { IpAddress: { 'aws:SourceIp': '{{network}}' } },
    },
  ],
}

describeAtCeph('sessions tied to an address', {}, (environment) => {
  it.each([
    ['127.0.0.1', '127.0.0.1', 'allowed'],
    ['127.0.0.1', '127.0.0.2', 'denied'],
    ['127.0.0.2', '127.0.0.2', 'allowed'],
    ['203.0.113.7', '127.0.0.1', 'denied'],
  ])('a caller at %s, whose session is used at %s: %s', async (caller, user, expected) => {
    expect(await useSession(caller, user)).toBe(expected)
  })

  it.skipIf(!hasIpv6Loopback())('the same with IPv6, and between the two', async () => {
    expect(await useSession('::1', '::1')).toBe('allowed')
    expect(await useSession('2001:db8::1', '::1')).toBe('denied')
    expect(await useSession('::1', '127.0.0.1')).toBe('denied')
    expect(await useSession('127.0.0.1', '::1')).toBe('denied')
  })

  /** @returns whether the session that the caller got reads an object from the other address */
  async function useSession(callerIp: string, userIp: string) {
    const { ceph, demoIdp, partner, owner, tokenOf } = environment()
    await seed(owner, KEY)
    const issuers = { demoIdpUrl: demoIdp.url, partnerUrl: partner.url }
    const broker = await startTestBroker({
      documents: [cephTenantDocument('acme', issuers, { tied: TIED })],
      environment: { BROKER_STS_ENDPOINT: ceph.endpoint },
    })
    const { status, body } = await broker.send({
      ...{ method: 'POST', path: '/v1/credentials', clientIp: callerIp },
      headers: {
        authorization: `Bearer ${await tokenOf(USERS.alice)}`,
        'content-type': 'application/json',
      },
      body: Buffer.from('{"grant":"tied"}'),
    })
    expect([status, body.slice(0, 200)]).toEqual([200, expect.any(String)])
    const isIpv6 = userIp.includes(':')
    const endpoint = isIpv6 ? ceph.endpoint.replace('127.0.0.1', '[::1]') : ceph.endpoint
    const { expiration: _, ...keys } = JSON.parse(body).credentials
    const session = connectS3From(userIp, endpoint, keys)
    try {
      return (await outcomeOf(read(session, KEY))).outcome
    } finally {
      session.destroy()
    }
  }
})
