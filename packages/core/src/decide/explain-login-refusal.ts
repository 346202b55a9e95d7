/**
 * Says to a caller of an identity pool which claim of a login the tenant does not accept, and when
 * it has expired. Amazon Cognito's message says neither, and its users search for the reason
 * (amplify-js#2443).
 */
import { BrokerError } from '../model/broker-error.ts'
import type { Check, Trace } from '../model/trace.ts'

/** By the check that did not pass, after the name of the tenant. */
const REASONS: readonly (readonly [check: string, reason: string])[] = [
  ['accepts the audience', 'The audience (aud) is not one that this identity pool accepts.'],
  [
    'accepts the authorized party',
    'The authorized party (azp) is not one that this identity pool accepts.',
  ],
]

/**
 * Only what the tenant's document reads in a token whose signature is valid: its holder sees these
 * claims too. The caller knows the pool, so that the tenant exists is not news to it.
 * @param trace of the request
 */
export function explainLoginRefusal(error: unknown, tenant: string, trace: Trace): unknown {
  if (!(error instanceof BrokerError)) return error
  const { code, callerMessage: detail, message } = error
  if (code === 'token_expired' && detail !== undefined)
    return new BrokerError(code, message, {
      callerMessage: `Invalid login token. Token expired. ${detail}`,
      cause: error,
    })
  if (code !== 'access_denied') return error
  // All logins before this one were accepted.
  const failed = trace.checks.find(
    (entry): entry is Check => 'check' in entry && !entry.passed && isAcceptance(entry, tenant),
  )
  const reason = failed && reasonOf(failed, tenant)
  if (reason === undefined) return error
  const callerMessage = `Invalid login token. ${reason}`
  return new BrokerError(code, message, { callerMessage, cause: error })
}

function isAcceptance({ check }: Check, tenant: string): boolean {
  return REASONS.some(([name]) => check === `tenant ${tenant} ${name}`)
}

function reasonOf({ check, found }: Check, tenant: string): string | undefined {
  const isAbsent = Array.isArray(found) && found.length === 0
  if (isAbsent) return 'Missing a required claim: aud'
  return REASONS.find(([name]) => check === `tenant ${tenant} ${name}`)?.[1]
}
