/** Where Ceph differs from AWS, as seen through the broker. */
import { exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { describeAtCeph } from './describe-at-ceph.ts'
import { DIFFERING_GRANTS } from './extra-grants.ts'
import { connectS3, outcomeOf, read, seed } from './s3-actions.ts'
import { USERS } from './users.ts'

const CLOSED = 'acme/red/closed/report'
const DEEPER_CLOSED = 'acme/red/2026/closed/report'

describeAtCeph('Ceph, unlike AWS,', DIFFERING_GRANTS, (environment) => {
  beforeAll(async () => {
    for (const key of [CLOSED, DEEPER_CLOSED]) await seed(environment().owner, key)
  })
  afterEach(() => environment().partner.respondWith(undefined))

  it('accepts only the first key of an issuer, and only with a certificate', async () => {
    const { x5c, ...bare } = environment().partner.publicJwk
    const { publicKey } = await generateKeyPair('RS256')
    const next = { ...(await exportJWK(publicKey)), kid: 'next', alg: 'RS256', use: 'sig' }
    expect(await requestWhilePublished([{ ...bare, x5c }])).toBe('issued')
    expect(await requestWhilePublished([{ ...bare, x5c }, next])).toBe('issued')
    expect(await requestWhilePublished([next, { ...bare, x5c }])).toBe('sts_rejected')
    expect(await requestWhilePublished([bare])).toBe('sts_rejected')
  })

  it('reports a session token utilization of 0 for every policy, and no size', async () => {
    const { requestCredentials, tokenOf } = environment()
    const response = await requestCredentials(await tokenOf(USERS.alice), { grant: 'own' })
    expect(response).toMatchObject({ sessionTokenUtilization: 0, sessionTokenSize: undefined })
  })

  it('ignores managed policies, so that they allow nothing', async () => {
    expect(await outcomeOf(read(await open('managed'), CLOSED))).toEqual({ outcome: 'denied' })
  })

  // Ceph 16.2 ends a wildcard at the first occurrence of the character that follows it.
  it('ends a wildcard too early (16.2), so that a Deny may not apply', async () => {
    const session = await open('middle')
    const outcomes = [
      (await outcomeOf(read(session, CLOSED))).outcome,
      (await outcomeOf(read(session, DEEPER_CLOSED))).outcome,
    ]
    const isOld = environment().ceph.version.startsWith('ceph version 16.')
    expect(outcomes).toEqual(['denied', isOld ? 'allowed' : 'denied'])
  })

  it('reveals whether an object exists to each session of a role that may list', async () => {
    const absent = 'acme/red/al/absent'
    await expect(read(await open('own'), absent)).rejects.toMatchObject({ name: 'NoSuchKey' })
    expect(await outcomeOf(read(await open('everything'), absent))).toMatchObject({
      outcome: 'denied',
    })
  })

  async function open(grant: string) {
    const { ceph, requestCredentials, tokenOf } = environment()
    const { credentials, audit } = await requestCredentials(await tokenOf(USERS.alice), { grant })
    if (!credentials) throw new Error(`The broker refused the grant ${grant}: ${audit.reason}`)
    return connectS3(ceph.endpoint, credentials)
  }

  /** The broker uses the keys that it fetched before; Ceph fetches these. */
  async function requestWhilePublished(keys: readonly object[]) {
    const { partner, requestCredentials, tokenOf } = environment()
    partner.respondWith((path, response) => {
      const document = path.endsWith('/jwks')
        ? { keys }
        : { issuer: partner.url, jwks_uri: `${partner.url}/jwks` }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
    })
    const { code, audit } = await requestCredentials(await tokenOf(USERS.al), { grant: 'direct' })
    return code ?? audit.outcome
  }
})
