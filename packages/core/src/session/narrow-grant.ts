/**
 * The parts of a grant that a caller requests: a duration, statements, managed policies. The caller
 * has proved its right to the grant, so a refusal says what of the request is not part of it.
 */
import type { MatchedGrant } from '../decide/match-grant.ts'
import type { TenantIdentity } from '../decide/resolve-tenant.ts'
import { BrokerError } from '../model/broker-error.ts'
import { findSimilar } from '../model/similar-words.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { keepStatements } from './session-policy.ts'

/** Longer than a Sid needs to be, and shorter than any token, which must not be in a message. */
const MAX_SID_CHARACTERS = 64
const MAX_ARN_CHARACTERS = 200
/** Names of statements in a message. */
const MAX_LISTED_STATEMENTS = 20

/** A request for what the grant does not have: both the operator and the caller read the reason. */
export function beyondGrant(message: string): BrokerError {
  return new BrokerError('access_denied', message, { callerMessage: message })
}

/**
 * The issuer of an opaque token may allow less than the grant: then the default is shorter.
 * @throws {BrokerError} `access_denied`
 */
export function chooseDuration(
  grant: MatchedGrant,
  { maxSessionSeconds: limit }: TenantIdentity,
  requested: number | undefined,
  trace: Trace,
): number {
  const granted =
    requested === undefined ? grant.durationSeconds : narrowDuration(grant, requested, trace)
  if (limit === undefined) return granted
  const seconds = requested ?? Math.min(granted, limit)
  const check = 'duration is within what the issuer allows'
  if (recordCheck(trace, 'render', check, seconds <= limit, `<= ${limit} s`, seconds))
    return seconds
  throw tooLong('the issuer of the token allows sessions of', limit, seconds)
}

function narrowDuration(grant: MatchedGrant, requested: number, trace: Trace): number {
  const most = grant.maxDurationSeconds
  const passed = requested <= most
  const check = 'duration is within the grant'
  if (recordCheck(trace, 'render', check, passed, `<= ${most} s`, requested)) return requested
  throw tooLong('the grant allows sessions of', most, requested)
}

function tooLong(who: string, most: number, requested: number): BrokerError {
  return beyondGrant(
    `The requested duration is too long: ${who} at most ${most} s, and the request is for ` +
      `${requested} s; request ${most} s or less.`,
  )
}

/**
 * The statements with these Sids, and every `Deny`.
 * @throws {BrokerError} `access_denied` for a Sid that the grant does not have
 */
export function narrowStatements(
  { statements }: MatchedGrant,
  sids: readonly string[],
  trace: Trace,
): MatchedGrant['statements'] {
  const known = statements.flatMap(({ Sid }) => (Sid === undefined ? [] : [Sid]))
  const unknown = sids.find((sid) => !known.includes(sid))
  recordCheck(trace, 'render', 'statements belong to the grant', unknown === undefined, known, sids)
  if (unknown === undefined) return keepStatements(statements, sids)
  const name = unknown.length <= MAX_SID_CHARACTERS ? `"${printable(unknown)}"` : 'of that name'
  const similar = findSimilar(unknown.slice(0, MAX_SID_CHARACTERS), known)
  const suggestion = similar === undefined ? '.' : `; did you mean ${similar}?`
  throw beyondGrant(
    `The grant has no statement ${name}${suggestion} ` +
      (known.length === 0
        ? 'None of its statements has a Sid; request no statements.'
        : `Its statements are ${listed(known)}.`),
  )
}

function listed(sids: readonly string[]): string {
  const more = sids.length - MAX_LISTED_STATEMENTS
  const shown = sids.slice(0, MAX_LISTED_STATEMENTS).join(', ')
  return more > 0 ? `${shown} and ${more} more` : shown
}

/** @throws {BrokerError} `access_denied` for a policy that the grant does not have */
export function narrowManagedPolicies(
  { managedPolicyArns: known }: MatchedGrant,
  requested: readonly string[],
  trace: Trace,
): readonly string[] {
  const unknown = requested.find((arn) => !known.includes(arn))
  const check = 'managed policies belong to the grant'
  recordCheck(trace, 'render', check, unknown === undefined, known, requested)
  if (unknown === undefined) return requested
  const isShown = unknown.startsWith('arn:') && unknown.length <= MAX_ARN_CHARACTERS
  const what = isShown ? `The managed policy ${printable(unknown)}` : 'A requested managed policy'
  throw beyondGrant(
    `${what} does not belong to the grant, which has ` +
      `${known.length === 0 ? 'none; request none' : known.join(', ')}.`,
  )
}

function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?')
}
