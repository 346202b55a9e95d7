/** What a session may do, worked out from the tenant document and the role's policy by IAM's rules and none of the broker's code. */
import { iamMatches } from '../fixtures/iam-match.ts'
import type { Statement } from './ceph-tenants.ts'

export interface S3Request {
  readonly action: string
  readonly resource: string
  /** Values of condition keys; one that is not here is not in the request. */
  readonly context: Readonly<Record<string, string>>
}

type Policy = readonly Statement[]

/** Whether each of the policies allows it and none denies it: session policies and the role's own are an intersection. */
export function isAllowed(request: S3Request, policies: readonly Policy[]): boolean {
  return policies.every((policy) => {
    const effects = policy
      .filter((statement) => holds(statement, request))
      .map(({ Effect }) => Effect)
    return effects.includes('Allow') && !effects.includes('Deny')
  })
}

/** The statements with a user's own values in their slots. */
export function fillSlots(policy: Policy, values: Readonly<Record<string, string>>): Policy {
  const filled = Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{{${name}}}`, JSON.stringify(value).slice(1, -1)),
    JSON.stringify(policy),
  )
  return JSON.parse(filled)
}

function holds(
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
  throw new Error(`the expectations do not know ${operator}`)
}
