/** What the tenants' documents ask of IAM in one account: which identity providers, and which roles with which permissions. */
import type { CompiledGrant, CompiledTenant, PolicyStatement } from '@token-broker/core'
import { providerName, type TrustPolicy, trustPolicies } from '@token-broker/core/trust-policy'

/** An IAM OpenID Connect provider and the audiences (client ids) that it takes. */
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
  readonly passedThrough: readonly PlannedProvider[]
  /** Of the broker's own provider. */
  readonly brokerAudiences: readonly string[]
  readonly roles: readonly PlannedRole[]
  /** Roles that the documents name and somebody else makes. */
  readonly otherRoleArns: readonly string[]
}

const STS_AUDIENCE = 'sts.amazonaws.com'
const MIN_ROLE_DURATION_SECONDS = 3600
/** IAM quotas, without white space. */
const MAX_INLINE_POLICY_CHARACTERS = 10_240
const MAX_TRUST_POLICY_CHARACTERS = 2048
const MAX_CLIENT_IDS = 100
const SLOT = /\{\{\s*\w+\s*\}\}/
const SLOTS = new RegExp(SLOT, 'g')

interface Use {
  readonly tenant: CompiledTenant
  readonly grant: CompiledGrant
}

/** @throws {Error} where the documents do not fit together, naming the role */
export function planTenants(tenants: readonly CompiledTenant[], account: string): TenantPlan {
  const uses = tenants.flatMap((tenant) =>
    Object.values(tenant.grants).map((grant): Use => ({ tenant, grant })),
  )
  const here = uses.filter(({ grant }) => grant.roleArn.startsWith(`arn:aws:iam::${account}:role/`))
  const byRole = Map.groupBy(uses, ({ grant }) => grant.roleArn)
  const roles = [...byRole].flatMap(([roleArn, of]) => planRole(roleArn, of, account) ?? [])
  const created = new Set(roles.map(({ roleArn }) => roleArn))
  const released = here.flatMap(({ grant }) => grant.releasedAudience ?? [])
  return {
    passedThrough: planProviders(here.filter(({ grant }) => grant.webIdentity === 'pass-through')),
    brokerAudiences: checkClientIds('the broker', [STS_AUDIENCE, ...released]),
    roles,
    otherRoleArns: [...byRole.keys()].filter((roleArn) => !created.has(roleArn)).sort(),
  }
}

/** The role's trust policy once the broker's issuer is known. @throws {Error} where it is larger than IAM takes */
export function trustPolicyOf(
  role: PlannedRole,
  tenants: readonly CompiledTenant[],
  issuer: string,
): TrustPolicy {
  const policy = trustPolicies(tenants, issuer)[role.roleArn]
  if (!policy) throw new Error(`${role.roleArn}: no document names it`)
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
    `${issuer} has ${unique.length} audiences; an IAM provider takes ${MAX_CLIENT_IDS}`,
  )
}

/** One tenant's alone: with two in its trust policy, each could have what is the other's. */
function planRole(roleArn: string, uses: readonly Use[], account: string): PlannedRole | undefined {
  const boundaries = new Set(uses.flatMap(({ grant }) => grant.permissionsBoundaryArn ?? []))
  const [boundary] = boundaries
  if (boundary === undefined) return undefined
  const refuse = (why: string) => new Error(`${roleArn} is to be created, and ${why}`)
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
    throw refuse('another grant of it lets callers use it without the broker')
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
 * What all callers of the grants may do together: each slot stands for anything, and a condition with a slot for no condition. The
 * session policy, which the broker always sends, narrows it to one caller; a Deny with a slot is for that caller alone, and left out.
 */
function rolePolicy(grants: readonly CompiledGrant[]): PlannedRole['policy'] {
  const statements = new Map<string, PolicyStatement>()
  for (const { Sid: _, ...statement } of grants.flatMap((grant) => grant.statements)) {
    if (statement.Effect === 'Deny' && SLOT.test(JSON.stringify(statement))) continue
    const wide = widen(statement)
    statements.set(JSON.stringify(wide), wide)
  }
  return { Version: '2012-10-17', Statement: [...statements.values()] }
}

function widen(statement: PolicyStatement): PolicyStatement {
  const { Resource, Condition, ...rest } = statement
  const conditions = Object.entries(Condition ?? {}).flatMap(([operator, keys]) => {
    const fixed = Object.entries(keys).filter(([, value]) => !SLOT.test(JSON.stringify(value)))
    return fixed.length === 0 ? [] : [[operator, Object.fromEntries(fixed)] as const]
  })
  return {
    ...rest,
    ...(Resource === undefined ? {} : { Resource: widenResource(Resource) }),
    ...(conditions.length === 0 ? {} : { Condition: Object.fromEntries(conditions) }),
  }
}

function widenResource(resource: string | readonly string[]): string | readonly string[] {
  const widened = (one: string) => one.replaceAll(SLOTS, '*')
  return typeof resource === 'string' ? widened(resource) : resource.map(widened)
}

function checkSize(roleArn: string, what: string, policy: unknown, most: number): void {
  const { length } = JSON.stringify(policy)
  if (length > most)
    throw new Error(`${roleArn}: its ${what} has ${length} characters; IAM takes ${most}`)
}
