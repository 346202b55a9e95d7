/** Stages 2 and 3: whose token it is, and which tenant accepts its subject. */
import type { CredentialRequest } from '../model/credential-request.ts'
import type { RequestContext } from '../model/request-context.ts'
import type { Stage } from '../model/trace.ts'
import type { ProofPorts } from '../verify/demand-dpop-proof.ts'
import {
  demandNamedIssuer,
  findOpaqueIssuer,
  mayBeOpaque,
  type OpaqueToken,
} from '../verify/find-opaque-issuer.ts'
import { parseSubjectToken } from '../verify/subject-token.ts'
import { parseAssertion } from '../verify/verify-assertion.ts'
import {
  type PresentedToken,
  type VerificationPorts,
  type VerifiedIdentity,
  verifyIdentity,
} from '../verify/verify-identity.ts'
import { type OpaquePorts, verifyOpaqueToken } from '../verify/verify-opaque-token.ts'
import { isDelegated, resolveActor } from './resolve-actor.ts'
import { resolveOpaqueToken } from './resolve-opaque-token.ts'
import { type ResolvedTenant, resolveTenant, type TenantIdentity } from './resolve-tenant.ts'

export type SubjectPorts = VerificationPorts & OpaquePorts & ProofPorts

/** A subject, and the tenant that accepts it. */
export interface AcceptedSubject {
  readonly tenant: ResolvedTenant
  readonly identity: TenantIdentity
}

/** What is known so far, so that the record of a refusal has it too. */
export interface SubjectFindings {
  request?: CredentialRequest
  token?: PresentedToken
  opaque?: OpaqueToken
  identity?: VerifiedIdentity
  tenant?: ResolvedTenant
}

/**
 * @param findings receives what each step found
 * @param lap starts the time of a stage
 * @throws {BrokerError} what {@link verifyIdentity}, {@link verifyOpaqueToken},
 *   {@link resolveTenant} and {@link resolveActor} throw
 */
export async function identifySubject(
  request: CredentialRequest,
  context: RequestContext<SubjectPorts>,
  findings: SubjectFindings,
  lap: (next: Stage) => void,
): Promise<AcceptedSubject> {
  lap('verify')
  const presented = await openToken(request, context)
  Object.assign(findings, presented)
  if (presented.token) demandNamedIssuer(request, presented.token, context.trace)
  const verified = await (presented.opaque
    ? verifyOpaqueToken(presented.opaque, request.dpop, context)
    : verifyIdentity(presented.token, request, context))
  findings.identity = verified
  lap('resolve')
  const { tenant, identity: subject } = presented.opaque
    ? resolveOpaqueToken(presented.opaque, verified, context.trace)
    : await resolveTenant(verified, request, context)
  findings.identity = subject
  findings.tenant = tenant
  const identity = isDelegated(request, subject)
    ? await resolveActor(tenant, subject, request, context)
    : subject
  findings.identity = identity
  return { tenant, identity }
}

/** The token, and who can vouch for it. Nothing is verified yet. */
async function openToken(
  request: CredentialRequest,
  context: RequestContext<SubjectPorts>,
): Promise<
  | { readonly opaque: OpaqueToken; readonly token?: undefined }
  | { readonly opaque?: undefined; readonly token: PresentedToken }
> {
  if (request.tokenType === 'saml2') return { token: await parseAssertion(request, context) }
  const opaque = mayBeOpaque(request) ? await findOpaqueIssuer(request, context) : undefined
  return opaque ? { opaque } : { token: parseSubjectToken(request.subjectToken, context.trace) }
}
