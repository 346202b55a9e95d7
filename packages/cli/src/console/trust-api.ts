/** The console's API for trust policies: what each role needs, and what an existing one lacks. */
import type { ShownTrustDifference, TrustPage } from '@token-broker/console/wire'
import { parseStrictObject } from '@token-broker/core/strict-json'
import { trustPolicies } from '@token-broker/core/trust-policy'
import { compareTrustPolicies } from '@token-broker/core/trust-policy-differences'
import { UsageError } from '../cli-error.ts'
import { readBrokerIssuer } from '../trust/read-broker-issuer.ts'
import { memberCount, memberText, readMembers } from './call-input.ts'
import type { ConsoleCall } from './console-context.ts'
import { decidingDocuments } from './deciding-documents.ts'

const PAGE_ROLES = 50

/** @param input `{ issuer, search, from }`: the URL of the broker, part of a role or a tenant */
export const listTrustPolicies: ConsoleCall<TrustPage> = async (input, context) => {
  const members = readMembers(input, ['issuer', 'search', 'from'])
  const wantedIssuer = memberText(members, 'issuer') ?? context.sources.endpoint
  // Without it, the page asks for it.
  if (wantedIssuer === undefined) return { roles: [], total: 0 }
  const issuer = readBrokerIssuer(wantedIssuer)
  const search = memberText(members, 'search')?.toLowerCase() ?? ''
  const from = memberCount(members, 'from') ?? 0
  const tenants = await decidingDocuments(context)
  const tenantsByRole = new Map<string, Set<string>>()
  for (const { tenant, grants } of tenants)
    for (const { roleArn } of Object.values(grants))
      tenantsByRole.set(roleArn, (tenantsByRole.get(roleArn) ?? new Set()).add(tenant))
  const found = [...tenantsByRole].filter(([role, names]) =>
    [role, ...names].some((text) => text.toLowerCase().includes(search)),
  )
  const shown = found.slice(from, from + PAGE_ROLES)
  const wanted = new Set(shown.flatMap(([, names]) => [...names]))
  const policies = trustPolicies(
    tenants.filter(({ tenant }) => wanted.has(tenant)),
    issuer,
  )
  return {
    issuer,
    roles: shown.map(([role, names]) => ({
      role,
      tenants: [...names],
      policy: JSON.stringify(policies[role], undefined, 2),
    })),
    total: found.length,
    ...(from + PAGE_ROLES < found.length ? { next: from + PAGE_ROLES } : {}),
  }
}

/** @param input `{ issuer, role, policy }`: a policy as it is in IAM, in JSON */
export const compareTrustPolicy: ConsoleCall<{
  readonly differences: readonly ShownTrustDifference[]
}> = async (input, context) => {
  const members = readMembers(input, ['issuer', 'role', 'policy'])
  const issuer = readBrokerIssuer(memberText(members, 'issuer'))
  const role = memberText(members, 'role') ?? ''
  const needed = trustPolicies(await decidingDocuments(context), issuer)[role]
  if (needed === undefined)
    throw new UsageError('role: no document names it any more; list the roles again')
  return { differences: compareTrustPolicies(needed, readPolicy(members)) }
}

function readPolicy(members: Readonly<Record<string, unknown>>): unknown {
  try {
    return parseStrictObject(memberText(members, 'policy') ?? '')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError(`policy: the trust policy ${error.message}; paste it as IAM shows it`)
  }
}
