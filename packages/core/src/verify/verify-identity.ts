/** Stage 2: the subject token becomes an identity that its issuer vouches for. */
import type { CelScope } from '../expression/cel.ts'
import { tenantIndexOf } from '../expression/tenant-index.ts'
import type { Actor } from '../model/actor.ts'
import { BrokerError } from '../model/broker-error.ts'
import type { SamlProfile, VerificationProfile } from '../model/compiled-tenant.ts'
import type { PresentedProof, RequestFields } from '../model/credential-request.ts'
import type { RequestContext } from '../model/request-context.ts'
import type { IssuerTrust, TenantStore } from '../model/tenant-store.ts'
import { createTrace, recordCheck, type Trace } from '../model/trace.ts'
import { demandBoundToken } from './confirmation.ts'
import type { ProofPorts } from './demand-dpop-proof.ts'
import { demandSignature } from './demand-signature.ts'
import { demandPossession } from './possession.ts'
import { refuseSpecialTokens } from './special-tokens.ts'
import { checkHeader, checkLifetime, type SubjectToken } from './subject-token.ts'
import {
  readAudiences,
  readAuthorizedParty,
  readSubject,
  type TokenParties,
} from './token-parties.ts'
import { untrustedIssuer } from './untrusted-issuer.ts'
import { isSamlToken, type SamlPorts, type SamlToken, verifyAssertion } from './verify-assertion.ts'

declare const verified: unique symbol

/** A trust whose checks a token passed, and what its profile reads in the token. */
interface PassedTrust {
  readonly trust: IssuerTrust
  readonly parties: TokenParties
}

/**
 * Who the caller is, as the first of `trusts` reads the token; the tenant's own profile decides
 * later. Only {@link verifyIdentity} and `verifyOpaqueToken` create one.
 */
export interface VerifiedIdentity extends TokenParties {
  readonly [verified]: true
  readonly issuer: string
  /** The issuer's trusts whose checks this token passed. */
  readonly trusts: readonly PassedTrust[]
  /** The issuer's trusts that were tried and whose checks it failed. */
  readonly failedTrusts: readonly IssuerTrust[]
  /** Undefined: an opaque token, which STS cannot read. */
  readonly token: PresentedToken | undefined
  /** The variables of the tenant's conditions. */
  readonly scope: CelScope
  /** Absent: the subject acts for itself. Only `resolveActor` sets it. */
  readonly actor?: Actor
}

export interface SignatureVerifier {
  /**
   * Checks the token's signature with a key of the profile's issuer.
   * @param waitMs how long to wait for keys that have to be fetched, in milliseconds
   * @throws {BrokerError} `invalid_token`, `issuer_unavailable`
   */
  verify(token: SubjectToken, profile: VerificationProfile, waitMs: number): Promise<void>
}

/** A token that names its issuer. */
export type PresentedToken = SubjectToken | SamlToken

