/** Decides what a session may do by the rules of IAM, without any code of the broker. */
import { iamMatches } from '../fixtures/iam-match.ts'
import type { Statement } from './ceph-tenants.ts'

export interface S3Request {
  readonly action: string
  readonly resource: string
  /** Values of the condition keys that the request contains. */
  readonly context: Readonly<Record<string, string>>
}

type Policy = readonly Statement[]

/** The policies of the session and of the role intersect: each must allow, and none may deny. */
export function isAllowed(request: S3Request, policies: readonly Policy[]): boolean {
  return policies.every((policy) => {
    const effects = policy
      .filter((statement) => matches(statement, request))
      .map(({ Effect }) => Effect)
    return effects.includes('Allow') && !effects.includes('Deny')
  })
}

/** The statements with the values of a user in their slots. */
export function fillSlots(policy: Policy, values: Readonly<Record<string, string>>): Policy {
  const filled = Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{{${name}}}`, JSON.stringify(value).slice(1, -1)),
    JSON.stringify(policy),
  )
  return JSON.parse(filled)
}

function matches(
  { Action, Resource, Condition = {} }: Statement,
  { action, resource, context }: S3Request,
): boolean {
  return (
    [Action].flat().some((pattern) => iamMatches(pattern.toLowerCase(), action.toLowerCase())) &&
    [Resource].flat().some((pattern) => iamMatches(pattern, resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, expected]) => compare(operator, expected, context[key])),
    )
  )
}

function compare(operator: string, expected: string, found: string | undefined): boolean {
  if (found === undefined) return false
  if (operator === 'StringEquals') return found === expected
  if (operator === 'StringLike') return iamMatches(expected, found)
  throw new Error(`The operator ${operator} is not implemented in the expected decision.`)
}
