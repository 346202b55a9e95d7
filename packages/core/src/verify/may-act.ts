/** Whether the subject's own token names the party that acts for it (RFC 8693 §4.4). */
import type { Actor } from '../model/actor.ts'
import { shownValue } from '../model/shown-value.ts'
import { isObject } from '../model/strict-json.ts'
import type { Trace } from '../model/trace.ts'
import { demand } from './demand.ts'
import type { VerifiedIdentity } from './verify-identity.ts'

/**
 * Without `may_act`, any actor may act for whom a rule passes. Only the actor that acts now is
 * compared: the ones before it are not those who use the token.
 * @throws {BrokerError} `access_denied`
 */
export function demandMayAct(
  { claims, issuer }: Pick<VerifiedIdentity, 'claims' | 'issuer'>,
  actor: Actor,
  trace: Trace,
): void {
  if (!Object.hasOwn(claims, 'may_act')) return
  const named = isNamedBy(claims.may_act, actor, issuer)
  const expected = 'the party that may_act names'
  demand(trace, 'subject’s token names the actor (may_act)', named, expected, actor.subject, () => [
    'The claim may_act of the subject token names another party than the actor: expected a ' +
      `party with ${shownValue(memberNames(claims.may_act))}, found the actor ` +
      `${shownValue(actor.subject)} of ${shownValue(actor.issuer)}; send a token of the named ` +
      'party as the actor token.',
    'access_denied',
  ])
}

/**
 * Each member of `may_act` must be a text that is equal to the actor's own claim: a member that was
 * ignored could be what makes two parties different. Without `iss`, the party is one of the same
 * issuer, because a subject is unique for its issuer only.
 */
function isNamedBy(mayAct: unknown, actor: Actor, subjectIssuer: string): boolean {
  if (!isObject(mayAct)) return false
  const { iss = subjectIssuer, ...named } = mayAct
  const members = Object.entries(named)
  return (
    iss === actor.issuer &&
    members.length > 0 &&
    members.every(
      ([name, value]) =>
        typeof value === 'string' &&
        Object.hasOwn(actor.claims, name) &&
        actor.claims[name] === value,
    )
  )
}

/** Not their values, which are of another party. */
function memberNames(mayAct: unknown): readonly string[] {
  return isObject(mayAct) ? Object.keys(mayAct) : []
}
