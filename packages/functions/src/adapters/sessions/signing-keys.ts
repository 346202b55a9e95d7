/**
 * The keys with which a session signs requests to STS (Signature Version 4): derived from the
 * secret for one date, one region and the service `sts`. The secret cannot be computed from them,
 * and they sign nothing else.
 */
import { deriveSigningKey, MAX_SKEW_MS } from '../request-signature.ts'

/** The service for which keys are derived. */
export const SERVICE = 'sts'
const DAY_MS = 86_400_000
/** A session lasts 12 hours at most, whatever an STS says. */
const MAX_DAYS = 3

/** The keys in hexadecimal, by date and region: `20260131/eu-west-1`. */
export type SigningKeys = Readonly<Record<string, string>>

export function scopeOf(date: string, region: string): string {
  return `${date}/${region}`
}

/** One key for each region, and each day in UTC on which the session may sign. */
export function deriveSigningKeys(
  secretAccessKey: string,
  regions: readonly string[],
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): SigningKeys {
  const keys: Record<string, string> = {}
  const firstDay = Math.floor((fromMs - MAX_SKEW_MS) / DAY_MS)
  const lastDay = Math.floor((untilMs + MAX_SKEW_MS) / DAY_MS)
  for (let day = firstDay; day <= lastDay && day < firstDay + MAX_DAYS; day++) {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')
    for (const region of regions) {
      const key = deriveSigningKey(`AWS4${secretAccessKey}`, { date, region, service: SERVICE })
      keys[scopeOf(date, region)] = key.toString('hex')
    }
  }
  return keys
}
