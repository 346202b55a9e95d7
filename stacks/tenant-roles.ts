/** Plans the IAM identity providers and roles that the tenant documents need in one account. */
import {
  type CompiledGrant,
  type CompiledTenant,
  hasSlots,
  type PolicyStatement,
  STS_AUDIENCE,
  slotsAsWildcards,
} from '@token-broker/core'
import { providerName, type TrustPolicy, trustPolicies } from '@token-broker/core/trust-policy'

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
  readonly policy: {
    readonly Version: '2012-10-17'
    readonly Statement: readonly PolicyStatement[]
  }
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

interface Use {
  readonly tenant: CompiledTenant
  readonly grant: CompiledGrant
}

/**
 * @param account of the stage, 12 digits
 * @throws {Error} naming the role for which the documents contradict each other
 */
export function planTenants(tenants: readonly CompiledTenant[], account: string): TenantPlan {
  const uses = tenants.flatMap((tenant) =>
    Object.values(tenant.grants).map((grant): Use => ({ tenant, grant })),
  )
  const inAccount = uses.filter(({ grant }) =>
    grant.roleArn.startsWith(`arn:aws:iam::${account}:role/`),
  )
  const byRole = Map.groupBy(uses, ({ grant }) => grant.roleArn)
  const roles = [...byRole].flatMap(([roleArn, of]) => planRole(roleArn, of, account) ?? [])
  const created = new Set(roles.map(({ roleArn }) => roleArn))
  const released = inAccount.flatMap(({ grant }) => grant.releasedAudience ?? [])
  return {
    passedThrough: planProviders(
      inAccount.filter(({ grant }) => grant.webIdentity === 'pass-through'),
    ),
    brokerAudiences: checkClientIds('the broker', [STS_AUDIENCE, ...released]),
    roles,
    otherRoleArns: [...byRole.keys()].filter((roleArn) => !created.has(roleArn)).sort(),
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
  for (const { profile, audiences: own } of uses.flatMap(({ tenant }) => tenant.issuers))
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
 * A created role belongs to one tenant. If its trust policy named two, each tenant could use the
 * permissions of the other.
 *
 * @returns undefined for a role that the documents do not ask the deployment to create
 */
function planRole(roleArn: string, uses: readonly Use[], account: string): PlannedRole | undefined {
  const boundaries = new Set(uses.flatMap(({ grant }) => grant.permissionsBoundaryArn ?? []))
  const [boundary] = boundaries
  if (boundary === undefined) return undefined
  const refuse = (why: string) => new Error(`${roleArn} cannot be created: ${why}`)
  const [, path, name] =
    new RegExp(`^arn:aws:iam::${account}:role(/.*?)([^/]+)$`).exec(roleArn) ?? []
  if (path === undefined || name === undefined)
    throw refuse(`it is not in the stage's account ${account}`)
  const owners = [...new Set(uses.map(({ tenant }) => tenant.tenant))]
  if (owners.length > 1) throw refuse(`several tenants name it: ${owners.join(', ')}`)
  if (boundaries.size > 1) throw refuse('its grants name several permissions boundaries')
  if (
    uses.some(
      ({ grant }) => grant.webIdentity === 'pass-through' || grant.releasedAudience !== undefined,
    )
  )
    throw refuse('another grant lets callers use the role without the broker')
  const grants = uses.map(({ grant }) => grant)
  const policy = rolePolicy(grants)
  checkSize(roleArn, 'policy', policy, MAX_INLINE_POLICY_CHARACTERS)
  return {
    roleArn,
    name,
    path,
    tenant: owners[0] ?? '',
    maxSessionDurationSeconds: Math.max(
      MIN_ROLE_DURATION_SECONDS,
      ...grants.map((grant) => grant.maxDurationSeconds),
    ),
    permissionsBoundaryArn: boundary,
    managedPolicyArns: [...new Set(grants.flatMap((grant) => grant.managedPolicyArns))],
    policy,
  }
}

/**
 * The union of what all callers of the grants may do: each slot becomes `*`, and a condition with a
 * slot is left out. The session policy, which the broker always sends, narrows this to one caller.
 * A `Deny` with a slot concerns one caller only, so it is left out too.
 */
function rolePolicy(grants: readonly CompiledGrant[]): PlannedRole['policy'] {
  const statements = new Map<string, PolicyStatement>()
  for (const { Sid: _, ...statement } of grants.flatMap((grant) => grant.statements)) {
    if (statement.Effect === 'Deny' && hasSlots(JSON.stringify(statement))) continue
    const wide = widen(statement)
    statements.set(JSON.stringify(wide), wide)
  }
  return { Version: '2012-10-17', Statement: [...statements.values()] }
}

function widen(statement: PolicyStatement): PolicyStatement {
  const { Resource, Condition, ...rest } = statement
  const conditions = Object.entries(Condition ?? {}).flatMap(([operator, keys]) => {
    const fixed = Object.entries(keys).filter(([, value]) => !hasSlots(JSON.stringify(value)))
    return fixed.length === 0 ? [] : [[operator, Object.fromEntries(fixed)] as const]
  })
  return {
    ...rest,
    ...(Resource === undefined ? {} : { Resource: widenResource(Resource) }),
    ...(conditions.length === 0 ? {} : { Condition: Object.fromEntries(conditions) }),
  }
}

function widenResource(resource: string | readonly string[]): string | readonly string[] {
  return typeof resource === 'string' ? slotsAsWildcards(resource) : resource.map(slotsAsWildcards)
}

function checkSize(roleArn: string, what: string, policy: unknown, most: number): void {
  const { length } = JSON.stringify(policy)
  if (length > most)
    throw new Error(`${roleArn}: its ${what} has ${length} characters; IAM allows ${most}`)
}
