/** Records one check of the verify stage, and refuses the token where it does not pass. */
import { BrokerError, type RefusalCode } from '../model/broker-error.ts'
import { shownValue } from '../model/shown-value.ts'
import { recordCheck, type Trace } from '../model/trace.ts'

/** `callerMessage`: the same for the caller, who may know it of its own token. */
type Reason = readonly [message: string, code?: RefusalCode, callerMessage?: string | undefined]

/** What a check expected and found, for the operator. */
export function describeValues(expected: unknown, found: unknown): string {
  return `expected ${shownValue(expected)}, found ${shownValue(found)}`
}

/**
 * @param refuse the message and the code of the refusal; default: `invalid_token`
 * @throws {BrokerError} with that code
 */
export function demand(
  trace: Trace,
  check: string,
  passed: boolean,
  expected: unknown,
  found: unknown,
  refuse: () => Reason,
): void {
  if (recordCheck(trace, 'verify', check, passed, expected, found)) return
  const [message, code = 'invalid_token', callerMessage] = refuse()
  throw new BrokerError(code, message, callerMessage === undefined ? {} : { callerMessage })
}

/**
 * The same for what the caller must prove beside the token. The reason is for the caller, too: it
 * is about the caller's own request, and the signature of the token has been checked.
 * @throws {BrokerError} with the code of the reason; default: `invalid_token`
 */
export function demandPossessed(
  trace: Trace,
  check: string,
  passed: boolean,
  expected: unknown,
  found: unknown,
  [message, code = 'invalid_token']: Reason,
): asserts passed {
  if (recordCheck(trace, 'verify', check, passed, expected, found)) return
  throw new BrokerError(code, message, { callerMessage: message })
}
