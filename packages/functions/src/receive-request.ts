/** Stage 1, parse: what an endpoint reads of a request, and whether it is within the limits. */
import {
  type BrokerError,
  type Decision,
  type Dependencies,
  explainDecision,
  LimitReached,
  type RecordedCaller,
  type RequestFields,
  refuseBeyondLimit,
  toBrokerError,
} from '@token-broker/core'
import type { CallerLimits } from './adapters/limits/caller-limits.ts'
import { refuseTokenInQuery } from './endpoints/query-tokens.ts'
import type { HttpRequest } from './http.ts'

export interface Received<Fields> {
  /** Or why there are none: that is audited like any other refusal. */
  readonly fields: Fields | BrokerError
  readonly caller: RecordedCaller
  /** Counts the request by its outcome. */
  readonly finish: (outcome: unknown) => void
}

export interface ReceivingParts {
  readonly newId: () => string
  readonly limits: CallerLimits
}

type RecordingPorts = Pick<Dependencies, 'audit' | 'now'>

/** @param endpoint its name in the audit record */
export async function receiveRequest<Fields extends object>(
  endpoint: string,
  parse: (request: HttpRequest) => Fields,
  request: HttpRequest,
  { newId, limits }: ReceivingParts,
): Promise<Received<Fields>> {
  const { clientIp, clientCertificate, signal, recordSignal, headers } = request
  const userAgent = headers['user-agent']
  const requestId = newId()
  const caller = {
    ...{ requestId, endpoint, clientIp, userAgent, signal, recordSignal },
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
  }
  try {
    const counted = await limits.count(clientIp)
    const fields =
      counted.start() ??
      read(() => {
        refuseTokenInQuery(request)
        const parsed = parse(request)
        return counted.recognize(parsed) ?? parsed
      })
    return { fields, caller: { ...caller, admission: counted }, finish: counted.finish }
  } catch (error) {
    return { fields: toBrokerError(error), caller, finish: () => undefined }
  }
}

/**
 * Decides about what was received. A request that is beyond a limit is only recorded.
 * @param decide records its outcome
 */
export async function decideWithin<Fields, Outcome, Ports extends RecordingPorts>(
  { fields, caller, finish }: Received<Fields>,
  decide: (
    fields: Fields | BrokerError,
    caller: RecordedCaller,
    ports: Ports,
  ) => Promise<Outcome | BrokerError>,
  ports: Ports,
): Promise<Outcome | BrokerError> {
  if (fields instanceof LimitReached) return refuseBeyondLimit(fields, caller, ports)
  const outcome = await decide(fields, caller, ports)
  finish(outcome)
  return outcome
}

/** @returns the decision; a refusal: the request is beyond a limit, and nothing was decided */
export async function explainWithin(
  { fields, caller, finish }: Received<RequestFields>,
  ports: Dependencies,
): Promise<Decision | BrokerError> {
  if (fields instanceof LimitReached)
    return refuseBeyondLimit(fields, { ...caller, endpoint: 'explain' }, ports)
  const decision = await explainDecision(fields, caller, ports)
  finish(decision.refusal)
  return decision
}

function read<Fields>(parse: () => Fields | BrokerError): Fields | BrokerError {
  try {
    return parse()
  } catch (error) {
    return toBrokerError(error)
  }
}
