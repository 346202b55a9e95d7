/**
 * Logs from which origins web pages call without being allowed to: in the page, a browser says
 * nothing but that the request failed. The broker loads this file lazily (bundle.ts).
 */
import { closestOrigin, originVariants } from '@token-broker/core/similar-origins'
import { printableJson } from './adapters/audit/printable-json.ts'

/** A tenant whose response a page may not read, and the origins that it allows. */
export interface DenyingTenant {
  readonly name: string
  readonly origins: readonly string[]
}

export interface DeniedOriginsOptions {
  /** Gets one line of JSON. */
  readonly log: (line: string) => void
  readonly allowsOrigin: (origin: string) => Promise<boolean>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** In milliseconds; never set back. */
  readonly ageClock: () => number
}

const MINUTE_MS = 60_000
/** Anyone can send any origin, and each line costs the operator money and look-ups. */
const MAX_ORIGINS_PER_MINUTE = 20
const MAX_CHARACTERS = 256

/** @returns logs an origin, at most once in a minute, and at most 20 origins */
export function createDeniedOrigins({ log, allowsOrigin, now, ageClock }: DeniedOriginsOptions) {
  let seen = new Set<string>()
  let sinceMs = Number.NEGATIVE_INFINITY
  return async (given: string, tenant: DenyingTenant | undefined): Promise<void> => {
    if (ageClock() - sinceMs >= MINUTE_MS) {
      seen = new Set()
      sinceMs = ageClock()
    }
    const origin = shorten(given)
    const key = `${origin} ${tenant?.name ?? ''}`
    if (seen.has(key) || seen.size > MAX_ORIGINS_PER_MINUTE) return
    seen.add(key)
    const line = { time: new Date(now()).toISOString(), event: 'cors', outcome: 'blocked' }
    if (seen.size > MAX_ORIGINS_PER_MINUTE) {
      const reason = `More than ${MAX_ORIGINS_PER_MINUTE} origins were blocked within a minute.`
      log(`${printableJson({ ...line, reason })}\n`)
      return
    }
    const closest = tenant
      ? closestOrigin(origin, tenant.origins)
      : await findAllowed(originVariants(origin))
    const reason = reasonOf(origin, tenant, closest)
    log(`${printableJson({ ...line, origin, tenant: tenant?.name, closest, reason })}\n`)
  }

  /** All origins that documents allow are too many to compare; these few are looked up. */
  async function findAllowed(variants: readonly string[]): Promise<string | undefined> {
    for (const variant of variants) if (await allowsOrigin(variant)) return variant
    return undefined
  }
}

function reasonOf(
  origin: string,
  tenant: DenyingTenant | undefined,
  closest: string | undefined,
): string {
  if (origin === 'null')
    return (
      'Pages of files and of sandboxed frames have the origin null, which no document can allow: ' +
      'serve the page by https.'
    )
  const where = tenant ? `of tenant ${tenant.name}` : 'of any tenant document'
  const similar = closest === undefined ? '' : ` The closest one that is allowed is ${closest}.`
  return (
    `A browser keeps the response from the page: its origin is not in allowedOrigins ${where}; ` +
    `add it there.${similar}`
  )
}

/** Any client can send any text as its origin, also a token. */
function shorten(origin: string): string {
  const text = origin.replace(/eyJ[\w.+/=-]*/g, '[token]')
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text
}
