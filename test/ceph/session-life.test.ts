/** What happens to a session at Ceph when it expires, or when its issuer or role changes. */
import { beforeAll, expect, it } from 'vitest'
import type { SessionKeys } from './ceph-environment.ts'
import { ROLES } from './ceph-tenants.ts'
import { describeAtCeph } from './describe-at-ceph.ts'
import { connectS3, outcomeOf, read, seed } from './s3-actions.ts'
import { USERS } from './users.ts'

const OWN = 'acme/red/alice/report'
const IN_FUTURE_MS = 1_000_000

describeAtCeph('a session at Ceph', {}, (environment) => {
  beforeAll(() => seed(environment().owner, OWN))

  it('expires: after 1,000 s, one of 900 s is refused, and one of 3,600 s is not', async () => {
    const [short, long] = [await open('own', { durationSeconds: 900 }), await open('own')]
    expect([await canRead(short), await canRead(long)]).toEqual(['allowed', 'allowed'])
    const endpoint = await environment().ceph.startGatewayAhead(IN_FUTURE_MS / 1000)
    const readLater = async (keys: SessionKeys) =>
      (await outcomeOf(read(connectS3(endpoint, keys, IN_FUTURE_MS), OWN))).outcome
    expect([await readLater(short), await readLater(long)]).toEqual(['denied', 'allowed'])
  })

  it('is refused with the secret, the key id or the session token of another session', async () => {
    const [one, other] = [await open('own'), await open('own')]
    const swaps = (['accessKeyId', 'secretAccessKey', 'sessionToken'] as const).map((part) => ({
      ...one,
      [part]: other[part],
    }))
    for (const keys of swaps) {
      await expect(read(connectS3(environment().ceph.endpoint, keys), OWN)).rejects.toMatchObject({
        $metadata: { httpStatusCode: 403 },
      })
    }
    expect([await canRead(one), await canRead(other)]).toEqual(['allowed', 'allowed'])
  })

  it('loses a permission as soon as its role loses it, as at AWS', async () => {
    const session = await open('own')
    await environment().iam.putRolePolicy('acme-app', [
      { Effect: 'Deny', Action: 's3:GetObject', Resource: '*' },
    ])
    expect(await canRead(session)).toBe('denied')
    await environment().iam.putRolePolicy('acme-app', ROLES['acme-app']?.policy ?? [])
    expect(await canRead(session)).toBe('allowed')
  })

  it('remains valid without its identity provider, but no new one is issued', async () => {
    const { demoIdp, iam, requestCredentials, tokenOf } = environment()
    const [token, session] = [await tokenOf(USERS.alice), await open('direct')]
    await demoIdp.close()
    await iam.distrustIssuer(demoIdp.url)
    expect(await canRead(session)).toBe('allowed')
    // The broker still has the key and would issue credentials; Ceph refuses.
    const { status, code, audit } = await requestCredentials(token, { grant: 'direct' })
    expect([status, code]).toEqual([502, 'sts_rejected'])
    expect(audit).toMatchObject({ outcome: 'refused', roleArn: 'arn:aws:iam:::role/acme-direct' })
    expect(audit.reason).toMatch(/^STS: AccessDenied: /)
    expect(audit.accessKeyId).toBeUndefined()
  })

  it('ends when its role is deleted', async () => {
    const { ceph, iam, owner, requestCredentials, tokenOf } = environment()
    const { credentials } = await requestCredentials(await tokenOf(USERS.al), { grant: 'own' })
    if (!credentials) throw new Error('The broker refused the grant own.')
    await seed(owner, 'acme/red/al/report')
    const canReadOwn = () =>
      outcomeOf(read(connectS3(ceph.endpoint, credentials), 'acme/red/al/report'))
    expect((await canReadOwn()).outcome).toBe('allowed')
    await iam.deleteRole('acme-app')
    expect((await canReadOwn()).outcome).toBe('denied')
  })

  async function open(grant: string, more: object = {}): Promise<SessionKeys> {
    const { requestCredentials, tokenOf } = environment()
    const request = { grant, ...more }
    const { credentials, audit } = await requestCredentials(await tokenOf(USERS.alice), request)
    if (!credentials) throw new Error(`The broker refused the grant ${grant}: ${audit.reason}`)
    return credentials
  }

  async function canRead(keys: SessionKeys) {
    return (await outcomeOf(read(connectS3(environment().ceph.endpoint, keys), OWN))).outcome
  }
})
