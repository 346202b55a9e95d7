/**
 * The key under which the session of a decision is kept: every part of the decision is in it. Two
 * decisions that differ in any part have different keys, and never share a session.
 */
import type { MatchedGrant } from '../decide/match-grant.ts'
import type { ResolvedTenant, TenantIdentity } from '../decide/resolve-tenant.ts'
import { actorsOf } from '../model/actor.ts'
import type { PoolIdentity } from '../model/pool-identity.ts'
import { writeExactJson } from '../model/strict-json.ts'
import type { SessionPlan } from '../session/session-plan.ts'

/** What stages 1 to 5 decided. */
export interface DecidedSession {
  readonly tenant: ResolvedTenant
  readonly identity: TenantIdentity
  readonly grant: MatchedGrant
  readonly plan: SessionPlan
  readonly poolIdentity?: PoolIdentity
}

/** What belongs to a decision besides what the stages found. */
export interface DecisionSurroundings {
  readonly endpoint: string
  /** From where the caller is, as coarse as one person can change it. */
  readonly network: string
  /** Undefined: no token is minted for the session. */
  readonly signingKeyId: string | undefined
}

/**
 * Says of each member whether it is a part of the decision: as it is, as a function reads it, or
 * not. A member that is added later does not compile before it is listed here.
 */
type Parts<Whole> = {
  readonly [Name in keyof Whole as Name extends string ? Name : never]-?:
    | boolean
    | ((value: Whole[Name]) => unknown)
}

/** All that STS and the signer get. */
const PLAN_PARTS: Parts<SessionPlan> = {
  roleArn: true,
  roleSessionName: true,
  // The same as the next one.
  sessionPolicy: false,
  sessionPolicyJson: true,
  managedPolicyArns: true,
  sessionTags: Object.entries,
  transitiveTagKeys: true,
  sourceIdentity: true,
  durationSeconds: true,
  webIdentity: true,
  mintedToken: true,
  releasedAudience: true,
}

/** A trust policy may read any claim of a passed-through token; see {@link passedClaims}. */
const IDENTITY_PARTS: Parts<TenantIdentity> = {
  issuer: true,
  subject: true,
  audiences: true,
  authorizedParty: true,
  claims: boundKey,
  actor: (actor) =>
    actorsOf(actor).map(({ issuer, subject, claims }) => [issuer, subject, boundKey(claims)]),
  // It limits `durationSeconds`, which is a part. An older session ends earlier than a new one.
  maxSessionSeconds: false,
  // How the token was verified, and the token itself, which every request has its own of.
  trusts: false,
  failedTrusts: false,
  token: false,
  // The variables of conditions: what these decide are the rule and the plan.
  scope: false,
}

const POOL_PARTS: Parts<PoolIdentity> = {
  id: true,
  pool: true,
  provider: true,
  logins: true,
  guest: true,
  createdAt: true,
  claimedGuest: true,
  // Only the first request of a guest creates it.
  isNew: false,
  // Of explanations, which issue nothing.
  wouldChange: false,
}

const SURROUNDING_PARTS: Parts<DecisionSurroundings> = {
  endpoint: true,
  network: true,
  signingKeyId: true,
}

const readPlan = partsReader(PLAN_PARTS)
const readIdentity = partsReader(IDENTITY_PARTS)
const readPoolIdentity = partsReader(POOL_PARTS)
const readSurroundings = partsReader(SURROUNDING_PARTS)

/**
 * An unambiguous text, which contains claims and names in clear: only its digest may be kept. What
 * else the grant says is in the plan.
 */
export function writeDecision(
  { tenant, identity, grant, plan, poolIdentity }: DecidedSession,
  surroundings: DecisionSurroundings,
): string {
  const { documentSha256, proofVersion } = tenant.certificate ?? {}
  return write([
    [tenant.tenant, documentSha256, proofVersion],
    [grant.name, grant.rule, grant.reuseSeconds],
    readIdentity(identity),
    readPlan(plan),
    plan.webIdentity === 'pass-through' ? passedClaims(identity.claims) : undefined,
    poolIdentity && readPoolIdentity(poolIdentity),
    readSurroundings(surroundings),
  ])
}

/** Reads the parts, in one order. What is undefined becomes null, which no member is. */
function partsReader<Whole extends object>(parts: Parts<Whole>) {
  const read = Object.entries<boolean | ((value: never) => unknown)>(parts)
  const named = read.flatMap(([name, part]) => (part === false ? [] : [{ name, part }]))
  return (whole: Whole): readonly unknown[] =>
    named.map(({ name, part }) => {
      const value: unknown = Reflect.get(whole, name)
      return typeof part === 'function' ? part(value as never) : value
    })
}

/** The slower one is for claims that are integers beyond those of a number. */
function write(parts: readonly unknown[]): string {
  try {
    return JSON.stringify(parts)
  } catch {
    return writeExactJson(parts)
  }
}

/** The key to which a token is bound (RFC 7800). */
function boundKey(claims: TenantIdentity['claims']): readonly unknown[] {
  return Object.hasOwn(claims, 'cnf') ? [claims.cnf] : []
}

/** Each token has its own times and its own id, which no trust policy reads. */
const OF_ONE_TOKEN = new Set(['iat', 'nbf', 'exp', 'jti'])

function passedClaims(claims: TenantIdentity['claims']): readonly unknown[] {
  return Object.entries(claims).filter(([name]) => !OF_ONE_TOKEN.has(name))
}
