/** Runs one request through the request path, with ports that a test can make fail. */
import type {
  AuditRecord,
  Dependencies,
  RecordedCaller,
  RequestFields,
  TenantStore,
} from '@token-broker/core'
import { compileTenant, trustsByIssuer } from '@token-broker/core/document'
import {
  explainDecision,
  issueCredentials,
  releaseWebIdentity,
} from '../../../packages/core/src/issue-credentials.ts'
import type { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import { NO_POOLS } from '../../fixtures/no-pools.ts'
import { NO_SAML } from '../../fixtures/no-saml.ts'
import { compactToken } from './unsigned-tokens.ts'

export const ISSUER = 'https://id.example'
export const ROLE = 'arn:aws:iam::111122223333:role/app'
const NOW_MS = 1_500_000
/** How long each stage takes, as the monotonic clock shows it. */
const LAP_NS = 1_239_999n

const ALICE = compactToken({ iss: ISSUER, sub: 'alice', aud: 'app', iat: 1000, exp: 2000 })

export const ASSUMED = {
  accessKeyId: 'ASIA1',
  secretAccessKey: 'secret',
  sessionToken: 'session',
  expiration: new Date(NOW_MS + 3_600_000),
  assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/app/alice',
  assumedRoleId: 'AROA1:alice',
  sessionTokenUtilization: 7,
  sessionTokenSize: 900,
}

/** What the requests of one test lead to. */
export interface RequestPath {
  /** Calls of the ports, in order. */
  readonly calls: readonly string[]
  readonly records: readonly AuditRecord[]
  readonly assumedWith: readonly object[]
  readonly caller: RecordedCaller
  /** Ends the time for the request. */
  readonly abort: () => void
  issue(fields?: Partial<RequestFields> | BrokerError): ReturnType<typeof issueCredentials>
  release(fields?: Partial<RequestFields> | BrokerError): ReturnType<typeof releaseWebIdentity>
  explain(fields?: Partial<RequestFields> | BrokerError): ReturnType<typeof explainDecision>
}

/** @param ports in place of those of a broker whose upstreams are available */
export function createRequestPath(ports: Partial<Dependencies> = {}): RequestPath {
  const calls: string[] = []
  const records: AuditRecord[] = []
  const assumedWith: object[] = []
  const deadline = new AbortController()
  const caller: RecordedCaller = {
    requestId: 'request-1',
    endpoint: 'native',
    clientIp: '203.0.113.7',
    userAgent: 'agent',
    signal: deadline.signal,
    recordSignal: new AbortController().signal,
  }
  let monotonic = 5n
  const dependencies: Dependencies = {
    tenants: TENANTS,
    verifier: { verify: async () => void calls.push('verify') },
    samlVerifier: NO_SAML,
    identityPools: NO_POOLS,
    proofVerifier: { verify: () => false },
    opaqueVerifier: { verify: () => Promise.reject(new Error('no token is opaque')) },
    signer: {
      keyId: async () => 'key-1',
      sign: async ({ aud }) => {
        calls.push('sign')
        return `minted for ${aud}`
      },
    },
    sts: {
      assumeRoleWithWebIdentity: async (input) => {
        calls.push('assume')
        assumedWith.push(input)
        return ASSUMED
      },
    },
    audit: {
      write: async (record) => {
        calls.push('audit')
        records.push(record)
      },
    },
    brokerIssuer: 'https://broker.example',
    sessionNameKey: 'a secret of the deployment, for tests',
    now: () => NOW_MS,
    monotonicNs: () => (monotonic += LAP_NS),
    newId: () => 'unique',
    ...ports,
  }
  const fieldsOf = (fields: Partial<RequestFields> | BrokerError) =>
    fields instanceof Error ? fields : { ...WHOLE_GRANT, ...fields }
  return {
    ...{ calls, records, assumedWith, caller },
    abort: () => deadline.abort(),
    issue: (fields = {}) => issueCredentials(fieldsOf(fields), caller, dependencies),
    release: (fields = {}) => releaseWebIdentity(fieldsOf(fields), caller, dependencies),
    explain: (fields = {}) => explainDecision(fieldsOf(fields), caller, dependencies),
  }
}

const WHOLE_GRANT: RequestFields = {
  subjectToken: ALICE,
  tenant: undefined,
  grant: undefined,
  durationSeconds: undefined,
  statements: undefined,
}

const STATEMENT = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/{{user}}/*' }
const GRANT = { role: ROLE, sourceIdentity: '{{user}}', policy: [STATEMENT] }
const { tenant, errors } = compileTenant(
  JSON.stringify({
    tenant: 'acme',
    issuers: [{ issuer: ISSUER, audiences: ['app'] }],
    attributes: { user: { from: 'claims.sub' } },
    rules: [
      { name: 'all read', grant: 'read' },
      { name: 'all release', grant: 'released' },
    ],
    grants: {
      read: GRANT,
      released: { ...GRANT, role: `${ROLE}-released`, releasedAudience: 'acme-released' },
    },
  }),
  'acme.json',
)
if (!tenant) throw new Error(JSON.stringify(errors))

/** A tenant with the grant `read`, and `released`, whose minted token callers may get. */
export const TENANTS: TenantStore = {
  findTrusts: async (issuer) => trustsByIssuer([tenant]).get(issuer) ?? [],
  findPool: async () => undefined,
  load: async () => tenant,
}
