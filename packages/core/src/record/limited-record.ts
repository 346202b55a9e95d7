/** The record of a request that is beyond a limit before anything of it is verified. */
import type { LimitReached } from '../model/limit-reached.ts'
import type { Caller } from '../model/request-context.ts'
import type { AuditRecord } from './audit-record.ts'
import { shorten } from './recorded-token.ts'

/** Whose request it is, is known only by the verification of the same token a moment ago. */
export function limitedRecord(
  { limit, caller: known, code, message }: LimitReached,
  { requestId, endpoint, clientIp, userAgent }: Caller,
  nowMs: number,
): AuditRecord {
  const record: Omit<AuditRecord, symbol> = {
    time: new Date(nowMs).toISOString(),
    ...{ requestId, endpoint, outcome: 'refused', code, limit, reason: message },
    tenant: known?.tenant.tenant,
    issuer: known?.issuer,
    subject: known?.subject,
    clientIp,
    userAgent: shorten(userAgent),
    durationsMs: {},
  }
  return record as AuditRecord
}
