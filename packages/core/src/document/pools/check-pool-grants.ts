/** Checks which grants an identity pool gives, against the rules and grants of its document. */
import { evaluateString } from '../../expression/cel.ts'
import type {
  CompiledAttribute,
  CompiledGrant,
  CompiledTenant,
} from '../../model/compiled-tenant.ts'
import { type CompiledPool, poolIssuer } from '../../model/identity-pool.ts'
import { findUsedAttributes } from '../../policy/used-attributes.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { formatDuration } from '../field-values.ts'
import { issuersOfGrant, rulesToGrant } from '../issuers-of-grant.ts'
import type { PlacedPool } from './compile-pools.ts'

/** Anyone can become a guest, so a session that is misused must end soon. */
const MAX_GUEST_SECONDS = 3600

export function checkPoolGrants(
  pools: readonly PlacedPool[],
  tenant: CompiledTenant,
  report: Report,
): void {
  for (const { pool, path, guestGrant } of pools) {
    if (guestGrant !== undefined)
      checkGuestGrant(guestGrant, pool.id, tenant, [...path, 'guests', 'grant'], report)
    checkMappedRoles(pool, tenant, path, report)
    checkOpaqueLogins(pool, tenant, path, report)
  }
}

/** What guests may do is written in one session policy, and is nothing that a user may do too. */
function checkGuestGrant(
  name: string,
  pool: string,
  tenant: CompiledTenant,
  path: DocumentPath,
  report: Report,
): void {
  const grant = tenant.grants[name]
  if (grant === undefined) {
    report(path, `the grant ${name} is not declared`, 'declare it under grants', {
      id: 'undeclared-name',
    })
    return
  }
  const [rule] = rulesToGrant(name, tenant)
  if (rule)
    report(
      path,
      `the rule "${rule.name}" leads to the grant of guests too`,
      'give guests a grant that no rule leads to',
    )
  for (const { message, hint } of problemsOfGuests(grant)) report(path, message, hint)
  for (const attribute of findUsedAttributes(grant))
    if (!isReadableByGuests(tenant.attributes[attribute], pool))
      report(
        path,
        `the grant of guests uses the attribute ${attribute}, which guests do not have`,
        'use {{identity}}, or remove the slot: guests have no claims',
      )
}

/** Where the attribute is not declared, the template has an error already. */
function isReadableByGuests(attribute: CompiledAttribute | undefined, pool: string): boolean {
  if (attribute === undefined) return true
  const identity = { id: '', pool, provider: '', logins: [], guest: true, createdAt: 0 }
  const request = { ip: '', endpoint: '' }
  const scope = { claims: {}, issuer: poolIssuer(pool), request, identity }
  return attribute.issuer === undefined && evaluateString(attribute.from, scope).error === undefined
}

function problemsOfGuests(grant: CompiledGrant): { message: string; hint: string }[] {
  const { managedPolicyArns, maxDurationSeconds, webIdentity } = grant
  const problems = []
  if (managedPolicyArns.length > 0)
    problems.push({
      message: 'the grant of guests has managed policies, so the document does not say what it is',
      hint: 'write the statements into the policy of the grant',
    })
  if (maxDurationSeconds > MAX_GUEST_SECONDS)
    problems.push({
      message: `sessions of guests may last ${formatDuration(maxDurationSeconds)}`,
      hint: `write a duration and a maxDuration of at most ${formatDuration(MAX_GUEST_SECONDS)}`,
    })
  if (webIdentity === 'pass-through')
    problems.push({
      message: 'guests have no token that could be passed through',
      hint: 'write webIdentity: minted',
    })
  return problems
}

/** A role without a grant would refuse each user to whom the mapping gives it. */
function checkMappedRoles(
  { roleMappings = {}, authenticatedRole }: CompiledPool,
  { grants }: CompiledTenant,
  path: DocumentPath,
  report: Report,
): void {
  const check = (role: string, at: DocumentPath) => {
    if (!Object.values(grants).some(({ roleArn }) => roleArn === role))
      report(at, `no grant has the role ${role}`, 'write a grant with this role')
  }
  if (authenticatedRole !== undefined) check(authenticatedRole, [...path, 'authenticatedRole'])
  for (const [provider, { rules = [] }] of Object.entries(roleMappings))
    for (const [index, { roleArn }] of rules.entries())
      check(roleArn, [...path, 'roleMappings', provider, 'rules', index, 'role'])
}

/** STS verifies a passed-through token itself, and an opaque one says nothing. */
function checkOpaqueLogins(
  { logins }: CompiledPool,
  tenant: CompiledTenant,
  path: DocumentPath,
  report: Report,
): void {
  const readable = tenant.issuers.map(({ profile }) => profile.issuer)
  const passing = Object.keys(tenant.grants).filter(
    (name) => tenant.grants[name]?.webIdentity === 'pass-through',
  )
  const reaching = new Map(passing.map((name) => [name, issuersOfGrant(name, tenant)]))
  const issuersOfLogins = Object.entries(logins).flatMap(([provider, all]) =>
    all.map((issuer) => ({ provider, issuer })),
  )
  for (const { provider, issuer } of issuersOfLogins) {
    if (readable.includes(issuer)) continue
    for (const [name, issuers] of reaching)
      if (issuers.includes(issuer))
        report(
          [...path, 'logins', provider],
          `the grant ${name} passes tokens through, and AWS STS cannot verify the opaque tokens ` +
            `of the issuer ${issuer}`,
          'write webIdentity: minted, or rules that lead to this grant for other issuers only',
        )
  }
}
