/** Which quota a stage reaches first, and what to do about each. */
import type { Assumed } from './assumptions.ts'
import type { StageResult } from './simulate-stage.ts'

export interface QuotaRow {
  readonly quota: string
  readonly demand: number
  readonly limit: number
  /** The rate of requests at which it is reached, if the demand is in proportion to the rate. */
  readonly reachedAt: number
  readonly raise: string
}

/** @param unlimited a run in which no quota refuses; the first to be reached comes first */
export function quotasOf(assumed: Assumed, { steady }: StageResult): readonly QuotaRow[] {
  const perSecond = (count: number) => count / assumed.seconds
  const rows: Omit<QuotaRow, 'reachedAt'>[] = [
    {
      quota: 'setting throttle: requests/s',
      demand: perSecond(steady.requests),
      limit: assumed.throttle,
      raise: '`throttle` in stacks/stages.ts',
    },
    {
      quota: 'setting reservedConcurrency: requests at the same time',
      demand: steady.peakBusy,
      limit: assumed.reserved,
      raise: '`reservedConcurrency.broker` in stacks/stages.ts, or undefined',
    },
    {
      quota: 'STS: AssumeRoleWithWebIdentity/s',
      demand: perSecond(steady.stsCalls),
      limit: assumed.stsQuota * assumed.accounts,
      raise: 'session reuse, longer sessions, roles in more accounts; AWS documents no raise',
    },
    {
      quota: 'KMS: operations with RSA keys/s',
      demand: perSecond(steady.kmsCalls),
      limit: assumed.kmsQuota,
      raise: 'Service Quotas, KMS; or pass tokens through, or reuse sessions',
    },
    {
      quota: 'API Gateway: requests/s',
      demand: perSecond(steady.requests),
      limit: assumed.gateway,
      raise: 'Service Quotas, API Gateway: throttle rate',
    },
    {
      quota: 'Lambda: requests at the same time',
      demand: steady.peakBusy,
      limit: assumed.concurrency,
      raise: 'Service Quotas, Lambda: concurrent executions',
    },
    {
      quota: 'Lambda: invocations/s',
      demand: perSecond(steady.requests),
      limit: assumed.invocations,
      raise: 'grows with the concurrent executions',
    },
    {
      quota: 'DynamoDB: read units/s of the table',
      demand: perSecond(steady.tableReads) * assumed.documentUnits,
      limit: assumed.tableQuota,
      raise: 'Service Quotas, DynamoDB: table-level read throughput; warm throughput',
    },
  ]
  return rows
    .map((row) => ({ ...row, reachedAt: (assumed.rate * row.limit) / row.demand }))
    .sort((a, b) => a.reachedAt - b.reachedAt)
}
