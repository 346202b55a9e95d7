/**
 * HTTP as plain values: what shells translate from and to.
 *
 * They are not the web's `Request` and `Response`, because the first use of either makes Node load
 * its whole fetch implementation: 20 to 45 ms of a cold start that no credential needs.
 */
import type { BrokerError } from '@token-broker/core'

export interface HttpRequest {
  readonly method: string
  readonly path: string
  /** Encoded as in a form, without the question mark; absent or empty: there is none. */
  readonly query?: string
  /** Of API Gateway. On its own domain names, the path of a named stage begins with the name. */
  readonly stage?: string | undefined
  /** Lower-case names; several values of one header joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** At most {@link MAX_BODY_BYTES} and one byte more: enough to see that it is too long. */
  readonly body: Uint8Array | undefined
  readonly clientIp: string
  /** Of the TLS connection, in PEM, once its chain was checked; absent: the client showed none. */
  readonly clientCertificate?: string
  /** Aborts when the work must end, so that its audit record and a response can follow. */
  readonly signal: AbortSignal
  /** Aborts when a record that is still not written must be given up, for a response. */
  readonly recordSignal: AbortSignal
  /** Why there is no request to serve. The other members are then empty. */
  readonly refusal?: BrokerError
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Route = (request: HttpRequest) => Promise<HttpResponse>
/** By method. */
export type Methods = Readonly<Record<string, Route>>
/** By path. */
export type Routes = Readonly<Record<string, Methods>>

export type App = Route

/** Of a form with a SAML assertion of 100,000 characters, where `+`, `/` and `=` are encoded. */
export const MAX_BODY_BYTES = 160 * 1024
