/**
 * The request path of `GetId`: which identity of a pool the caller has. Nothing is decided about
 * grants, nothing is issued, and STS is not called.
 */
import { identify } from './authorize.ts'
import { BrokerError } from './model/broker-error.ts'
import type { RequestFields } from './model/credential-request.ts'
import type { PoolIdentity } from './model/pool-identity.ts'
import type { RecordedCaller } from './model/request-context.ts'
import { createTrace } from './model/trace.ts'
import type { Dependencies } from './ports.ts'
import { createAuditRecord } from './record/audit-record.ts'
import { recordOutcome } from './record/record-outcome.ts'

/** The identity of a pool's caller. */
export interface IdentifiedCaller {
  readonly tenant: string
  readonly poolIdentity: PoolIdentity
}

export async function identifyPoolCaller(
  fields: RequestFields | BrokerError,
  caller: RecordedCaller,
  ports: Dependencies,
): Promise<IdentifiedCaller | BrokerError> {
  const context = { ...caller, ports, trace: createTrace() }
  const startedMs = ports.now()
  const { findings, refusal } = await identify(fields, context)
  const { poolIdentity, tenant } = findings
  const outcome =
    refusal ??
    (poolIdentity && tenant
      ? { tenant: tenant.tenant, poolIdentity }
      : new BrokerError('internal', 'The request is not one to an identity pool.'))
  return recordOutcome(outcome, context, (error) =>
    createAuditRecord(findings, context, startedMs, error, { identified: true }),
  )
}
