/** Whether a session may do what it requests: its role's policy and its session policy. */
import type { PolicyStatement } from '@token-broker/core'
import {
  explainRequest,
  type RequestContextKeys,
  type RequestExplanation,
} from '@token-broker/core/explain-request'
import { conditionContext, type HttpFacts } from './condition-context.ts'
import { explainDenial } from './explain-denial.ts'
import type { AssumedRole } from './local-session.ts'
import type { Authenticated } from './signature/authenticate.ts'

export interface Authorizer {
  /**
   * Fails closed: what cannot be decided is denied.
   * @returns undefined: allowed
   */
  authorize(
    authenticated: Authenticated,
    request: ServiceRequest,
    http: HttpFacts,
  ): Denial | undefined
}

export interface ServiceRequest {
  /** One action: `s3:GetObject`. */
  readonly action: string
  /** One ARN. */
  readonly resource: string
  /** Keys in lower case, of the service and its request; an empty list: absent. */
  readonly context: RequestContextKeys
}

export interface Denial {
  readonly layer: 'session policy' | 'role policy'
  /** AWS's own sentence. */
  readonly message: string
  /** One line of printable ASCII of at most 1,000 characters, for a header and the log. */
  readonly explanation: string
}

/** Statements by role ARN. A role without an entry may do everything in the local account. */
export type RolePolicies = ReadonlyMap<string, readonly PolicyStatement[]>

const EVERYTHING: readonly PolicyStatement[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }]

/** @param now milliseconds since the epoch */
export function createAuthorizer(rolePolicies: RolePolicies, now: () => number): Authorizer {
  return {
    authorize(authenticated, request, http) {
      const { role } = authenticated.session
      if (role === undefined) return undefined
      const policies = policiesOf(role, rolePolicies)
      const statements = policies.flatMap((policy) => policy.statements)
      const context = conditionContext(
        statements,
        { ...authenticated, role },
        { ...request, http, nowMs: now() },
      )
      return findDenial(policies, role, { ...request, context })
    },
  }
}

interface Policy {
  readonly layer: Denial['layer']
  readonly statements: readonly PolicyStatement[]
}

/** Both must allow a request; with neither an inline nor a managed policy, the role's alone. */
function policiesOf(role: AssumedRole, rolePolicies: RolePolicies): readonly Policy[] {
  const rolePolicy: Policy = {
    layer: 'role policy',
    statements: rolePolicies.get(role.roleArn) ?? EVERYTHING,
  }
  if (role.sessionPolicy === undefined && role.managedPolicyArns.length === 0) return [rolePolicy]
  // The text of managed policies is not known here, so they allow nothing.
  return [rolePolicy, { layer: 'session policy', statements: role.sessionPolicy ?? [] }]
}

interface DenyingPolicy extends Policy {
  readonly explanation: RequestExplanation
  readonly isExplicit: boolean
}

/** A `Deny` comes first, then the role's policy, as in the messages of AWS. */
function findDenial(
  policies: readonly Policy[],
  role: AssumedRole,
  request: ServiceRequest,
): Denial | undefined {
  const denials = policies.flatMap((policy): DenyingPolicy[] => {
    const explanation = explainRequest(policy.statements, request)
    const { verdict } = explanation
    if (verdict.verdict === 'allowed') return []
    const isExplicit = verdict.verdict === 'denied' && verdict.statement !== undefined
    return [{ ...policy, explanation, isExplicit }]
  })
  const denial = denials.find(({ isExplicit }) => isExplicit) ?? denials[0]
  if (denial === undefined) return undefined
  const { layer, explanation } = denial
  return {
    layer,
    message: denialMessage(denial, role.assumedRoleArn, request),
    explanation: explainDenial(layer, explanation, request, notesOn(denial, denials, role)),
  }
}

function notesOn(
  { layer }: DenyingPolicy,
  denials: readonly DenyingPolicy[],
  { managedPolicyArns }: AssumedRole,
): string[] {
  const other = denials.find((denial) => denial.layer !== layer)
  const isManaged = denials.some((denial) => denial.layer === 'session policy')
  return [
    ...(other ? [`the ${other.layer} does not allow it either`] : []),
    ...(isManaged && managedPolicyArns.length > 0
      ? [`managed session policies allow nothing here: ${managedPolicyArns.join(', ')}`]
      : []),
  ]
}

/** @see IAM User Guide, "Troubleshoot access denied error messages" */
function denialMessage(
  { layer, isExplicit }: DenyingPolicy,
  user: string,
  { action, resource }: ServiceRequest,
): string {
  const kind = layer === 'session policy' ? 'session policy' : 'identity-based policy'
  const article = kind === 'session policy' ? 'a' : 'an'
  const reason = isExplicit
    ? `with an explicit deny in ${article} ${kind}`
    : `because no ${kind} allows the ${action} action`
  // Only S3 has quotes.
  const named = action.startsWith('s3:') ? `"${resource}"` : resource
  return `User: ${user} is not authorized to perform: ${action} on resource: ${named} ${reason}`
}
