/**
 * `authorization_details` (RFC 9396) of the token exchange: a session policy with which a client
 * requests less than its grant.
 */
import { BrokerError, InvalidCallerPolicy, isObject, parseStrictObject } from '@token-broker/core'
import { serializePolicy } from './wire.ts'

/** The only type that the broker knows; its one member is `policy`, an IAM policy. */
const SESSION_POLICY_TYPE = 'urn:token-broker:authorization-details:session-policy'
const PARAMETER = 'authorization_details'

/**
 * Reads the one session policy of the parameter. RFC 9396 §5: an unknown type, an unknown or a
 * missing member, and a wrong value are refused.
 * @returns the policy as JSON text; core refuses one that is not written as a policy
 * @throws {InvalidCallerPolicy}
 */
export function readAuthorizationDetails(text: string): string {
  const details = parseList(text)
  const [detail] = details
  if (!isObject(detail) || details.length !== 1)
    throw invalidDetails('must be a list of exactly one object.')
  const { type, policy, ...unknown } = detail
  if (type !== SESSION_POLICY_TYPE)
    throw invalidDetails(`must have the type ${SESSION_POLICY_TYPE}.`)
  if (Object.keys(unknown).length > 0)
    throw invalidDetails('must have no members but type and policy.')
  try {
    return serializePolicy('"policy"', policy)
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    throw invalidDetails(`is not valid. ${error.message}`)
  }
}

/** The details that a token was issued with (RFC 9396 §7). */
export function authorizationDetails(policyText: string): object[] {
  const policy: unknown = JSON.parse(policyText)
  return [{ type: SESSION_POLICY_TYPE, policy }]
}

/** @returns undefined for a refusal that has another reason than the parameter */
export function describeInvalidDetails(refusal: BrokerError): string | undefined {
  if (!(refusal instanceof InvalidCallerPolicy)) return undefined
  const { message, callerMessage = message } = refusal
  const isReadHere = callerMessage.startsWith(PARAMETER)
  return isReadHere ? callerMessage : `${PARAMETER} is not valid. ${callerMessage}`
}

function parseList(text: string): readonly unknown[] {
  try {
    // As a member of an object, so that duplicate names in the list are refused too.
    const { details, ...others } = parseStrictObject(`{"details":${text}}`)
    if (Array.isArray(details) && Object.keys(others).length === 0) return details
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidDetails(`${error.message}.`)
    throw error
  }
  throw invalidDetails('is not a JSON list.')
}

function invalidDetails(what: string): InvalidCallerPolicy {
  return new InvalidCallerPolicy(`${PARAMETER} ${what}`)
}
