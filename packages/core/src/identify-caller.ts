/**
 * The request path of GetCallerIdentity: whose session signed the request. It decides nothing and
 * issues nothing, and it is recorded like any other request.
 */
import { toBrokerError } from './authorize.ts'
import { BrokerError, type RefusalCode } from './model/broker-error.ts'
import type { RecordedCaller } from './model/request-context.ts'
import { SIGNATURE_PROBLEMS, type SignedRequest } from './model/signed-request.ts'
import { startLaps } from './model/stage-times.ts'
import { createTrace } from './model/trace.ts'
import type { Dependencies } from './ports.ts'
import { type CallerIdentity, createAuditRecord } from './record/audit-record.ts'
import { recordOutcome } from './record/record-outcome.ts'

/** Why a request does not prove whose session it is, with the broker's code for it. */
const PROBLEMS = {
  ...SIGNATURE_PROBLEMS,
  'unknown-session': 'invalid_token',
  'expired-session': 'token_expired',
  'other-region': 'invalid_token',
} as const satisfies Record<string, RefusalCode>

export type SessionProblem = keyof typeof PROBLEMS

export interface SessionIdentifier {
  /**
   * @returns whose session signed the request, or why that is not proved
   * @throws {BrokerError} `upstream_unavailable`
   */
  identify(request: SignedRequest, signal: AbortSignal): Promise<CallerIdentity | SessionProblem>
}

/** A signature that proves nothing; AWS has an error code for each problem. */
export class UnidentifiedCaller extends BrokerError {
  readonly problem: SessionProblem

  constructor(problem: SessionProblem) {
    super(PROBLEMS[problem], `The signature does not identify a session: ${problem}.`)
    this.problem = problem
  }
}

type IdentificationPorts = Pick<Dependencies, 'audit' | 'now' | 'monotonicNs'> & {
  readonly sessions: SessionIdentifier
}

/** No record, no identity: as with credentials, what is not recorded is not sent. */
export async function identifyCaller(
  request: SignedRequest | BrokerError,
  caller: RecordedCaller,
  ports: IdentificationPorts,
): Promise<CallerIdentity | BrokerError> {
  const context = { ...caller, ports, trace: createTrace() }
  const startedMs = ports.now()
  const lap = startLaps(context)
  lap('verify')
  const outcome =
    request instanceof BrokerError ? request : await identifyOrRefuse(request, context)
  lap()
  const findings = outcome instanceof BrokerError ? {} : { identified: outcome }
  return recordOutcome(outcome, context, (refusal) =>
    createAuditRecord(findings, context, startedMs, refusal),
  )
}

async function identifyOrRefuse(
  request: SignedRequest,
  { ports, signal }: { readonly ports: IdentificationPorts; readonly signal: AbortSignal },
): Promise<CallerIdentity | BrokerError> {
  try {
    const found = await ports.sessions.identify(request, signal)
    return typeof found === 'string' ? new UnidentifiedCaller(found) : found
  } catch (error) {
    return toBrokerError(error)
  }
}
