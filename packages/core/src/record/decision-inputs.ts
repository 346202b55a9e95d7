/**
 * What a decision reads of a request, and nothing else of its tokens: with it, the request can be
 * decided again. It is personal data, and in records only where a tenant document says so.
 */
import type { ResolvedTenant, TenantIdentity } from '../decide/resolve-tenant.ts'
import type { Actor } from '../model/actor.ts'
import type { RecordedPaths } from '../model/compiled-tenant.ts'
import type { CredentialRequest } from '../model/credential-request.ts'
import { canonicalProvider, POOL_ISSUER_PREFIX } from '../model/identity-pool.ts'
import type { PoolIdentity } from '../model/pool-identity.ts'
import { isObject, writeExactJson } from '../model/strict-json.ts'
import type { PresentedToken } from '../verify/verify-identity.ts'

/** Longest JSON of the inputs, in characters: a log costs by the byte. */
const MAX_INPUT_CHARACTERS = 8_192

type Claims = Readonly<Record<string, unknown>>
type ClaimPath = readonly string[]

/** A token without its signature and without the claims that no decision reads. */
export interface DecidedToken {
  /** `pool`: the pool itself vouches for the user of a backend. */
  readonly kind: 'jwt' | 'saml' | 'opaque' | 'pool'
  readonly issuer: string
  readonly claims: Claims
  /** `typ` of the header. */
  readonly type?: string
  readonly maxSessionSeconds?: number
  /** Whether the sender proved to have the key of the token. */
  readonly bound?: true
}

export interface DecisionInputs {
  /** As conditions read it. */
  readonly endpoint: string
  /** Absent: a guest of an identity pool. */
  readonly token?: DecidedToken
  /** What the caller requested, besides its tokens. */
  readonly request: Partial<CredentialRequest>
  /** Of the token that the caller sent besides its own. */
  readonly actor?: DecidedToken
  readonly pool?: {
    readonly identity: PoolIdentity
    /** As the pool names it; absent: a guest, or the user of a backend. */
    readonly provider?: string
    readonly isClassic?: true
  }
}

/** Or why there are none. */
export type RecordedInputs = DecisionInputs | 'too large' | 'unavailable'

interface Decided {
  readonly request: CredentialRequest
  readonly identity: TenantIdentity
  readonly tenant: ResolvedTenant
  readonly token?: PresentedToken
  readonly poolIdentity?: PoolIdentity
}

/** The fields that decisions read. Text of tokens and of proofs is none of them. */
const FIELDS = [
  ...(['tenant', 'grant', 'durationSeconds', 'statements', 'roleArn', 'principalArn'] as const),
  ...(['sessionPolicy', 'policyArns', 'issuer'] as const),
]

/** @param endpoint as conditions read it */
export function decisionInputs(
  { request, identity, tenant, token, poolIdentity }: Decided,
  endpoint: string,
): RecordedInputs {
  const paths = tenant.recordInputs
  if (paths === undefined) return 'unavailable'
  const ofSubject = poolIdentity?.guest ? undefined : subjectToken(identity, token, paths)
  const actor = request.actorToken === undefined ? undefined : identity.actor
  const pool = request.pool
  const inputs: DecisionInputs = {
    endpoint,
    ...(ofSubject ? { token: ofSubject } : {}),
    request: Object.fromEntries(
      FIELDS.flatMap((name) => (request[name] === undefined ? [] : [[name, request[name]]])),
    ),
    ...(actor ? { actor: actorToken(actor, request, tenant, identity, paths) } : {}),
    ...(pool && poolIdentity
      ? { pool: poolInputs(tenant, identity, poolIdentity, pool.isClassic) }
      : {}),
  }
  return writeExactJson(inputs).length > MAX_INPUT_CHARACTERS ? 'too large' : inputs
}

