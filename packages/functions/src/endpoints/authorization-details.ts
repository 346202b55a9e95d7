/**
 * `authorization_details` (RFC 9396) of the token exchange: a session policy with which a client
 * requests less than its grant.
 */
import {
  BrokerError,
  CallerPolicyRefusal,
  isObject,
  parseCallerPolicy,
  parseStrictObject,
} from '@token-broker/core'
import { serializePolicy } from './wire.ts'

/** The only type that the broker knows; its one member is `policy`, an IAM policy. */
const SESSION_POLICY_TYPE = 'urn:token-broker:authorization-details:session-policy'

/** `invalid_request`, with the error code of RFC 9396 §5. */
export class InvalidAuthorizationDetails extends BrokerError {
  constructor(what: string) {
    const message = `authorization_details ${what}`
    super('invalid_request', message, { callerMessage: message })
  }
}

/**
 * Reads the one session policy of the parameter. RFC 9396 §5: an unknown type, an unknown or a
 * missing member, and a wrong value are refused.
 * @returns the policy as JSON text
 * @throws {InvalidAuthorizationDetails}
 */
export function readAuthorizationDetails(text: string): string {
  const details = parseList(text)
  const [detail] = details
  if (!isObject(detail) || details.length !== 1)
    throw new InvalidAuthorizationDetails('must be a list of exactly one object.')
  const { type, policy, ...unknown } = detail
  if (type !== SESSION_POLICY_TYPE)
    throw new InvalidAuthorizationDetails(`must have the type ${SESSION_POLICY_TYPE}.`)
  if (Object.keys(unknown).length > 0)
    throw new InvalidAuthorizationDetails('must have no members but type and policy.')
  try {
    const policyText = serializePolicy('"policy"', policy)
    parseCallerPolicy(policyText)
    return policyText
  } catch (error) {
    const isRefusal = error instanceof BrokerError || error instanceof CallerPolicyRefusal
    if (!isRefusal) throw error
    throw new InvalidAuthorizationDetails(`is not valid. ${error.message}`)
  }
}

/** The details that a token was issued with (RFC 9396 §7). */
export function authorizationDetails(policyText: string): object[] {
  const policy: unknown = JSON.parse(policyText)
  return [{ type: SESSION_POLICY_TYPE, policy }]
}

function parseList(text: string): readonly unknown[] {
  try {
    // As a member of an object, so that duplicate names in the list are refused too.
    const { details, ...others } = parseStrictObject(`{"details":${text}}`)
    if (Array.isArray(details) && Object.keys(others).length === 0) return details
  } catch (error) {
    if (error instanceof SyntaxError) throw new InvalidAuthorizationDetails(`${error.message}.`)
    throw error
  }
  throw new InvalidAuthorizationDetails('is not a JSON list.')
}
