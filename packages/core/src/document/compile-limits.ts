/** Limits for callers, as a tenant document writes them. */
import * as z from 'zod/mini'
import {
  MAX_LIMIT,
  type RateLimit,
  readRateLimit,
  type TenantLimits,
} from '../model/request-rate.ts'
import type { DocumentPath, Report } from './document-problem.ts'

const OUT_OF_RANGE = `write an integer from 1 to ${MAX_LIMIT}, or remove the limit`
const count = z.optional(
  z.int().check(z.minimum(1, OUT_OF_RANGE), z.maximum(MAX_LIMIT, OUT_OF_RANGE)),
)

const limitSchema = z.strictObject({
  requestsPerSecond: count,
  requestsPerMinute: count,
  requestsPerHour: count,
  burst: count,
})

export const limitsSchema = z.strictObject({
  tenant: z.optional(limitSchema),
  subject: z.optional(limitSchema),
  clientAddress: z.optional(limitSchema),
})

/** @returns undefined where there is no limit, or none without an error */
export function compileLimits(value: unknown, report: Report): TenantLimits | undefined {
  const parsed = z.optional(limitsSchema).safeParse(value)
  if (!parsed.success || parsed.data === undefined) return undefined
  const limits = Object.entries(parsed.data).flatMap(([name, written]): [string, RateLimit][] => {
    if (written === undefined) return []
    const limit = readRateLimit(written)
    if (!('hint' in limit)) return [[name, limit]]
    const path: DocumentPath = ['limits', name]
    report(limit.field === undefined ? path : [...path, limit.field], limit.message, limit.hint)
    return []
  })
  return limits.length === 0 ? undefined : Object.fromEntries(limits)
}
