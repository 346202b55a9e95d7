/**
 * Whether a candidate document accepts the caller whom the document in force accepted. No token is
 * verified again, so where the candidate would verify it in another way, that is not known.
 */
import type { unmetClaims } from '../decide/accept-identity.ts'
import type { describeUnmet } from '../decide/describe-unmet.ts'
import type { BrokerError } from '../model/broker-error.ts'
import type { CompiledIssuer, CompiledTenant } from '../model/compiled-tenant.ts'
import type { CredentialRequest } from '../model/credential-request.ts'
import type { CompiledPool } from '../model/identity-pool.ts'
import type { CompiledOpaqueIssuer } from '../model/opaque-issuer.ts'
import type { Trace } from '../model/trace.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'

export type Refused = Pick<BrokerError, 'code' | 'message'>

export interface AcceptanceStages {
  readonly unmetClaims: typeof unmetClaims
  readonly describeUnmet: typeof describeUnmet
}

/** A caller whom the tenant accepted. */
export interface AcceptedCaller {
  readonly request: CredentialRequest
  readonly tenant: CompiledTenant
  readonly identity: VerifiedIdentity
}

/** Absent: the candidate accepts the caller. */
type AcceptedAgain =
  | { readonly undecided: string; readonly refused?: undefined }
  | { readonly undecided?: undefined; readonly refused: Refused }
  | undefined

type Issuer = CompiledIssuer | CompiledOpaqueIssuer

export function acceptAgain(
  candidate: CompiledTenant,
  caller: AcceptedCaller,
  stages: AcceptanceStages,
  trace: Trace,
): AcceptedAgain {
  return (
    comparePools(candidate, caller) ??
    compareOtherTokens(candidate, caller) ??
    acceptSubject(candidate, caller, stages, trace)
  )
}

/** A pool's guests, role mappings and role of users are read by the stages that follow. */
function comparePools(
  candidate: CompiledTenant,
  { request: { pool: wanted }, tenant }: AcceptedCaller,
): AcceptedAgain {
  if (!wanted) return undefined
  const [active, other] = [tenant, candidate].map(({ identityPools }) =>
    identityPools?.find(({ id }) => id === wanted.pool),
  )
  if (!other) return refused(`The candidate has no identity pool ${wanted.pool}.`)
  if (active && identityText(active) === identityText(other)) return undefined
  return { undecided: 'the candidate finds identities of the pool in another way' }
}

/** Order matters: the first login of the document's order decides. */
function identityText({
  guests: _,
  roleMappings: _m,
  authenticatedRole: _r,
  ...rest
}: CompiledPool) {
  return JSON.stringify(rest)
}

/** Of other logins and of an actor token, only what they had in the document in force is known. */
function compareOtherTokens(
  candidate: CompiledTenant,
  { request: { actorToken, pool }, tenant }: AcceptedCaller,
): AcceptedAgain {
  if (actorToken === undefined && (pool?.logins.length ?? 0) < 2) return undefined
  if (issuersText(tenant) === issuersText(candidate)) return undefined
  return { undecided: 'the request has several tokens, and the candidate has other issuers' }
}

function issuersText({ issuers, opaqueIssuers }: CompiledTenant): string {
  return JSON.stringify([issuers, opaqueIssuers])
}

function acceptSubject(
  candidate: CompiledTenant,
  { request, tenant, identity }: AcceptedCaller,
  { unmetClaims, describeUnmet }: AcceptanceStages,
  trace: Trace,
): AcceptedAgain {
  const active = issuerOf(tenant, identity)
  // The pool itself vouches for guests, and for users of the operator's own backend.
  if (!active)
    return request.pool ? undefined : { undecided: 'the issuer of the caller is unknown' }
  const issuer = issuerOf(candidate, identity)
  const { tenant: name } = candidate
  if (!issuer) {
    const unmet = { condition: 'issuer', expected: identity.issuer, found: undefined } as const
    return refused(sentence(describeUnmet(name, [unmet], identity)))
  }
  if (verificationText(active) !== verificationText(issuer))
    return { undecided: 'the candidate verifies tokens of the issuer with other settings' }
  // A member condition reads neither the actor nor the identity of a pool.
  const { claims, issuer: of, request: from } = identity.scope
  const asSubject = { ...identity, scope: { claims, issuer: of, request: from } }
  const unmet = unmetClaims(name, issuer, asSubject, trace)
  return unmet.length === 0 ? undefined : refused(sentence(describeUnmet(name, unmet, identity)))
}

/** A JWT, an assertion and an opaque token of one issuer have issuers of their own. */
function issuerOf(
  { issuers, opaqueIssuers }: CompiledTenant,
  { issuer, token }: VerifiedIdentity,
): Issuer | undefined {
  if (!token) return opaqueIssuers?.find((one) => one.issuer === issuer)
  const isSaml = 'xml' in token
  return issuers.find(
    ({ profile }) => profile.issuer === issuer && (profile.saml !== undefined) === isSaml,
  )
}

/** All settings but those that {@link unmetClaims} reads, and when keys are fetched. */
function verificationText(issuer: Issuer): string {
  const { audiences: _a, authorizedParties: _p, anyParty: _y, member: _m, ...rest } = issuer
  return JSON.stringify({ ...rest, memberRequires: undefined, prefetch: undefined })
}

function refused(message: string): AcceptedAgain {
  return { refused: { code: 'access_denied', message } }
}

function sentence(reason: string): string {
  return `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`
}
