/** The environment of the tests: Ceph, two identity providers, the broker, roles and a bucket. */
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { AuditRecord } from '@token-broker/core'
import { startDemoIdp } from '../../packages/local/src/demo-idp.ts'
import { startBrokerProcess } from '../fixtures/broker-process.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import { connectIam } from './ceph-iam.ts'
import {
  AUDIENCES,
  BUCKET,
  cephTenantDocument,
  type ExtraGrant,
  isTwoGrants,
  ROLES,
  type Statement,
  TENANTS,
  type TenantName,
} from './ceph-tenants.ts'
import { type Ceph, startCeph } from './cluster/start-ceph.ts'
import { connectS3 } from './s3-actions.ts'
import { logIn, signPartnerToken, type User } from './users.ts'

export interface SessionKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

export interface CephEnvironment extends BrokerRequests {
  readonly ceph: Ceph
  readonly demoIdp: { readonly url: string; close(): Promise<void> }
  readonly partner: TestIssuer
  /** The owner of the bucket, which exists and is empty. */
  readonly owner: S3Client
  readonly iam: ReturnType<typeof connectIam>
  stop(): Promise<void>
}

/** What the tests request from a broker. */
export interface BrokerRequests {
  tokenOf(user: User): Promise<string>
  /** Sends a request to the native endpoint. */
  requestCredentials(
    token: string,
    request: Readonly<Record<string, unknown>>,
  ): Promise<BrokerResponse>
  /** Sends a request to the STS endpoint with the client of the AWS SDK. */
  assumeRole(
    token: string,
    tenant: TenantName,
    grant: string,
    policy: readonly Statement[],
  ): Promise<SessionKeys>
}

export interface BrokerResponse {
  readonly status: number
  readonly code: string | undefined
  readonly credentials: SessionKeys | undefined
  readonly sessionTokenUtilization: unknown
  readonly sessionTokenSize: unknown
  readonly audit: AuditRecord
}

/** By tenant and name: grants, or {@link TwoGrants}. */
export type ExtraGrants = Partial<Record<TenantName, Record<string, ExtraGrant>>>

/** @param extraGrants added to those of the tenants */
export async function startCephEnvironment(extraGrants: ExtraGrants): Promise<CephEnvironment> {
  const closers: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  const opened = async <Thing>(
    starting: Promise<Thing>,
    close: (thing: Thing) => Promise<unknown>,
  ) => {
    const thing = await starting
    closers.push(() => close(thing))
    return thing
  }
  try {
    const ceph = await opened(startCeph(), (it) => it.stop())
    const demoIdp = await opened(startDemoIdp({ port: 0 }), (it) => it.close())
    const partner = await opened(startIssuer({ certified: true }), (it) => it.close())
    const issuers = { demoIdpUrl: demoIdp.url, partnerUrl: partner.url }
    const documents = (['acme', 'beta'] as const).map((tenant) =>
      cephTenantDocument(tenant, issuers, extraGrants[tenant]),
    )
    const broker = await opened(
      startBrokerProcess({ documents, stsEndpoint: ceph.endpoint }),
      (it) => it.close(),
    )
    const iam = connectIam(ceph)
    await createRoles(iam, broker.url, issuers, extraGrants)
    const owner = connectS3(ceph.endpoint, ceph.owner)
    await owner.send(new CreateBucketCommand({ Bucket: BUCKET }))
    return {
      ...{ ceph, demoIdp, partner, iam, owner, stop },
      ...createRequests(broker, demoIdp.url, partner),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function createRoles(
  iam: CephEnvironment['iam'],
  brokerUrl: string,
  issuers: { demoIdpUrl: string; partnerUrl: string },
  extraGrants: ExtraGrants,
) {
  const broker = { url: brokerUrl, audience: 'sts.amazonaws.com' }
  const callers = (['demoIdpUrl', 'partnerUrl'] as const).map((name) => ({
    url: issuers[name],
    audience: AUDIENCES[name],
  }))
  for (const issuer of [broker, ...callers]) await iam.trustIssuer(issuer)
  const passThrough = new Set(
    Object.values(TENANTS)
      .flatMap((grants) => Object.values(grants))
      .filter(({ webIdentity }) => webIdentity === 'pass-through')
      .map(({ role }) => role.split('/').at(-1)),
  )
  for (const [role, { tenant, policy }] of Object.entries(ROLES))
    await iam.createRole(
      role,
      passThrough.has(role)
        ? callers
        : [{ ...broker, subjects: subjectsOf(tenant, role, extraGrants) }],
      policy,
    )
}

/** What `sub` of a minted token may be at this role: that of its own tenant's grants. */
function subjectsOf(tenant: TenantName, role: string, extraGrants: ExtraGrants): string[] {
  const grants: Readonly<Record<string, object>> = { ...TENANTS[tenant], ...extraGrants[tenant] }
  const hasRole = (grant: object | undefined): boolean => {
    if (grant === undefined) return false
    if (isTwoGrants(grant)) return hasRole(grants[grant.grants[0]])
    return 'role' in grant && String(grant.role).endsWith(`/${role}`)
  }
  return Object.entries(grants)
    .filter(([, grant]) => hasRole(grant))
    .map(([name]) => `${tenant}/${name}/*`)
}

type Broker = Awaited<ReturnType<typeof startBrokerProcess>>

export function createRequests(
  broker: Broker,
  demoIdpUrl: string,
  partner: TestIssuer,
): BrokerRequests {
  return {
    tokenOf: ({ idp, user, ...claims }) =>
      idp === 'demo'
        ? logIn(demoIdpUrl, user)
        : signPartnerToken(partner, { sub: user, ...claims }),
    async requestCredentials(token, request) {
      const response = await fetch(`${broker.url}/v1/credentials`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(request),
      })
      const { code, credentials, requestId, ...sizes } = JSON.parse(await response.text())
      const audit = await broker.auditOf(requestId)
      return {
        status: response.status,
        code,
        credentials: credentials && keysOf(credentials),
        sessionTokenUtilization: sizes.sessionTokenUtilization,
        sessionTokenSize: sizes.sessionTokenSize,
        audit,
      }
    },
    async assumeRole(token, tenant, grant, policy) {
      const client = new STSClient({
        region: 'default',
        endpoint: `${broker.url}/sts`,
        credentials: UNUSED_KEYS,
      })
      const { Credentials } = await client.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: `arn:aws:iam::000000000000:role/broker/${tenant}/${grant}`,
          RoleSessionName: 'ignored',
          WebIdentityToken: token,
          Policy: JSON.stringify({ Version: '2012-10-17', Statement: policy }),
        }),
      )
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
      }
    },
  }
}

/** Leaves out the expiration: it is text here, but the SDK expects a date. */
function keysOf({ accessKeyId, secretAccessKey, sessionToken }: SessionKeys): SessionKeys {
  return { accessKeyId, secretAccessKey, sessionToken }
}

/** The SDK requires keys, although it does not sign this request. */
const UNUSED_KEYS = { accessKeyId: 'x', secretAccessKey: 'x' }
