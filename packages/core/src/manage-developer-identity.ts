/**
 * The request path of a backend: it signs its requests to an identity pool with a key pair of the
 * pool, and manages the identities of its own users. Nothing is decided about grants.
 */
import { toBrokerError } from './authorize.ts'
import { findPool, verifyLogins } from './decide/identify-in-pool.ts'
import { beforeDeadline } from './model/before-deadline.ts'
import { BrokerError } from './model/broker-error.ts'
import { createCredentialRequest, invalidRequest } from './model/credential-request.ts'
import type {
  DeveloperOperation,
  DeveloperRequest,
  DeveloperResult,
} from './model/developer-request.ts'
import { type CompiledPool, poolIssuer } from './model/identity-pool.ts'
import { PoolRefusal } from './model/pool-refusal.ts'
import type { RecordedCaller, RequestContext } from './model/request-context.ts'
import { startLaps } from './model/stage-times.ts'
import { createTrace, type Stage } from './model/trace.ts'
import type { Dependencies } from './ports.ts'
import { createAuditRecord, type Findings } from './record/audit-record.ts'
import { recordOutcome } from './record/record-outcome.ts'

type Found = { -readonly [Name in keyof Findings]: Findings[Name] }
type Lap = (next: Stage) => void

export async function manageDeveloperIdentity(
  request: DeveloperRequest | BrokerError,
  caller: RecordedCaller,
  ports: Dependencies,
): Promise<DeveloperResult | BrokerError> {
  const context = { ...caller, ports, trace: createTrace() }
  const startedMs = ports.now()
  const lap = startLaps(context)
  const findings: Found = {}
  const outcome =
    request instanceof BrokerError
      ? request
      : await beforeDeadline(context.signal, manage(request, context, findings, lap)).catch(
          toBrokerError,
        )
  lap()
  return recordOutcome(outcome, context, (refusal) =>
    createAuditRecord(findings, context, startedMs, refusal),
  )
}

/** @param findings receives what each step found */
async function manage(
  { pool: id, signed, operation }: DeveloperRequest,
  context: RequestContext<Dependencies>,
  findings: Found,
  lap: Lap,
): Promise<DeveloperResult> {
  lap('resolve')
  const named = { pool: id, operation: operation.name }
  findings.developer = named
  // To a caller without a key pair, a pool that does not exist is one without this key pair.
  const { tenant, pool } = await findPool(id, context).catch((error: unknown) => {
    throw error instanceof PoolRefusal
      ? new PoolRefusal('unknown-key', UNKNOWN_KEY, `There is no identity pool ${id}.`)
      : error
  })
  findings.tenant = tenant
  lap('verify')
  const { developers } = context.ports.identityPools
  const { keyId, refusal } = await developers.verify(signed, pool, context.signal)
  const byKey = { ...named, ...(keyId === undefined ? {} : { keyId }) }
  findings.developer = byKey
  if (refusal) throw refusal
  await context.admission?.admit({ tenant, issuer: poolIssuer(id), subject: undefined })
  const provider = demandProvider(pool, operation)
  const request = createCredentialRequest({
    ...{ subjectToken: '', tenant: tenant.tenant, grant: undefined },
    ...{ durationSeconds: undefined, statements: undefined },
    pool: { pool: id, logins: [], adoptsChangedIds: true },
  })
  const logins = 'logins' in operation ? operation.logins : []
  const publicLogins = logins.filter((login) => login.provider !== provider)
  const own = { tenant, pool }
  const verified = await verifyLogins(request, own, publicLogins, context, { findings, lap })
  lap('resolve')
  const ofProviders = verified.map(({ provider: name, identity: { subject } }) => ({
    ...{ provider: name, subject },
  }))
  const result = await developers.run(
    { operation, provider, logins: ofProviders },
    pool,
    context.signal,
  )
  findings.developer = { ...byKey, result }
  return result
}

const UNKNOWN_KEY = 'The security token included in the request is invalid.'

/** @throws {BrokerError} `invalid_request` */
function demandProvider(
  { developerProvider }: CompiledPool,
  operation: DeveloperOperation,
): string {
  if (developerProvider === undefined)
    throw invalidRequest('The identity pool has no developer provider (developerProvider).')
  const named =
    'logins' in operation
      ? operation.logins.some(({ provider }) => provider === developerProvider)
      : !('provider' in operation) || operation.provider === developerProvider
  if (named) return developerProvider
  throw invalidRequest(`Name the developer provider of the identity pool, ${developerProvider}.`)
}
