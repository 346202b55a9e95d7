/**
 * Sessions at Ceph for SAML responses of independently written identity providers, by the AWS SDK:
 * neither the login, nor the client, nor STS, nor S3 is part of this project.
 */
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleWithSAMLCommand, STSClient } from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectIam } from '../ceph/ceph-iam.ts'
import { BUCKET } from '../ceph/ceph-tenants.ts'
import { type Ceph, startCeph } from '../ceph/cluster/start-ceph.ts'
import { isCephMissing } from '../ceph/describe-at-ceph.ts'
import { connectS3, outcomeOf, read, seed } from '../ceph/s3-actions.ts'
import { startBrokerProcess } from '../fixtures/broker-process.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { describeWithSamlProvider } from './describe-with-provider.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'
import { SIMPLESAMLPHP } from './providers/simplesamlphp.ts'
import type { RunningSamlProvider } from './providers/start-provider.ts'
import { PROVIDER_ARN, samlDocument } from './saml-tenant.ts'

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

  for (const product of [SIMPLESAMLPHP, LEMONLDAP]) {
    const start = (provider: RunningSamlProvider) => startBrokerAt(ceph, provider)
    describeWithSamlProvider(product, 'a session for a SAML response', start, (started) => {
      it.each([
        ['support', 'support/alice/file'],
        ['own', 'users/red/alice/file'],
      ])('of the grant %s can read %s, and nothing beside it', async (grant, own) => {
        const { provider, openSession } = started()
        const session = await openSession(await provider.signIn('alice'), grant)
        const others = ['support/alicex/file', 'users/blue/alice/file', 'users/red/bob/file']
        for (const key of [own, ...others]) await seed(owner, key)
        expect(await read(session, own)).toBe(own)
        for (const key of others)
          expect((await outcomeOf(read(session, key))).outcome).toBe('denied')
      })
    })
  }
})

/** Its role may read and write everything, so that only the session policy narrows a session. */
async function startBrokerAt(ceph: Ceph, provider: RunningSamlProvider) {
  const document = samlDocument(provider)
    .replaceAll('iam::111122223333:role', 'iam:::role')
    // Ceph 16.2 does not support sts:SetSourceIdentity.
    .replaceAll("sourceIdentity: '{{user}}'", '')
  const broker = await closeAfterTests(
    startBrokerProcess({ documents: [document], stsEndpoint: ceph.endpoint }),
  )
  const iam = connectIam(ceph)
  const issuer = { url: broker.url, audience: 'sts.amazonaws.com' }
  await iam.trustIssuer(issuer)
  await iam.deleteRole('saml').catch(() => undefined)
  await iam.createRole('saml', [{ ...issuer, subjects: ['saml/*'] }], [ANY_OBJECT])
  iam.close()
  const credentials = { accessKeyId: 'unused', secretAccessKey: 'unused' }
  const sts = new STSClient({ region: 'default', endpoint: `${broker.url}/sts`, credentials })
  await closeAfterTests({ close: async () => sts.destroy() })
  return {
    openSession: async (SAMLAssertion: string, grant: string) => {
      const RoleArn = `arn:aws:iam::000000000000:role/broker/saml/${grant}`
      const input = { RoleArn, PrincipalArn: PROVIDER_ARN, SAMLAssertion }
      const { Credentials } = await sts.send(new AssumeRoleWithSAMLCommand(input))
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
      const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
      const session = { ...keys, sessionToken: SessionToken }
      return connectS3(ceph.endpoint, session)
    },
  }
}
