/**
 * Decides about a recorded request again, with the stages of the broker itself: the result is the
 * record that the broker would write.
 */
import {
  type AuditRecord,
  BrokerError,
  type CompiledTenant,
  type Decision,
  type DecisionInputs,
  type Dependencies,
  explainDecision,
  identifyPoolCaller,
  issueCredentials,
  type RecordedCaller,
  releaseWebIdentity,
} from '@token-broker/core'
import { isRecordObject, type WrittenRecord } from '../audit/read-record.ts'
import { createMemoryTenants } from '../documents/memory-tenants.ts'
import { NO_DEADLINE, NO_EFFECTS } from '../documents/no-effects.ts'
import { recordedRequest } from './recorded-request.ts'

export interface Redecided {
  readonly record: AuditRecord
  /** Only of a request that was explained. */
  readonly decision: Decision | undefined
}

/** What the request path did after the decision: nothing of it is repeated. */
type Flow = 'issue' | 'release' | 'explain' | 'identify'

/**
 * A store of the one tenant that decided. The recorded claims are those that this tenant reads, so
 * nothing can be said about others.
 */
export function tenantForReplay(tenant: CompiledTenant): TenantForReplay {
  // Nothing is recorded again, and no candidate document decides beside the one that is asked.
  const { recordInputs, ...own } = tenant
  return { tenant, store: createMemoryTenants([own]) }
}

export interface TenantForReplay {
  readonly tenant: CompiledTenant
  readonly store: Dependencies['tenants']
}

/** @param flow default: that of the recorded request */
export async function redecide(
  recorded: WrittenRecord,
  inputs: DecisionInputs,
  { tenant, store }: TenantForReplay,
  flow: Flow = flowOf(recorded),
): Promise<Redecided> {
  const { fields, clientCertificate, ports } = recordedRequest(recorded, inputs, tenant)
  const { requestId, clientIp, userAgent, webIdentity } = recorded
  const records: AuditRecord[] = []
  const caller: RecordedCaller = {
    requestId: String(requestId),
    endpoint: inputs.endpoint,
    clientIp: String(clientIp),
    userAgent: typeof userAgent === 'string' ? userAgent : undefined,
    clientCertificate,
    signal: NO_DEADLINE,
    recordSignal: NO_DEADLINE,
  }
  const issuer = isRecordObject(webIdentity) ? webIdentity.issuer : undefined
  const all: Dependencies = {
    ...NO_EFFECTS,
    ...ports,
    tenants: store,
    audit: { write: async (record) => void records.push(record) },
    ...(typeof issuer === 'string' ? { brokerIssuer: issuer } : {}),
    // Whether AWS would have agreed is not a decision of the documents.
    signer: { sign: async () => '', keyId: async () => '' },
    sts: { assumeRoleWithWebIdentity: async () => ASSUMED },
  }
  const decision = await run(flow, fields, caller, all)
  const [record] = records
  if (record === undefined) throw new BrokerError('internal', 'A decision wrote no record.')
  return { record, decision }
}

async function run(
  flow: Flow,
  fields: ReturnType<typeof recordedRequest>['fields'],
  caller: RecordedCaller,
  ports: Dependencies,
): Promise<Decision | undefined> {
  if (flow === 'explain') return explainDecision(fields, caller, ports)
  if (flow === 'identify') await identifyPoolCaller(fields, caller, ports)
  else if (flow === 'release') await releaseWebIdentity(fields, caller, ports)
  else await issueCredentials(fields, caller, ports)
  return undefined
}

function flowOf({ endpoint, outcome, releasedAudience, code, policySha256 }: WrittenRecord): Flow {
  if (endpoint === 'explain') return 'explain'
  if (outcome === 'identified') return 'identify'
  // With a complete plan, this is the refusal of a grant that releases no token.
  const isUnreleased = code === 'access_denied' && policySha256 !== undefined
  const isRelease = releasedAudience !== undefined || isUnreleased
  return isRelease ? 'release' : 'issue'
}

/** Nothing of it is compared. */
const ASSUMED = {
  ...{ accessKeyId: '', secretAccessKey: '', sessionToken: '', assumedRoleArn: '' },
  ...{ assumedRoleId: undefined, sessionTokenUtilization: undefined, sessionTokenSize: undefined },
  expiration: new Date(0),
}
