/** Whether a browser lets a page of an origin read the broker's response, by the documents. */
import type { CompiledTenant, Decision } from '@token-broker/core'
import { closestOrigin } from '@token-broker/core/similar-origins'
import { quote, UsageError } from '../cli-error.ts'

export interface OriginVerdict {
  readonly origin: string
  /** Whether a page of the origin may read the response to this request. */
  readonly allowed: boolean
  /** The tenants whose documents list the origin. */
  readonly tenants: readonly string[]
  readonly reason: string
}

/**
 * The response to an issued request may be read where its own tenant lists the origin; a refusal,
 * where any tenant does.
 * @param decision what the broker would respond with
 */
export function explainOrigin(
  origin: string,
  { tenant, refusal }: Pick<Decision, 'tenant' | 'refusal'>,
  documents: readonly CompiledTenant[],
): OriginVerdict {
  const listing = documents.filter(({ allowedOrigins }) => allowedOrigins.includes(origin))
  const tenants = listing.map((document) => document.tenant)
  const needed = refusal ? undefined : tenant
  const allowed = needed === undefined ? tenants.length > 0 : tenants.includes(needed)
  if (allowed) {
    const which = tenants.join(', ')
    return { origin, allowed, tenants, reason: `allowedOrigins of ${which} lists it` }
  }
  const possible = documents.filter((one) => needed === undefined || one.tenant === needed)
  const known = possible.flatMap(({ allowedOrigins }) => allowedOrigins)
  const closest = closestOrigin(origin, known)
  const where = needed === undefined ? 'any document' : needed
  const others = tenants.length > 0 ? `; ${tenants.join(', ')} has it, and is another tenant` : ''
  const similar = closest === undefined ? '' : `; did you mean ${closest}?`
  const reason =
    origin === 'null'
      ? 'pages of files and of sandboxed frames have it, and no document can allow it'
      : `allowedOrigins of ${where} does not list it; add it there${others}${similar}`
  return { origin, allowed, tenants, reason }
}

/**
 * The value of `--origin`, as a browser sends it.
 * @throws {UsageError}
 */
export function readOrigin(text: string): string {
  const url = URL.parse(text)
  // Of apps and extensions, `URL.origin` is "null", and they send scheme and host.
  const sent = url?.origin === 'null' ? `${url.protocol}//${url.host}` : url?.origin
  if (text === 'null' || sent === text) return text
  const suggestion = sent === undefined ? '' : `; did you mean ${quote(sent)}?`
  throw new UsageError(
    '--origin: expected an origin as a browser sends it, such as https://app.example, found ' +
      `${quote(text)}${suggestion}`,
  )
}
