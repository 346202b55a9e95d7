/** Parses the session policy of a caller who requests less than the grant. */
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import { parseStrictObject } from '../model/strict-json.ts'
import { MAX_POLICY_CHARACTERS } from '../model/sts-limits.ts'
import { formatPath } from '../model/value-path.ts'
import { readPolicy } from '../policy/read-policy.ts'
import { CallerPolicyRefusal } from './caller-policy-refusal.ts'

/** Characters of a location in a message: names in it are the caller's own text. */
const MAX_LOCATION_CHARACTERS = 200

/**
 * Parses the JSON text of a session policy with the grammar of STS, so that STS accepts what is
 * accepted here.
 * @throws {CallerPolicyRefusal} `invalid_request`, with the location of the first problem and what
 *   to write
 */
export function parseCallerPolicy(text: string): PolicyStatement[] {
  if (text.length > MAX_POLICY_CHARACTERS)
    throw invalidPolicy(`is longer than ${MAX_POLICY_CHARACTERS} characters`)
  let policy: Record<string, unknown>
  try {
    policy = parseStrictObject(text)
  } catch (error) {
    const problem = error instanceof SyntaxError ? error.message : 'is not JSON'
    throw invalidPolicy(`${problem}; send one JSON object`)
  }
  return readPolicy(policy, (path, message, hint) => {
    const location = formatPath(path).replace(/\p{C}/gu, '?').slice(0, MAX_LOCATION_CHARACTERS)
    throw invalidPolicy(`is not valid${location && ` at ${location}`}: ${message}; ${hint}`)
  })
}

function invalidPolicy(what: string): CallerPolicyRefusal {
  return new CallerPolicyRefusal('invalid_request', `The session policy ${what}.`)
}
