/** A refusal because a caller sends more requests than are admitted, and who decides about that. */
import { BrokerError } from './broker-error.ts'
import type { CompiledTenant } from './compiled-tenant.ts'
import type { TenantLimits } from './request-rate.ts'

/** `refused`: requests of a client address that were refused and that no tenant accepted. */
export type LimitName = keyof TenantLimits | 'refused'

/** Whose request it is, where its tenant accepted the caller. */
export interface AcceptedCaller {
  readonly tenant: Pick<CompiledTenant, 'tenant' | 'limits'>
  readonly issuer: string
  /** Undefined: the backend of an app, which sends the requests of all its users. */
  readonly subject: string | undefined
}

/** Counts one request. */
export interface Admission {
  /**
   * Counts the request once its tenant has accepted the caller: otherwise, a stranger could use up
   * what a tenant admits, or find out which tenants exist.
   * @throws {LimitReached}
   */
  admit(caller: AcceptedCaller): Promise<void>
}

/** Which limit was reached, by whom, and when the next request is admitted. */
export interface ExceededLimit {
  readonly limit: LimitName
  /** For the operator. */
  readonly message: string
  readonly retryAfterSeconds: number
  /** Undefined: nobody has verified whose request it is. */
  readonly caller: AcceptedCaller | undefined
}

/** All limits have the same text for callers, so that it says nothing about the tenant. */
export class LimitReached extends BrokerError {
  readonly limit: LimitName
  readonly caller: AcceptedCaller | undefined

  constructor({ limit, message, retryAfterSeconds, caller }: ExceededLimit) {
    const callerMessage =
      `More requests were sent than are admitted: expected none for ${retryAfterSeconds} s; ` +
      'wait so long, and send fewer requests.'
    super('throttled', message, { callerMessage, retryAfterSeconds })
    this.limit = limit
    this.caller = caller
  }
}
