/** Turns an identity pool of Amazon Cognito into a tenant document. */
import type { CognitoPool, CognitoPrincipalTags, CognitoRoles } from './cognito-pool.ts'
import { importLogins } from './import-logins.ts'
import { type ImportNotes, joinNotes } from './import-notes.ts'
import { importRoles } from './import-roles.ts'

export interface ImportedPool extends ImportNotes {
  /** A tenant document. */
  readonly document: object
  readonly tenant: string
}

/** The name of the secret from which the pool derives ids. */
const SECRET = 'identity-pool'
/** Longer than this, no name is copied into a tenant id. */
const MAX_TENANT_CHARACTERS = 63

/**
 * @param tenant id of the new tenant; undefined: it is made from the pool's name
 * @throws {UsageError} if the pool gives no role to anyone
 */
export function importCognitoPool(
  pool: CognitoPool,
  roles: CognitoRoles,
  principalTags: readonly CognitoPrincipalTags[],
  tenant = tenantOf(pool.name),
): ImportedPool {
  const { issuers, logins, ...loginNotes } = importLogins(pool)
  const imported = importRoles(pool, roles, Object.keys(logins))
  const { grants, rules, guestGrant, authenticatedRole, roleMappings, ...roleNotes } = imported
  const { developerProvider } = pool
  const identityPool = {
    id: pool.id,
    secret: SECRET,
    ...(Object.keys(logins).length === 0 ? {} : { logins }),
    ...(guestGrant === undefined ? {} : { guests: { enabled: true, grant: guestGrant } }),
    ...(developerProvider === undefined ? {} : { linking: true, developerProvider }),
    ...(Object.keys(roleMappings).length === 0 ? {} : { roleMappings }),
    ...(authenticatedRole === undefined ? {} : { authenticatedRole }),
  }
  const notes = joinNotes([
    { toDo: [secretNote(tenant)], lost: [] },
    loginNotes,
    roleNotes,
    poolNotes(pool),
    ...principalTags.map(tagNotes),
  ])
  return {
    tenant,
    document: { tenant, issuers, rules, grants, identityPools: [identityPool] },
    ...notes,
  }
}

function tenantOf(poolName: string): string {
  const slug = poolName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, MAX_TENANT_CHARACTERS)
  return slug === '' ? 'imported' : slug
}

function secretNote(tenant: string): string {
  return (
    `create the secret ${tenant}/${SECRET}, at least 32 random characters, and keep a copy: ` +
    'the ids of users are derived from it'
  )
}

function poolNotes(pool: CognitoPool): ImportNotes {
  return {
    toDo: [
      ...(pool.developerProvider === undefined
        ? [
            'if apps present several logins of a user together, write linking: true; without it, ' +
              'each login has an identity of its own',
          ]
        : [
            'developerProvider needs linking, which needs the table of the stage; create key ' +
              `pairs for backends with "token-broker pool key create --pool ${pool.id}"`,
          ]),
    ],
    lost: [
      'the ids of identities: each user gets a new id, derived from provider and subject, and ' +
        'data under the former id must be copied; to keep the ids of users, write linking: true ' +
        `and formerPool: ${pool.id}`,
      'datasets of Cognito Sync: see the page From Cognito to the broker',
      ...(pool.allowsClassicFlow
        ? [
            'the classic flow (GetOpenIdToken): it is off. With it, clients assume roles without ' +
              'a session policy; write classicFlow: { audience: … } to allow that',
          ]
        : []),
      ...(pool.tagKeys.length > 0 ? [`the tags of the pool: ${pool.tagKeys.join(', ')}`] : []),
      ...pool.unknownFields.map((field) => `${field}: this program does not know this field`),
    ],
  }
}

function tagNotes({ provider, usesDefaults, tags }: CognitoPrincipalTags): ImportNotes {
  const all = usesDefaults ? { client: 'aud', username: 'sub' } : tags
  return {
    toDo: [],
    lost: Object.entries(all).map(
      ([tag, claim]) =>
        `the principal tag ${tag} of ${provider}, from the claim ${claim}: write an attribute ` +
        `with from: ${claimExpression(claim)}, and the tag under sessionTags of the grants`,
    ),
  }
}

function claimExpression(claim: string): string {
  return /^[A-Za-z_]\w*$/.test(claim) ? `claims.${claim}` : `claims[${JSON.stringify(claim)}]`
}
