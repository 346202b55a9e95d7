/** Where Ceph differs from AWS, as seen through the broker; `ceph.md` says what to consider. */
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from './ceph-environment.ts'
import { cephIsMissing } from './ceph-is-missing.ts'
import { type Statement, TENANTS } from './ceph-tenants.ts'
import { connectS3, outcomeOf, read, seed } from './s3-actions.ts'
import { USERS } from './users.ts'

const DATA = 'arn:aws:s3:::data'
const CLOSED = 'acme/red/closed/report'
const DEEPER_CLOSED = 'acme/red/2026/closed/report'
const readAcme: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${DATA}/acme/*` }
const MORE = {
  acme: {
    middle: {
      role: 'arn:aws:iam:::role/acme-app',
      policy: [
        readAcme,
        { Effect: 'Deny', Action: 's3:GetObject', Resource: `${DATA}/acme/*/closed/*` },
      ],
    },
    managed: {
      ...TENANTS.acme.own,
      managedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
    },
  },
}

describe.skipIf(cephIsMissing())('where Ceph differs from AWS', { timeout: 120_000 }, () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld(MORE)
    for (const key of [CLOSED, DEEPER_CLOSED]) await seed(world.owner, key)
  }, 120_000)
  afterEach(() => world?.partner.respondWith(undefined))
  afterAll(() => world?.stop(), 60_000)

  const open = async (grant: string) => {
    const { credentials, audit } = await world.ask(await world.tokenOf(USERS.alice), { grant })
    if (!credentials) throw new Error(`refused: ${audit.reason}`)
    return connectS3(world.ceph.endpoint, credentials)
  }
  /** Asks with a partner's token, while the partner publishes these keys; the broker itself keeps to those it has read. */
  const askWhilePublished = async (keys: readonly object[]) => {
    const { partner } = world
    partner.respondWith((path, response) => {
      const document = path.endsWith('/jwks')
        ? { keys }
        : { issuer: partner.url, jwks_uri: `${partner.url}/jwks` }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
    })
    const { code, audit } = await world.ask(await world.tokenOf(USERS.al), { grant: 'direct' })
    return code ?? audit.outcome
  }

  it('takes the first key of an issuer only, and that only with a certificate', async () => {
    const { x5c, ...bare } = world.partner.publicJwk
    const { publicKey } = await generateKeyPair('RS256')
    const next = { ...(await exportJWK(publicKey)), kid: 'next', alg: 'RS256', use: 'sig' }
    expect(await askWhilePublished([{ ...bare, x5c }])).toBe('issued')
    expect(await askWhilePublished([{ ...bare, x5c }, next])).toBe('issued')
    expect(await askWhilePublished([next, { ...bare, x5c }])).toBe('sts_rejected')
    expect(await askWhilePublished([bare])).toBe('sts_rejected')
  })

  it('says that every policy takes none of the room', async () => {
    const { packedPolicySize } = await world.ask(await world.tokenOf(USERS.alice), { grant: 'own' })
    expect(packedPolicySize).toBe(0)
  })

  it('passes managed policies over, so that they give nothing', async () => {
    expect(await outcomeOf(read(await open('managed'), CLOSED))).toEqual({ outcome: 'denied' })
  })

  it('ends a wildcard where the character after it comes first (16.2), so that a Deny may deny less than it says', async () => {
    const session = await open('middle')
    const outcomes = [
      (await outcomeOf(read(session, CLOSED))).outcome,
      (await outcomeOf(read(session, DEEPER_CLOSED))).outcome,
    ]
    const isOld = world.ceph.version.startsWith('ceph version 16.')
    expect(outcomes).toEqual(['denied', isOld ? 'allowed' : 'denied'])
  })

  it('tells whether an object exists to every session whose role may list the bucket, whatever the session may', async () => {
    const absent = 'acme/red/al/absent'
    await expect(read(await open('own'), absent)).rejects.toMatchObject({ name: 'NoSuchKey' })
    expect(await outcomeOf(read(await open('everything'), absent))).toMatchObject({
      outcome: 'denied',
    })
  })
})
