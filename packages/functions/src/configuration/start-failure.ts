/** Why a broker cannot start: the reason for its operator, and what everyone may know of it. */
import { BrokerError } from '@token-broker/core'

/** Stable codes of `GET /healthz?ready`. */
type ReadinessCode =
  | 'setting_invalid'
  | 'tenants_missing'
  | 'tenants_unreadable'
  | 'signing_key_missing'
  | 'signing_failed'
  | 'start_failed'

/**
 * Anyone may read it, without a token: it contains no value of a setting, no path, no ARN and no
 * text of an upstream. The names of variables are in this repository anyway.
 */
export interface ReadinessProblem {
  readonly code: ReadinessCode
  readonly problem: string
  readonly fix: string
}

/** `config_invalid`; its `message` is for the operator. */
export class StartFailure extends BrokerError {
  readonly known: ReadinessProblem

  constructor(message: string, known: ReadinessProblem, cause?: unknown) {
    super('config_invalid', message, { cause })
    this.known = known
  }
}
