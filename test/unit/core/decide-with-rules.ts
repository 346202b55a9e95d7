/** Decisions of `matchGrant` for the rules of a small document. */

import { matchGrant } from '../../../packages/core/src/decide/match-grant.ts'
import type { Requested } from '../../../packages/core/src/decide/requested-grant.ts'
import type { ResolvedTenant } from '../../../packages/core/src/decide/resolve-tenant.ts'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import type { Actor } from '../../../packages/core/src/model/actor.ts'
import type { CompiledTenant } from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace, type ShownCheck, showTrace } from '../../../packages/core/src/model/trace.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'

export const ROLE = 'arn:aws:iam::111122223333:role/'

export interface RuleFields {
  readonly name?: string
  readonly when?: string | undefined
  readonly grant?: string | undefined
  readonly deny?: boolean
}

/** A tenant with the grants `full` and `notice` of one role, and `other` of another. */
export function tenantWithRules(items: readonly RuleFields[]): CompiledTenant {
  const document = {
    tenant: 'acme',
    issuers: [{ issuer: 'https://i.example', audiences: ['a'] }],
    rules: items.map((rule, index) => ({ name: `rule ${index}`, ...rule })),
    grants: {
      full: { role: `${ROLE}app` },
      notice: { role: `${ROLE}app` },
      other: { role: `${ROLE}other` },
    },
  }
  const { tenant, errors } = compileTenant(JSON.stringify(document), 'acme.json')
  if (!tenant) throw new Error(JSON.stringify(errors))
  // The deployed broker reads it from JSON.
  return JSON.parse(JSON.stringify(tenant))
}

export interface RuleDecision {
  /** The grant, or the code of the refusal. */
  readonly result: string
  readonly rule: string | undefined
  readonly error: unknown
  readonly trace: readonly ShownCheck[]
}

export function decideWithRules(
  tenant: CompiledTenant,
  claims: Readonly<Record<string, unknown>>,
  requested: Partial<Requested> = {},
  actor?: Actor,
): RuleDecision {
  const trace = createTrace()
  const request = { ip: '203.0.113.7', endpoint: 'native' }
  // In place of an identity and a tenant that only their stages can create.
  const scope = { claims, issuer: 'i', request, ...(actor === undefined ? {} : { actor }) }
  const identity = { claims, scope } as unknown
  try {
    const { name, rule } = matchGrant(
      tenant as ResolvedTenant,
      { grant: undefined, ...requested },
      identity as VerifiedIdentity,
      trace,
    )
    return { result: name, rule, error: undefined, trace: showTrace(trace) }
  } catch (error) {
    const result = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return { result, rule: undefined, error, trace: showTrace(trace) }
  }
}
