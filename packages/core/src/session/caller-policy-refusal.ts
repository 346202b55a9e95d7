/** Why the session policy of a caller is refused. */
import type { RefusalCode } from '../model/broker-error.ts'

/**
 * Not a `BrokerError`, of which a second bundle would have a class of its own.
 * `message` is for the operator; `callerMessage` quotes nothing but the caller's own policy.
 */
export class CallerPolicyRefusal extends Error {
  readonly code: RefusalCode
  readonly callerMessage: string

  constructor(
    code: 'invalid_request' | 'access_denied',
    callerMessage: string,
    message = callerMessage,
  ) {
    super(message)
    this.code = code
    this.callerMessage = callerMessage
  }
}
