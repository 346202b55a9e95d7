/** Records one check of the verify stage, and refuses the token where it does not pass. */
import { BrokerError, type RefusalCode } from '../model/broker-error.ts'
import { recordCheck, type Trace } from '../model/trace.ts'

/**
 * @param refuse the message and the code of the refusal; default: the check, and `invalid_token`
 * @throws {BrokerError} `invalid_token`, unless `refuse` returns another code
 */
export function demand(
  trace: Trace,
  check: string,
  passed: boolean,
  expected: unknown,
  found: unknown,
  refuse: () => readonly [message: string, code?: RefusalCode] = () => [
    `The subject token fails the check: ${check}.`,
  ],
): void {
  if (recordCheck(trace, 'verify', check, passed, expected, found)) return
  const [message, code = 'invalid_token'] = refuse()
  throw new BrokerError(code, message)
}
