/** Records the check of a token's signature, and refuses the token where it is not the issuer's. */
import { BrokerError } from '../model/broker-error.ts'
import { recordCheck, type Trace } from '../model/trace.ts'

/** The check of the signature, in the trace. */
export const SIGNATURE_CHECK = 'signature is the issuer’s'

/**
 * @param verify rejects where the signature is not valid
 * @param found what the trace shows of a valid one
 * @throws {BrokerError} what `verify` throws
 */
export async function demandSignature<Result>(
  trace: Trace,
  verify: () => Promise<Result>,
  found: string | undefined,
): Promise<Result> {
  const expected = 'a key of the issuer'
  try {
    const result = await verify()
    recordCheck(trace, 'verify', SIGNATURE_CHECK, true, expected, found)
    return result
  } catch (error) {
    // Explanations show the trace to callers whose token proves nothing yet. The reason, which may
    // name keys and addresses, is in the audit record alone.
    const isUnavailable = error instanceof BrokerError && error.code === 'issuer_unavailable'
    const problem = isUnavailable ? 'the keys are not available' : 'no key verifies it'
    recordCheck(trace, 'verify', SIGNATURE_CHECK, false, expected, problem)
    throw error
  }
}

/** Whether the trace contains a signature that was verified. */
export function hasVerifiedSignature({ checks }: Trace): boolean {
  return checks.some((entry) => 'check' in entry && entry.check === SIGNATURE_CHECK && entry.passed)
}
