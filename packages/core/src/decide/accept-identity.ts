/** Whether one tenant accepts a verified identity: its issuer, audience, party and member. */
import { evaluateCondition } from '../expression/cel.ts'
import { foundClaims, referencedClaims } from '../expression/claim-paths.ts'
import type { CompiledIssuer, CompiledTenant } from '../model/compiled-tenant.ts'
import type { RequestFields } from '../model/credential-request.ts'
import type { RequestContext } from '../model/request-context.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { isSamlToken } from '../verify/verify-assertion.ts'
import {
  isSamlProfile,
  partiesUnder,
  type VerificationPorts,
  type VerifiedIdentity,
} from '../verify/verify-identity.ts'

/** Why a tenant does not accept an identity. Described only where the request is refused. */
export interface Unmet {
  readonly condition: 'issuer' | 'audience' | 'party' | 'member' | 'principal'
  readonly expected: unknown
  /** For a member condition: a function that returns the claims that it reads, by their names. */
  readonly found: unknown
  /** Why the member condition could not be evaluated. */
  readonly error?: string | undefined
}

/** The identity as the tenant reads it, or the conditions that it does not meet. */
export type Acceptance =
  | { readonly identity: VerifiedIdentity; readonly unmet?: undefined }
  | { readonly identity?: undefined; readonly unmet: readonly Unmet[] }

/** What the caller says about the tenant, besides its name and a role. */
type RequestedIssuer = Pick<RequestFields, 'principalArn'>

/**
 * All conditions are evaluated, also after one that is not met, so that the trace and the refusal
 * show how far the identity is from being accepted. One that is accepted meets all of them.
 */
export async function acceptIdentity(
  tenant: CompiledTenant,
  identity: VerifiedIdentity,
  { principalArn }: RequestedIssuer,
  context: RequestContext<VerificationPorts>,
): Promise<Acceptance> {
  const { trace } = context
  const name = tenant.tenant
  const isSaml = identity.token !== undefined && isSamlToken(identity.token)
  const issuer = tenant.issuers.find(
    ({ profile }) => profile.issuer === identity.issuer && isSamlProfile(profile) === isSaml,
  )
  const parties = issuer && (await partiesUnder(issuer.profile, identity, context))
  const trusts = `tenant ${name} trusts the issuer`
  recordCheck(trace, 'resolve', trusts, parties !== undefined, identity.issuer)
  if (!issuer || !parties)
    return { unmet: [{ condition: 'issuer', expected: identity.issuer, found: undefined }] }
  const scope = { ...identity.scope, claims: parties.claims }
  const read = { ...identity, ...parties, scope }
  const unmet = [
    ...unmetClaims(name, issuer, read, trace),
    ...unmetPrincipal(name, issuer, principalArn, trace),
  ]
  return unmet.length === 0 ? { identity: read } : { unmet }
}

/** `AssumeRoleWithSAML` names a SAML provider: it must be the one that issued the assertion. */
function unmetPrincipal(
  name: string,
  { principalArn }: CompiledIssuer,
  requested: string | undefined,
  trace: Trace,
): readonly Unmet[] {
  if (requested === undefined) return MET
  const check = `tenant ${name} knows the issuer by the requested PrincipalArn`
  const passed = principalArn === requested
  recordCheck(trace, 'resolve', check, passed, principalArn, requested)
  return passed ? MET : [{ condition: 'principal', expected: principalArn, found: requested }]
}

/** What of an identity decides whether a tenant accepts it. */
type AcceptedParts = Pick<VerifiedIdentity, 'audiences' | 'authorizedParty' | 'scope'>

type AcceptanceRule = Pick<
  CompiledIssuer,
  'audiences' | 'authorizedParties' | 'anyParty' | 'member'
>

const MET: readonly Unmet[] = []

/**
 * Whether the tenant accepts the audience, the authorized party and the member of a token.
 * @param identity as the tenant reads it
 * @returns the conditions that are not met; none: it accepts them
 */
export function unmetClaims(
  name: string,
  issuer: AcceptanceRule,
  identity: AcceptedParts,
  trace: Trace,
): readonly Unmet[] {
  const { audiences } = identity
  const passed = audiences.some((audience) => issuer.audiences.includes(audience))
  const accepts = `tenant ${name} accepts the audience`
  recordCheck(trace, 'resolve', accepts, passed, issuer.audiences, audiences)
  const unmet: Unmet = { condition: 'audience', expected: issuer.audiences, found: audiences }
  return [
    ...(passed ? MET : [unmet]),
    ...unmetParty(name, issuer, identity, trace),
    ...(issuer.member === undefined ? MET : unmetMember(name, issuer.member, identity, trace)),
  ]
}

/**
 * A token for several audiences names its authorized party (OpenID Connect Core §3.1.3.7), unless
 * the document accepts any: otherwise, one of the audiences could send it on to the broker.
 */
function unmetParty(
  name: string,
  { authorizedParties, anyParty }: AcceptanceRule,
  { audiences, authorizedParty: party }: AcceptedParts,
  trace: Trace,
): readonly Unmet[] {
  const restricted = authorizedParties.length > 0
  const accepted = restricted
    ? party !== undefined && authorizedParties.includes(party)
    : anyParty === true || party !== undefined || audiences.length < 2
  const needed = anyParty ? 'any' : 'one where aud has several values'
  const check = `tenant ${name} accepts the authorized party`
  const expected = restricted ? authorizedParties : needed
  recordCheck(trace, 'resolve', check, accepted, expected, party ?? '(absent)')
  if (accepted) return MET
  return [{ condition: 'party', expected: authorizedParties, found: party }]
}

function unmetMember(
  name: string,
  member: string,
  { scope }: AcceptedParts,
  trace: Trace,
): readonly Unmet[] {
  const { passed, error } = evaluateCondition(member, scope)
  const found = () => foundClaims(referencedClaims(member), scope.claims)
  const check = `identity is a member of tenant ${name}`
  recordCheck(trace, 'resolve', check, passed, member, () => error ?? found())
  return passed ? MET : [{ condition: 'member', expected: member, found, error }]
}
