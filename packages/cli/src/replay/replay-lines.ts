/** Decides about the records in log lines again, one after the other, in bounded memory. */
import type { CompiledTenant } from '@token-broker/core'
import { parseRecordLine } from '../audit/read-record.ts'
import { readInputs } from './read-inputs.ts'
import { comparableDecisions } from './recorded-decision.ts'
import { redecide, tenantForReplay } from './redecide.ts'
import { countReplay, type ReplaySummary } from './summarize-replay.ts'

export interface Replay {
  /** @returns how many records have been decided again so far */
  add(lines: readonly string[]): Promise<number>
  result(): ReplaySummary
}

/** @param tenants the documents by which the records are decided again */
export function createReplay(tenants: readonly CompiledTenant[]): Replay {
  const known = new Map(tenants.map((tenant) => [tenant.tenant, tenantForReplay(tenant)]))
  const counter = countReplay()

  async function addLine(line: string): Promise<void> {
    const record = parseRecordLine(line)
    if (record === undefined) {
      if (line.trim() !== '') counter.skip()
      return
    }
    const inputs = readInputs(record)
    if (typeof inputs === 'string') return counter.miss(inputs)
    const name = String(record.tenant)
    const tenant = known.get(name)
    if (tenant === undefined) return counter.missTenant(name)
    const redecided = await redecide(record, inputs, tenant)
    const found = comparableDecisions(record, redecided.record)
    counter.add(found, { requestId: String(record.requestId), timeMs: record.timeMs })
  }

  return {
    async add(lines) {
      for (const line of lines) await addLine(line)
      return counter.counts().compared
    },
    result: counter.result,
  }
}
