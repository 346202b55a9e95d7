/** What becomes of a session at Ceph when its time is up, its IdP goes, its role changes, or its keys are mixed with others'. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SessionKeys, startWorld, type World } from './ceph-environment.ts'
import { cephIsMissing } from './ceph-is-missing.ts'
import { ROLES } from './ceph-tenants.ts'
import { connectS3, outcomeOf, read, seed } from './s3-actions.ts'
import { USERS } from './users.ts'

const OWN = 'acme/red/alice/report'
const IN_FUTURE_MS = 1_000_000

describe.skipIf(cephIsMissing())('the life of a session at Ceph', { timeout: 120_000 }, () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
    await seed(world.owner, OWN)
  }, 120_000)
  afterAll(() => world?.stop(), 60_000)

  const open = async (grant: string, more: object = {}): Promise<SessionKeys> => {
    const { credentials, audit } = await world.ask(await world.tokenOf(USERS.alice), {
      grant,
      ...more,
    })
    if (!credentials) throw new Error(`refused: ${audit.reason}`)
    return credentials
  }
  const canRead = async (keys: SessionKeys) =>
    (await outcomeOf(read(connectS3(world.ceph.endpoint, keys), OWN))).outcome

  it('ends when its time is up: a gateway whose clock is 1,000 s ahead refuses one of 900 s and takes one of 3,600 s', async () => {
    const [short, long] = [await open('own', { durationSeconds: 900 }), await open('own')]
    expect([await canRead(short), await canRead(long)]).toEqual(['allowed', 'allowed'])
    const endpoint = await world.ceph.startGatewayAhead(IN_FUTURE_MS / 1000)
    const readLater = async (keys: SessionKeys) =>
      (await outcomeOf(read(connectS3(endpoint, keys, IN_FUTURE_MS), OWN))).outcome
    expect([await readLater(short), await readLater(long)]).toEqual(['denied', 'allowed'])
  })

  it('is nothing with the secret, the key id or the session token of another', async () => {
    const [one, other] = [await open('own'), await open('own')]
    const swaps = (['accessKeyId', 'secretAccessKey', 'sessionToken'] as const).map((part) => ({
      ...one,
      [part]: other[part],
    }))
    for (const keys of swaps) {
      await expect(read(connectS3(world.ceph.endpoint, keys), OWN)).rejects.toMatchObject({
        $metadata: { httpStatusCode: 403 },
      })
    }
    expect([await canRead(one), await canRead(other)]).toEqual(['allowed', 'allowed'])
  })

  it('loses at once what its role loses, as at AWS', async () => {
    const session = await open('own')
    await world.iam.putRolePolicy('acme-app', [
      { Effect: 'Deny', Action: 's3:GetObject', Resource: '*' },
    ])
    expect(await canRead(session)).toBe('denied')
    await world.iam.putRolePolicy('acme-app', ROLES['acme-app']?.policy ?? [])
    expect(await canRead(session)).toBe('allowed')
  })

  it('outlives its identity provider, of which no new session comes', async () => {
    const [token, session] = [await world.tokenOf(USERS.alice), await open('direct')]
    await world.demoIdp.close()
    await world.iam.distrustIssuer(world.demoIdp.url)
    expect(await canRead(session)).toBe('allowed')
    // The broker still knows the key and would issue; the refusal is Ceph's.
    const { status, code, audit } = await world.ask(token, { grant: 'direct' })
    expect([status, code]).toEqual([502, 'sts_rejected'])
    expect(audit).toMatchObject({ outcome: 'refused', roleArn: 'arn:aws:iam:::role/acme-direct' })
    expect(audit.reason).toMatch(/^STS: AccessDenied: /)
    expect(audit.accessKeyId).toBeUndefined()
  })

  it('ends with its role', async () => {
    const { credentials } = await world.ask(await world.tokenOf(USERS.al), { grant: 'own' })
    if (!credentials) throw new Error('refused')
    await seed(world.owner, 'acme/red/al/report')
    const canReadOwn = () =>
      outcomeOf(read(connectS3(world.ceph.endpoint, credentials), 'acme/red/al/report'))
    expect((await canReadOwn()).outcome).toBe('allowed')
    await world.iam.deleteRole('acme-app')
    expect((await canReadOwn()).outcome).toBe('denied')
  })
})
