/** Whether the logins of a request to an identity pool were verified, as far as it came. */
import type { Trace } from '../model/trace.ts'
import { SIGNATURE_CHECK } from '../verify/demand-signature.ts'
import { VOUCH_CHECK } from '../verify/find-opaque-issuer.ts'
import { LOGIN_CHECK } from './pool-logins.ts'

/**
 * One verified login does not vouch for the token beside it: with an account of their own, anyone
 * could learn why the token of another provider cannot be verified.
 */
export function areLoginsVerified({ checks }: Trace): boolean {
  const count = (...names: readonly string[]) =>
    checks.filter((entry) => 'check' in entry && entry.passed && names.includes(entry.check)).length
  const begun = count(LOGIN_CHECK)
  return begun > 0 && count(SIGNATURE_CHECK, VOUCH_CHECK) === begun
}
