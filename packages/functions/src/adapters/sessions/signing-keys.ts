/**
 * The keys with which a session signs requests to STS (Signature Version 4): derived from the
 * secret for one date, one region and the service `sts`. The secret cannot be computed from them,
 * and they sign nothing else.
 *
 * @see AWS IAM User Guide, "Create a signed AWS API request", step 4
 */
import { createHmac } from 'node:crypto'

/** The service for which keys are derived. */
export const SERVICE = 'sts'
/** How far a client's clock may be off; AWS allows as much. */
export const MAX_SKEW_MS = 5 * 60_000
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
    const keyOfDate = hmacSha256(`AWS4${secretAccessKey}`, date)
    for (const region of regions)
      keys[scopeOf(date, region)] = [region, SERVICE, 'aws4_request']
        .reduce(hmacSha256, keyOfDate)
        .toString('hex')
  }
  return keys
}

export function hmacSha256(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
