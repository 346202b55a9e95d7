/**
 * Sessions at Ceph for opaque access tokens of independently written identity providers: neither
 * the login, nor STS, nor S3 is part of this project.
 */
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectIam } from '../ceph/ceph-iam.ts'
import { BUCKET } from '../ceph/ceph-tenants.ts'
import { type Ceph, startCeph } from '../ceph/cluster/start-ceph.ts'
import { isCephMissing } from '../ceph/describe-at-ceph.ts'
import { connectS3, outcomeOf, read, seed } from '../ceph/s3-actions.ts'
import { startBrokerProcess } from '../fixtures/broker-process.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { describeWithProvider } from './describe-with-provider.ts'
import { introspectionDocument, userInfoDocument } from './provider-tenants.ts'
import { glewlwyd } from './providers/glewlwyd.ts'
import { CLIENTS } from './providers/identity-provider.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'
import type { RunningProvider } from './providers/start-provider.ts'

const TENANTS = ['introspected', 'user-info']
const ANY_OBJECT = { Effect: 'Allow', Action: 's3:*', Resource: '*' } as const

describe.skipIf(isCephMissing())('at Ceph', { timeout: 120_000 }, () => {
  let ceph: Ceph
  let owner: S3Client
  beforeAll(async () => {
    ceph = await startCeph()
    await closeAfterTests({ close: () => ceph.stop() })
    owner = connectS3(ceph.endpoint, ceph.owner)
    await owner.send(new CreateBucketCommand({ Bucket: BUCKET }))
  }, 120_000)

  for (const product of [LEMONLDAP, glewlwyd()]) {
    const start = (provider: RunningProvider) => startBrokerAt(ceph, provider)
    describeWithProvider(product, 'a session', start, (started) => {
      it.each([
        ['alice', 'introspected', 'users/SUBJECT'],
        ['alice', 'user-info', 'support/SUBJECT'],
        ['mallory', 'introspected', 'users/SUBJECT'],
      ] as const)(
        'of %s by %s can read %s, and nothing beside it',
        async (user, tenant, folder) => {
          const { provider, openSession } = started()
          const { accessToken } = await provider.signIn(user)
          const { session, subject } = await openSession(tenant, accessToken)
          const own = `${folder.replace('SUBJECT', subject)}/file`
          const others = ['users/another/file', 'teams/red/another/file', `users/${subject}x/file`]
          for (const key of [own, ...others]) await seed(owner, key)
          expect(await read(session, own)).toBe(own)
          for (const key of others)
            expect((await outcomeOf(read(session, key))).outcome).toBe('denied')
        },
      )
    })
  }
})

/** Its roles may read and write everything, so that only the session policy narrows a session. */
async function startBrokerAt(ceph: Ceph, provider: RunningProvider) {
  const documents = [introspectionDocument(provider), userInfoDocument(provider)]
  const broker = await closeAfterTests(
    startBrokerProcess({
      documents: documents.map((text) => text.replaceAll('iam::111122223333:', 'iam:::')),
      stsEndpoint: ceph.endpoint,
      environment: { BROKER_SECRET_IDP_CLIENT: CLIENTS.broker },
    }),
  )
  const iam = connectIam(ceph)
  const issuer = { url: broker.url, audience: 'sts.amazonaws.com' }
  await iam.trustIssuer(issuer)
  for (const tenant of TENANTS) {
    await iam.deleteRole(tenant).catch(() => undefined)
    await iam.createRole(tenant, [{ ...issuer, subjects: [`${tenant}/*`] }], [ANY_OBJECT])
  }
  iam.close()
  return {
    openSession: async (tenant: string, token: string) => {
      const response = await fetch(`${broker.url}/v1/credentials`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ tenant, issuer: provider.issuer }),
      })
      const { credentials, requestId } = JSON.parse(await response.text())
      const { subject = '' } = await broker.auditOf(requestId)
      const { expiration: _, ...keys } = credentials
      return { session: connectS3(ceph.endpoint, keys), subject }
    },
  }
}
