/** Plans the IAM identity providers and roles that the tenant documents need in one account. */
import { type CompiledGrant, type CompiledTenant, hasSlots, STS_AUDIENCE } from '@token-broker/core'
import { partitionOf } from '@token-broker/core/partition'
import { type RolePolicy, rolePolicy } from '@token-broker/core/role-policy'
import {
  isProviderUrl,
  providerName,
  type TrustPolicy,
  trustPolicies,
} from '@token-broker/core/trust-policy'

/** An IAM OpenID Connect provider and the audiences (client ids) that it accepts. */
interface PlannedProvider {
  readonly issuer: string
  readonly audiences: readonly string[]
}

export interface PlannedRole {
  readonly roleArn: string
  readonly name: string
  readonly path: string
  readonly tenant: string
  readonly maxSessionDurationSeconds: number
  readonly permissionsBoundaryArn: string
  readonly managedPolicyArns: readonly string[]
  readonly policy: RolePolicy
}

export interface TenantPlan {
  /** Providers of the issuers whose tokens are passed through to STS. */
  readonly passedThrough: readonly PlannedProvider[]
  /** Audiences of the broker's own provider. */
  readonly brokerAudiences: readonly string[]
  readonly roles: readonly PlannedRole[]
  /** Roles that the documents name but this deployment does not create. */
  readonly otherRoleArns: readonly string[]
}

/** The least `MaxSessionDuration` that IAM accepts. */
const MIN_ROLE_DURATION_SECONDS = 3600
/** IAM quotas; white space does not count. */
const MAX_INLINE_POLICY_CHARACTERS = 10_240
const MAX_TRUST_POLICY_CHARACTERS = 2048
const MAX_CLIENT_IDS = 100

/** What the plan needs to know of a stage. */
interface RoleSettings {
  /** 12 digits. */
  readonly account: string
  readonly region: string
  /** ARNs of the policies that the stage accepts as boundaries. */
  readonly permissionsBoundaries: readonly string[]
}

interface Use {
  readonly tenant: CompiledTenant
  readonly grant: CompiledGrant
}

/** @throws {Error} naming the role that the documents do not allow to be created, and why */
export function planTenants(
  tenants: readonly CompiledTenant[],
  settings: RoleSettings,
): TenantPlan {
  const uses = tenants.flatMap((tenant) =>
    Object.values(tenant.grants).map((grant): Use => ({ tenant, grant })),
  )
  const inAccount = uses.filter(({ grant }) => grant.roleArn.startsWith(`${rolePrefix(settings)}/`))
  // IAM treats names of roles that differ only in case as the same.
  const byRole = Map.groupBy(uses, ({ grant }) => grant.roleArn.toLowerCase())
  const roles = [...byRole.values()].flatMap((of) => planRole(of, settings) ?? [])
  const created = new Set(roles.map(({ roleArn }) => roleArn))
  const released = inAccount.flatMap(({ grant }) => grant.releasedAudience ?? [])
  return {
    passedThrough: planProviders(
      inAccount.filter(({ grant }) => grant.webIdentity === 'pass-through'),
    ),
    brokerAudiences: checkClientIds('the broker', [STS_AUDIENCE, ...released]),
    roles,
    otherRoleArns: [...new Set(uses.map(({ grant }) => grant.roleArn))]
      .filter((roleArn) => !created.has(roleArn))
      .sort(),
  }
}

/**
 * The trust policy of a role, when the URL of the broker's issuer is known.
 * @throws {Error} if it is larger than IAM allows
 */
export function trustPolicyOf(
  role: PlannedRole,
  tenants: readonly CompiledTenant[],
  issuer: string,
): TrustPolicy {
  const policy = trustPolicies(tenants, issuer)[role.roleArn]
  if (!policy) throw new Error(`${role.roleArn}: no tenant document names this role`)
  checkSize(role.roleArn, 'trust policy', policy, MAX_TRUST_POLICY_CHARACTERS)
  return policy
}

function planProviders(uses: readonly Use[]): PlannedProvider[] {
  const audiences = new Map<string, string[]>()
  const issuers = uses.flatMap(({ tenant }) => tenant.issuers)
  for (const { profile, audiences: own } of issuers.filter((one) =>
    isProviderUrl(one.profile.issuer),
  ))
    audiences.set(profile.issuer, [...(audiences.get(profile.issuer) ?? []), ...own])
  return [...audiences]
    .map(([issuer, own]) => ({ issuer, audiences: checkClientIds(providerName(issuer), own) }))
    .sort((a, b) => (a.issuer < b.issuer ? -1 : 1))
}

function checkClientIds(issuer: string, audiences: readonly string[]): string[] {
  const unique = [...new Set(audiences)]
  if (unique.length <= MAX_CLIENT_IDS) return unique
  throw new Error(
    `${issuer} has ${unique.length} audiences; an IAM provider accepts at most ${MAX_CLIENT_IDS}`,
  )
}

/**
 * A created role belongs to one grant: a session without a session policy may do what the role may
 * do, and with the policies of two grants it could use both.
 *
 * @returns undefined for a role that the documents do not ask the deployment to create
 */
function planRole(uses: readonly Use[], settings: RoleSettings): PlannedRole | undefined {
  const creating = uses.find(({ grant }) => grant.permissionsBoundaryArn !== undefined)
  const boundary = creating?.grant.permissionsBoundaryArn
  if (creating === undefined || boundary === undefined) return undefined
  const { tenant, grant } = creating
  const { roleArn } = grant
  const refuse = (why: string) => new Error(`${roleArn} cannot be created: ${why}`)
  const [, path, name] = new RegExp(`^${rolePrefix(settings)}(/.*?)([^/]+)$`).exec(roleArn) ?? []
  if (path === undefined || name === undefined)
    throw refuse(`it is not in the stage's account ${settings.account}`)
  if (!settings.permissionsBoundaries.includes(boundary))
    throw refuse(`its boundary ${boundary} is not in the stage's permissionsBoundaries`)
  const owners = [...new Set(uses.map((use) => use.tenant.tenant))]
  if (owners.length > 1) throw refuse(`several tenants name it: ${owners.join(', ')}`)
  if (uses.length > 1)
    throw refuse(`${uses.length} grants of ${tenant.tenant} use it; give each its own role`)
  if (grant.webIdentity === 'pass-through' || grant.releasedAudience !== undefined)
    throw refuse('callers could use the role without the broker')
  const policy = rolePolicy(grant)
  if (hasSlots(JSON.stringify(policy))) throw refuse('its policy has slots that are not tags')
  checkSize(roleArn, 'policy', policy, MAX_INLINE_POLICY_CHARACTERS)
  return {
    roleArn,
    name,
    path,
    tenant: tenant.tenant,
    maxSessionDurationSeconds: Math.max(MIN_ROLE_DURATION_SECONDS, grant.maxDurationSeconds),
    permissionsBoundaryArn: boundary,
    managedPolicyArns: grant.managedPolicyArns,
    policy,
  }
}

function rolePrefix({ account, region }: RoleSettings): string {
  return `arn:${partitionOf(region)}:iam::${account}:role`
}

function checkSize(roleArn: string, what: string, policy: unknown, most: number): void {
  const { length } = JSON.stringify(policy)
  if (length > most)
    throw new Error(`${roleArn}: its ${what} has ${length} characters; IAM allows ${most}`)
}
