/**
 * The request path of a request that is beyond a limit before anything of it is verified. It costs
 * less than any other, so that many such requests do not slow down those of other callers.
 */
import type { BrokerError } from './model/broker-error.ts'
import type { LimitReached } from './model/limit-reached.ts'
import type { RecordedCaller } from './model/request-context.ts'
import type { Dependencies } from './ports.ts'
import { limitedRecord } from './record/limited-record.ts'
import { recordOutcome } from './record/record-outcome.ts'

/** @returns the refusal, or another one where its record cannot be written */
export function refuseBeyondLimit(
  refusal: LimitReached,
  caller: RecordedCaller,
  ports: Pick<Dependencies, 'audit' | 'now'>,
): Promise<BrokerError> {
  const record = () => limitedRecord(refusal, caller, ports.now())
  return recordOutcome<BrokerError>(refusal, { ...caller, ports }, record)
}
