/** The refusal for a session policy of the caller that is not written as a policy. */
import { BrokerError } from '../model/broker-error.ts'

/** `invalid_request`; RFC 9396 §5 has an error code of its own for it. */
export class InvalidCallerPolicy extends BrokerError {
  constructor(callerMessage: string, message = callerMessage) {
    super('invalid_request', message, { callerMessage })
  }
}