function subjectToken(
  { issuer, claims, maxSessionSeconds, token: ofIdentity, actor }: TenantIdentity,
  token: PresentedToken | undefined,
  paths: RecordedPaths,
): DecidedToken {
  const jwt = ofIdentity && token && 'compact' in token ? token : undefined
  const isSaml = ofIdentity !== undefined && jwt === undefined
  const isOfPool = issuer.startsWith(POOL_ISSUER_PREFIX)
  const other = isSaml ? 'saml' : isOfPool ? 'pool' : 'opaque'
  const typ = jwt?.header.typ
  return {
    kind: jwt ? 'jwt' : other,
    issuer,
    claims: {
      ...pick(claims, paths.claims),
      ...delegation(claims, actor, paths),
    },
    ...(typeof typ === 'string' ? { type: typ } : {}),
    ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
    ...(Object.hasOwn(claims, 'cnf') && !isSaml ? { bound: true } : {}),
  }
}

/** Who acts or may act for the subject, as far as decisions read it. */
function delegation(claims: Claims, actor: Actor | undefined, paths: RecordedPaths): Claims {
  const { act, may_act: mayAct } = claims
  return {
    ...(isObject(act) ? { act: pickActor(act, paths) } : {}),
    ...(actor && mayAct !== undefined ? { may_act: written(mayAct) } : {}),
  }
}

function pickActor({ act, ...claims }: Claims, paths: RecordedPaths): Claims {
  return {
    ...pick(claims, paths.actorClaims),
    ...(isObject(act) ? { act: pickActor(act, paths) } : {}),
  }
}

function actorToken(
  { issuer, claims }: Actor,
  { actorTokenType }: CredentialRequest,
  { issuers }: ResolvedTenant,
  identity: TenantIdentity,
  { actorClaims }: RecordedPaths,
): DecidedToken {
  const isJwt = issuers.some(({ profile }) => profile.issuer === issuer)
  const { may_act: mayAct } = identity.claims
  const named = isObject(mayAct) ? Object.keys(mayAct).map((name) => [name]) : []
  return {
    kind: actorTokenType === 'saml2' ? 'saml' : isJwt ? 'jwt' : 'opaque',
    issuer,
    claims: pick(claims, [...actorClaims, ...named]),
    ...(Object.hasOwn(claims, 'cnf') ? { bound: true } : {}),
  }
}

function poolInputs(
  { identityPools = [] }: ResolvedTenant,
  { issuer }: TenantIdentity,
  identity: PoolIdentity,
  isClassic: true | undefined,
): NonNullable<DecisionInputs['pool']> {
  const { logins = {} } = identityPools.find(({ id }) => id === identity.pool) ?? {}
  const [provider] =
    Object.entries(logins).find(
      ([name, issuers]) =>
        issuers.includes(issuer) &&
        identity.logins.map(canonicalProvider).includes(canonicalProvider(name)),
    ) ?? []
  return {
    identity,
    ...(provider === undefined ? {} : { provider }),
    ...(isClassic ? { isClassic } : {}),
  }
}

/**
 * The members at some paths. Where a path leads through something that is no object, that is
 * there too, because conditions see a difference between it and nothing.
 */
function pick(claims: Claims, paths: readonly ClaimPath[]): Claims {
  const byName = Map.groupBy(paths, ([name = '']) => name)
  const members = [...byName].flatMap(([name, ofName]) => {
    if (!Object.hasOwn(claims, name)) return []
    const value = claims[name]
    const rest = ofName.map((path) => path.slice(1))
    const isWhole = rest.some((path) => path.length === 0) || !isObject(value)
    return [[name, isWhole ? written(value) : pick(value, rest)] as const]
  })
  return Object.fromEntries(members)
}

/** JSON has integers of any size, and `JSON.stringify` writes no bigint. */
function written(value: unknown): unknown {
  if (typeof value === 'bigint') return JSON.rawJSON(String(value))
  if (Array.isArray(value)) return value.map(written)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, written(one)]))
}
