/** The end of every request path: its record is written before anything is returned. */
import { BrokerError } from '../model/broker-error.ts'
import type { RecordedCaller } from '../model/request-context.ts'
import type { AuditLog, AuditRecord } from './audit-record.ts'

/**
 * No record, no credentials: what cannot be recorded is not returned.
 * @param createRecord gets the refusal, if the outcome is one
 */
export async function recordOutcome<Outcome>(
  outcome: Outcome | BrokerError,
  context: RecordedCaller & { readonly ports: { readonly audit: AuditLog } },
  createRecord: (refusal: BrokerError | undefined) => AuditRecord,
): Promise<Outcome | BrokerError> {
  try {
    const record = createRecord(outcome instanceof BrokerError ? outcome : undefined)
    await context.ports.audit.write(record, context.recordSignal)
    return outcome
  } catch (cause) {
    return new BrokerError('internal', 'The audit record could not be written.', { cause })
  }
}
