/** The roles of a Cognito identity pool, as grants, rules and role mappings of a document. */
import { UsageError } from '../../cli-error.ts'
import type { CognitoPool, CognitoRoleMapping, CognitoRoles } from './cognito-pool.ts'
import type { ImportNotes } from './import-notes.ts'

interface ImportedGrant {
  readonly role: string
  readonly policy: readonly never[]
}

export interface ImportedRoles extends ImportNotes {
  readonly grants: Readonly<Record<string, ImportedGrant>>
  readonly rules: readonly {
    readonly name: string
    readonly when: string
    readonly grant: string
  }[]
  /** Grant of guests; undefined: the pool has none. */
  readonly guestGrant: string | undefined
  readonly authenticatedRole: string | undefined
  readonly roleMappings: Readonly<Record<string, object>>
}

const GUESTS = 'guests'

/**
 * A rule passes only for requests to the pool, which have `identity`. Otherwise a user could get
 * the grant of another role at another endpoint, where no role mapping decides.
 *
 * @param providers in the logins of the document
 * @throws {UsageError} if the pool gives no role to anyone
 */
export function importRoles(
  pool: CognitoPool,
  roles: CognitoRoles,
  providers: readonly string[],
): ImportedRoles {
  const { mappings: all, conflicts } = mergeMappings(roles.mappings)
  const mappings = all.filter(({ provider }) => providers.includes(provider))
  const { developerProvider } = pool
  const users = developerProvider === undefined ? providers : [...providers, developerProvider]
  const named = nameGrants(reachedRoles(users, mappings, roles.authenticated))
  const guestRole = pool.allowsGuests ? roles.unauthenticated : undefined
  const grants = Object.fromEntries([
    ...[...named].map(([role, { name }]) => [name, { role, policy: [] }] as const),
    ...(guestRole === undefined ? [] : [[GUESTS, { role: guestRole, policy: [] }] as const]),
  ])
  if (Object.keys(grants).length === 0)
    throw new UsageError(
      'the pool gives no role to users or guests: expected Roles in the output of ' +
        '"aws cognito-identity get-identity-pool-roles"',
    )
  const isAmbiguous = mappings.some(({ ambiguous }) => ambiguous === 'AuthenticatedRole')
  return {
    grants,
    rules: [...named].map(([, { name, reachedBy }]) => ({
      name: `users with the role of the grant ${name}`,
      when: `identity.provider in [${reachedBy.map((one) => JSON.stringify(one)).join(', ')}]`,
      grant: name,
    })),
    guestGrant: guestRole === undefined ? undefined : GUESTS,
    authenticatedRole: isAmbiguous ? roles.authenticated : undefined,
    roleMappings: Object.fromEntries(
      mappings.map((mapping) => [mapping.provider, documentMapping(mapping, roles)]),
    ),
    toDo: toDoOf(Object.keys(grants), mappings),
    lost: [
      ...conflicts.map(
        (provider) =>
          `the role mappings of ${provider}, which differ between its app clients: nobody gets a ` +
          'role; write roleMappings yourself',
      ),
      ...lostOf(pool, roles, all, mappings),
    ],
  }
}

/** A document has one mapping per provider, and Cognito one per app client of a user pool. */
function mergeMappings(mappings: readonly CognitoRoleMapping[]) {
  const byProvider = Map.groupBy(mappings, ({ provider }) => documentProvider(provider))
  const merged = [...byProvider].map(([provider, [first, ...others]]) => {
    const rest = ({ provider: _, ...mapping }: CognitoRoleMapping) => JSON.stringify(mapping)
    const isConflict = first === undefined || others.some((other) => rest(other) !== rest(first))
    const nothing = { type: 'Token', ambiguous: 'Deny', rules: [] } as const
    return { isConflict, mapping: { ...(isConflict ? nothing : first), provider } }
  })
  return {
    mappings: merged.map(({ mapping }) => mapping),
    conflicts: merged.flatMap(({ isConflict, mapping }) => (isConflict ? [mapping.provider] : [])),
  }
}

