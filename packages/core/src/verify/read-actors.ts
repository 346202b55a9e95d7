/** Reads who acts for the subject of a token, as its claim `act` says (RFC 8693 §4.1). */
import { type Actor, MAX_ACTORS } from '../model/actor.ts'
import { isObject } from '../model/strict-json.ts'
import type { Trace } from '../model/trace.ts'
import { demand } from './demand.ts'

/** OpenID Connect Core §2, `sub`. It is in the minted token and in the audit record. */
const MAX_SUBJECT_CHARACTERS = 255

/**
 * The chain of actors, for which the issuer of the token vouches. An `iss` inside `act` must
 * therefore be that issuer: otherwise, any issuer of a tenant could name the users of another one
 * as actors.
 * @param act the verified token's claim
 * @param most how many actors the chain may have
 * @throws {BrokerError} `invalid_token` for a chain that is malformed or too long
 */
export function readActors(act: unknown, issuer: string, most: number, trace: Trace): Actor {
  const limit = `at most ${MAX_ACTORS}`
  demand(
    trace,
    'chain of actors is not too long',
    most > 0,
    limit,
    most > 0 ? limit : 'more',
    () => [`The token has more than ${MAX_ACTORS} actors, one acting for the other (act).`],
  )
  const isChain = isObject(act)
  demand(trace, 'act is an object', isChain, 'an object with sub', typeof act, () => [
    'The claim act of the token is malformed: expected an object with sub (RFC 8693 §4.1).',
  ])
  const { act: earlier, ...claims } = isChain ? act : {}
  const { iss = issuer, sub } = claims
  demand(trace, 'act is of the token’s issuer', iss === issuer, issuer, iss, () => [
    'The claim act of the token names an actor of another issuer, for which the issuer of the ' +
      'token cannot vouch; send a token of the actor itself as the actor token.',
  ])
  const actor = { issuer, subject: demandActorSubject(sub, trace), claims }
  const hasEarlier = isChain && Object.hasOwn(act, 'act')
  return hasEarlier ? { ...actor, actor: readActors(earlier, issuer, most - 1, trace) } : actor
}

/** @throws {BrokerError} `invalid_token` where it is not a string of 1 to 255 characters */
export function demandActorSubject(subject: unknown, trace: Trace): string {
  const isNamed =
    typeof subject === 'string' && subject !== '' && subject.length <= MAX_SUBJECT_CHARACTERS
  const expected = `1 to ${MAX_SUBJECT_CHARACTERS} characters`
  demand(trace, 'subject of the actor is usable', isNamed, expected, typeof subject, () => [
    `The subject of an actor must be a string of ${expected}.`,
  ])
  return isNamed ? subject : ''
}
