/** The local STS and the local S3 with the roles and the bucket of the tests at Ceph. */
import type { S3Client } from '@aws-sdk/client-s3'
import { compileTenants } from '@token-broker/core/document'
import { createAuthorizer } from '../../packages/local/src/local-aws/authorize-session.ts'
import { createSessionRegistry } from '../../packages/local/src/local-aws/session-registry.ts'
import { startLocalS3 } from '../../packages/local/src/local-s3/local-s3.ts'
import {
  knownPolicies,
  type Roles,
  rolesForTenants,
} from '../../packages/local/src/local-sts/roles.ts'
import { startLocalSts } from '../../packages/local/src/local-sts/server.ts'
import { startBrokerProcess } from '../fixtures/broker-process.ts'
import { findFreePort } from '../fixtures/free-port.ts'
import { type BrokerRequests, type CephEnvironment, createRequests } from './ceph-environment.ts'
import { BUCKET, cephTenantDocument, ROLES } from './ceph-tenants.ts'
import { connectS3 } from './s3-actions.ts'

export interface LocalCounterpart extends BrokerRequests {
  readonly endpoint: string
  /** The owner of the bucket, which exists and is empty. */
  readonly owner: S3Client
  stop(): Promise<void>
}

const OWNER = { accessKeyId: 'AKIALOCALCOUNTERPART', secretAccessKey: 'of the owner' }

/** Another broker, with the same tenants, in front of the local STS. */
export async function startLocalCounterpart({
  demoIdp,
  partner,
}: CephEnvironment): Promise<LocalCounterpart> {
  const issuers = { demoIdpUrl: demoIdp.url, partnerUrl: partner.url }
  const documents = (['acme', 'beta'] as const).map((tenant) => cephTenantDocument(tenant, issuers))
  const port = await findFreePort()
  const roles = rolesWithPolicies(documents, `http://127.0.0.1:${port}`)
  const sessions = createSessionRegistry(OWNER, Date.now)
  const sts = await startLocalSts({ port: 0, roles, sessions })
  const s3 = await startLocalS3({
    ...{ port: 0, sessions, bucketNames: [BUCKET], allowedOrigins: [] },
    authorizer: createAuthorizer(knownPolicies(roles), Date.now),
    log: () => undefined,
  })
  const broker = await startBrokerProcess({ documents, stsEndpoint: sts.url, port })
  const owner = connectS3(s3.url, OWNER)
  return {
    ...createRequests(broker, demoIdp.url, partner),
    endpoint: s3.url,
    owner,
    async stop() {
      owner.destroy()
      for (const server of [broker, s3, sts]) await server.close()
    },
  }
}

/** The roles' own policies are those that Ceph has. */
function rolesWithPolicies(documents: readonly string[], brokerUrl: string): Roles {
  const { tenants } = compileTenants(documents.map((text, at) => ({ file: `${at}.yaml`, text })))
  const roles = Object.entries(rolesForTenants(tenants, brokerUrl)).map(([arn, role]) => {
    const own = ROLES[arn.split('/').at(-1) ?? '']
    if (own === undefined) throw new Error(`Ceph has no role ${arn}.`)
    return [arn, { ...role, policy: own.policy }] as const
  })
  return Object.fromEntries(roles)
}
