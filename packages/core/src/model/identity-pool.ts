/** Compiled identity pools: who may be a user or a guest of a tenant, in Amazon Cognito's terms. */

/** How the issuer of guests and of developer identities begins; the id of the pool follows. */
export const POOL_ISSUER_PREFIX = 'urn:cognito-identity:'

/** Short enough that the Region, `:` and a UUID have at most 55 characters, as clients expect. */
const REGION_PATTERN = '[\\w-]{1,18}'
/** The source of the regular expression of a pool's id, without anchors. */
export const POOL_ID_PATTERN = `${REGION_PATTERN}:[0-9a-f-]+`
/** The same for the id of an identity, a user or a guest. */
export const IDENTITY_ID_PATTERN = [
  REGION_PATTERN,
  ':[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
].join('')
/** Longest id of a pool, and of an identity. */
export const MAX_POOL_ID_CHARACTERS = 55

export interface CompiledPool {
  /** `IdentityPoolId`, unique in the deployment: the Region, `:` and a UUID. */
  readonly id: string
  /** The name of the secret from which ids are derived, never its value. */
  readonly secret: string
  /** Exact issuers by the name of the provider in `Logins`, in the order of the document. */
  readonly logins: Readonly<Record<string, readonly string[]>>
  /** Absent: nobody is a guest. */
  readonly guests?: GuestAccess
  /** Whether an identity may have several logins, which needs the table of identities. */
  readonly linking: boolean
  /** The id of a pool of Amazon Cognito whose users keep their ids here; absent: none. */
  readonly formerPool?: string
  /** Whether two identities become one where the logins of both are presented together. */
  readonly merging: boolean
  /** What becomes of a guest who signs in: another identity, or the same one. */
  readonly upgrade: 'separate' | 'adopt'
  /** How old a guest may be that a login adopts; absent where none does. */
  readonly adoptWithinSeconds?: number
  /** Audience of the tokens of the classic flow; absent: the flow is off. */
  readonly releasedAudience?: string
  /** Name of the operator's own provider, whose backend signs its requests; absent: none. */
  readonly developerProvider?: string
  /** By the name of the provider. Absent where there are none. */
  readonly roleMappings?: Readonly<Record<string, RoleMapping>>
  /** ARN of the role of users for whom no mapping decides. */
  readonly authenticatedRole?: string
}

export interface GuestAccess {
  readonly grant: string
  /** Limit of new guests of one address. */
  readonly newPerAddressPerHour: number
}

/** How Cognito chooses the role of a user. `rules` absent: by the token's claims `cognito:…`. */
export interface RoleMapping {
  /** What a user gets for whom the mapping decides nothing. */
  readonly ambiguous: 'authenticated-role' | 'deny'
  readonly rules?: readonly RoleMappingRule[]
}

export interface RoleMappingRule {
  readonly claim: string
  readonly match: RoleMatch
  readonly value: string
  readonly roleArn: string
}

/** Cognito's names. @see Amazon Cognito API Reference, `MappingRule` */
export const ROLE_MATCHES = ['Equals', 'Contains', 'StartsWith', 'NotEqual'] as const
export type RoleMatch = (typeof ROLE_MATCHES)[number]

/** Providers that differ only in this are one: SDKs differ in whether they send the last slash. */
export function canonicalProvider(name: string): string {
  return name.replace(/\/$/, '')
}

/** The issuer of a pool's guests and developer identities, which no document may name. */
export function poolIssuer(poolId: string): string {
  return `${POOL_ISSUER_PREFIX}${poolId}`
}