/** Of a user pool without the client id, and of a provider of IAM without the rest of its ARN. */
function documentProvider(provider: string): string {
  return provider
    .replace(/^arn:[\w-]+:iam::\d{12}:oidc-provider\//, '')
    .replace(/^(cognito-idp\.[^:]+):[^:]+$/, '$1')
}

/** @returns the providers of users who may get each role */
function reachedRoles(
  users: readonly string[],
  mappings: readonly CognitoRoleMapping[],
  authenticated: string | undefined,
): ReadonlyMap<string, readonly string[]> {
  const mapped = mappings.map(({ provider }) => provider)
  const reached = [
    ...users.filter((user) => !mapped.includes(user)).map((user) => [authenticated, user] as const),
    ...mappings.flatMap(({ provider, ambiguous, rules }) => [
      ...rules.map(({ role }) => [role, provider] as const),
      ...(ambiguous === 'AuthenticatedRole' ? [[authenticated, provider] as const] : []),
    ]),
  ]
  const byRole = new Map<string, string[]>()
  for (const [role, provider] of reached)
    if (role !== undefined) byRole.set(role, [...new Set([...(byRole.get(role) ?? []), provider])])
  return byRole
}

/** Grants are named like their roles, in the characters that names of grants may have. */
function nameGrants(reached: ReadonlyMap<string, readonly string[]>) {
  const taken = new Set([GUESTS])
  return new Map(
    [...reached].map(([role, reachedBy]) => {
      const wanted = (role.split('/').at(-1) ?? '')
        .replaceAll(/[^A-Za-z0-9_-]/g, '-')
        .replace(/^(?![A-Za-z])/, 'role-')
        .slice(0, 60)
      let name = wanted
      for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`
      taken.add(name)
      return [role, { name, reachedBy }] as const
    }),
  )
}

function documentMapping({ type, ambiguous, rules }: CognitoRoleMapping, roles: CognitoRoles) {
  const hasDefault = ambiguous === 'AuthenticatedRole' && roles.authenticated !== undefined
  return {
    type: type === 'Token' ? 'token' : 'rules',
    ambiguous: hasDefault ? 'authenticated-role' : 'deny',
    ...(type === 'Rules' ? { rules } : {}),
  }
}

function toDoOf(grants: readonly string[], mappings: readonly CognitoRoleMapping[]): string[] {
  return [
    `write the policies of the grants ${grants.join(', ')}: they are empty, so sessions may do ` +
      'nothing. Write {{identity}} in place of ${cognito-identity.amazonaws.com:sub}, which has ' +
      'no value in sessions of the broker',
    `let the broker assume the roles of these grants: their trust policies name ` +
      'cognito-identity.amazonaws.com; see trust policies in the documentation',
    ...mappings
      .filter(({ type }) => type === 'Token')
      .map(
        ({ provider }) =>
          `${provider}: write a grant, and a rule, for each role that tokens name in ` +
          'cognito:roles. For a user pool: "aws cognito-idp list-groups"',
      ),
  ]
}

function lostOf(
  pool: CognitoPool,
  roles: CognitoRoles,
  all: readonly CognitoRoleMapping[],
  mappings: readonly CognitoRoleMapping[],
): string[] {
  const hasGuestRole = roles.unauthenticated !== undefined
  return [
    ...all
      .filter((mapping) => !mappings.includes(mapping))
      .map(({ provider }) => `the role mapping of ${provider}, which is not a login here`),
    ...(pool.allowsGuests && !hasGuestRole
      ? ['guests: the pool allows them, but has no role for them']
      : []),
    ...(!pool.allowsGuests && hasGuestRole
      ? ['the role of guests: the pool does not allow guests']
      : []),
    ...(pool.allowsGuests && hasGuestRole
      ? ["the list of services to which Cognito limits guests: the guests' grant is the limit"]
      : []),
  ]
}