export interface VerificationPorts extends SamlPorts {
  readonly tenants: TenantStore
  readonly verifier: SignatureVerifier
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

type VerificationContext = RequestContext<VerificationPorts>
type ProvingContext = RequestContext<VerificationPorts & ProofPorts>

/**
 * How long one token may wait for keys, however many key sets its issuer has: a forged token costs
 * its sender nothing. Half a second longer than one fetch, so that the record says why it failed.
 */
const KEY_WAIT_MS = 3_500

/**
 * Verifies the token under each profile that a tenant set for its `iss`. The unverified `iss` only
 * selects among configured issuers (RFC 8725 §3.8); where two tenants verify one issuer
 * differently, each relies on its own profile.
 * @param presented the tenant that the caller names: its profile is tried first, and the others
 *   only if the token fails it; and what the request can show of the token's key
 * @throws {BrokerError} `issuer_untrusted`, `invalid_token`, `token_expired`, `issuer_unavailable`,
 *   `invalid_dpop_proof`, `use_dpop_nonce`
 */
export async function verifyIdentity(
  token: PresentedToken,
  { tenant: tenantHint, dpop }: Pick<RequestFields, 'tenant' | 'dpop'>,
  context: ProvingContext,
): Promise<VerifiedIdentity> {
  const { issuer } = token
  const isSaml = isSamlToken(token)
  const known = await context.ports.tenants.findTrusts(issuer)
  const trusts = known.filter(({ profile }) => isSamlProfile(profile) === isSaml)
  const trusted = trusts.length > 0
  if (
    !recordCheck(
      context.trace,
      'verify',
      'issuer is trusted',
      trusted,
      'iss of a tenant document',
      issuer,
    )
  ) {
    throw await untrustedIssuer(issuer, known.length > 0, context.ports.tenants)
  }
  const named = tenantHint === undefined ? [] : await trustsOf(tenantHint, trusts)
  const others = trusts.filter((trust) => !named.includes(trust))
  const passed: PassedTrust[] = []
  const failed: IssuerTrust[] = []
  let failure: unknown
  const startedMs = context.ports.now()
  // Another tenant's keys for this issuer may be slow to fetch, so they are used only if the token
  // fails under the named tenant's profile.
  for (const group of named.length > 0 ? [named, others] : [others]) {
    const waitedMs = Math.max(0, context.ports.now() - startedMs)
    const waitMs = Math.max(0, KEY_WAIT_MS - waitedMs)
    const attempts = group.map((trust) => attemptUnder(trust, token, waitMs, context))
    for (const { trust, checks, parties, error } of await Promise.all(attempts)) {
      context.trace.checks.push(...checks)
      failure ??= error
      if (parties) passed.push({ trust, parties })
      else failed.push(trust)
    }
    if (passed.length > 0) break
  }
  const [first] = passed
  if (!first) throw failure
  demandKeyOf(token, dpop, context)
  const request = { ip: context.clientIp, endpoint: context.endpoint }
  return {
    ...first.parties,
    issuer,
    trusts: passed,
    failedTrusts: failed,
    token,
    scope: { claims: first.parties.claims, issuer, request },
  } as unknown as VerifiedIdentity
}

/**
 * What the profile of the document that decides reads in the token. The trusts by which the token
 * was verified come from an index that may be older than the documents. If none of them has this
 * profile, the token is verified again, so that a stale trust decides nothing.
 * @returns undefined where the token is not valid under the profile
 */
export async function partiesUnder(
  profile: VerificationProfile,
  identity: VerifiedIdentity,
  context: VerificationContext,
): Promise<TokenParties | undefined> {
  const { trusts, failedTrusts, token } = identity
  const failed = failedTrusts.map((trust) => ({ trust, parties: undefined }))
  const known = [...trusts, ...failed].find(
    ({ trust }) => trust.profile === profile || textOf(trust.profile) === textOf(profile),
  )
  if (known) return known.parties
  if (token === undefined) return undefined
  try {
    return await verifyUnder(profile, token, KEY_WAIT_MS, context)
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    return undefined
  }
}

/** Whether an issuer's tokens are SAML assertions. */
export function isSamlProfile(profile: VerificationProfile): profile is SamlProfile {
  return profile.saml !== undefined
}

const profileTexts = new WeakMap<VerificationProfile, string>()

/** Written once for each profile that a store returns. */
function textOf(profile: VerificationProfile): string {
  const text = profileTexts.get(profile) ?? JSON.stringify(profile)
  profileTexts.set(profile, text)
  return text
}

/** The trusts of a tenant, if it exists. */
async function trustsOf(tenant: string, trusts: readonly IssuerTrust[]): Promise<IssuerTrust[]> {
  const found = await Promise.all(trusts.map((trust) => tenantIndexOf(trust).has(tenant)))
  return trusts.filter((_, index) => found[index])
}

interface Attempt {
  readonly trust: IssuerTrust
  readonly checks: Trace['checks']
  /** Undefined where the trust's checks failed. */
  readonly parties: TokenParties | undefined
  readonly error: BrokerError | undefined
}

/** Several attempts run at once, so each has a trace of its own. */
async function attemptUnder(
  trust: IssuerTrust,
  token: PresentedToken,
  waitMs: number,
  context: VerificationContext,
): Promise<Attempt> {
  const trace = createTrace()
  const { checks } = trace
  try {
    const parties = await verifyUnder(trust.profile, token, waitMs, { ...context, trace })
    return { trust, checks, parties, error: undefined }
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    return { trust, checks, parties: undefined, error }
  }
}

/**
 * Verifies a token of which no DPoP proof can be sent: it must not be bound to a key by `cnf.jkt`.
 * @throws {BrokerError} `invalid_token`, `token_expired`, `issuer_unavailable`
 */
export async function verifyWithoutProof(
  profile: VerificationProfile,
  token: PresentedToken,
  context: ProvingContext,
): Promise<TokenParties> {
  const parties = await verifyUnder(profile, token, KEY_WAIT_MS, context)
  demandKeyOf(token, undefined, context)
  return parties
}

/** An attribute of an assertion that is called cnf binds it to no key. */
function demandKeyOf(
  token: PresentedToken,
  dpop: PresentedProof | undefined,
  context: ProvingContext,
): void {
  const { claims, compact } = isSamlToken(token) ? { claims: {}, compact: '' } : token
  demandPossession(claims, compact, dpop, context)
}

/** Does not check that the sender has the key to which the token is bound. */
async function verifyUnder(
  profile: VerificationProfile,
  token: PresentedToken,
  waitMs: number,
  context: VerificationContext,
): Promise<TokenParties> {
  const { trace, ports } = context
  if (isSamlToken(token)) {
    if (!isSamlProfile(profile))
      throw new BrokerError('internal', 'A JWT profile got an assertion.')
    return verifyAssertion(profile, token, waitMs, context)
  }
  checkHeader(token, profile, trace)
  await demandSignature(trace, () => ports.verifier.verify(token, profile, waitMs), token.keyId)
  refuseSpecialTokens(token, profile, trace)
  demandBoundToken(token.claims, profile, trace)
  checkLifetime(token, profile, ports.now(), trace)
  const { claims } = token
  return {
    claims,
    subject: readSubject(claims, profile, trace),
    audiences: readAudiences(claims, profile, trace),
    authorizedParty: readAuthorizedParty(claims, profile, trace),
  }
}
