/**
 * Stage 2, for a token that does not say who issued it: which issuer of the named tenant is asked.
 */
import { BrokerError } from '../model/broker-error.ts'
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import type { CredentialRequest, RequestFields } from '../model/credential-request.ts'
import type { CompiledOpaqueIssuer } from '../model/opaque-issuer.ts'
import type { RequestContext } from '../model/request-context.ts'
import { shownValue } from '../model/shown-value.ts'
import { MAX_TOKEN_CHARACTERS } from '../model/sts-limits.ts'
import type { TenantStore } from '../model/tenant-store.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { demand, describeValues } from './demand.ts'

/** A token, and who can vouch for it. Nothing is verified yet. */
export interface OpaqueToken {
  readonly text: string
  readonly tenant: CompiledTenant
  readonly issuer: CompiledOpaqueIssuer
  /** Why this issuer is asked. */
  readonly reason: string
}

type Requested = Pick<RequestFields, 'subjectToken' | 'tenant' | 'issuer'>

/** The check of what the issuer said, in the trace. */
export const VOUCH_CHECK = 'an issuer of the tenant vouches for the token'

/** As many, and as long, as the issuers of most tenants that have several. */
const DECOYS = [{ issuer: 'https://one.example.com' }, { issuer: 'https://other.example.com' }]

/** RFC 6749 §A.12: 1*VSCHAR. A space or a line feed could end a header or a value. */
const TOKEN_CHARACTERS = /^[\x21-\x7e]+$/

/** Three parts make a JWT, whatever is in them. */
function hasJwtForm(token: string): boolean {
  const parts = token.split('.', 4)
  return parts.length === 3 && parts.every((part) => part !== '')
}

/** Whether a request must be compared with the opaque issuers of its tenant at all. */
export function mayBeOpaque({ subjectToken, tenant, issuer }: Requested): boolean {
  return tenant !== undefined && (issuer !== undefined || !hasJwtForm(subjectToken))
}

/**
 * The issuer that the request names, or the tenant's only one. An unknown tenant, a tenant without
 * such issuers, a name that none of them has and a token for which none of them vouches get the
 * same refusal, so that callers cannot probe for names.
 * @returns undefined for a JWT that is to be verified as one
 * @throws {BrokerError} `invalid_token`; what `load` throws
 */
export async function findOpaqueIssuer(
  { subjectToken, tenant: name, issuer }: CredentialRequest,
  { ports, trace }: RequestContext<{ readonly tenants: TenantStore }>,
): Promise<OpaqueToken | undefined> {
  if (name === undefined) return undefined
  return chooseOpaqueIssuer(subjectToken, issuer, await ports.tenants.load(name), trace)
}

/**
 * @param named the issuer that the request names
 * @returns undefined for a JWT that is to be verified as one
 * @throws {BrokerError} `invalid_token`
 */
export function chooseOpaqueIssuer(
  text: string,
  named: string | undefined,
  tenant: CompiledTenant | undefined,
  trace: Trace,
): OpaqueToken | undefined {
  const issuers = tenant?.opaqueIssuers ?? []
  const candidates =
    named === undefined ? issuers : issuers.filter(({ issuer }) => issuer === named)
  const [issuer] = candidates
  if (tenant === undefined || issuer === undefined || candidates.length > 1) {
    if (hasJwtForm(text)) return undefined
    throw notVouchedFor(noOneToAsk(candidates), trace)
  }
  if (text.length > MAX_TOKEN_CHARACTERS)
    throw notVouchedFor(`The token is longer than ${MAX_TOKEN_CHARACTERS} characters.`, trace)
  if (!TOKEN_CHARACTERS.test(text))
    throw notVouchedFor('The token has characters other than visible ASCII.', trace)
  const reason =
    named === undefined ? 'the tenant’s only one for opaque tokens' : 'named by request'
  return { text, tenant, issuer, reason }
}

/**
 * Both reasons are written for each refusal, so that an unknown tenant and one with several issuers
 * take the same time.
 */
function noOneToAsk(candidates: readonly Pick<CompiledOpaqueIssuer, 'issuer'>[]): string {
  const issuers = (candidates.length > 1 ? candidates : DECOYS).map(({ issuer }) => issuer)
  const several =
    `The tenant has several issuers of opaque tokens: expected one of ${shownValue(issuers)} in ` +
    'the request, found none; name the issuer of the token.'
  const none =
    'The subject token is not a JWT, and the request names no issuer of a tenant that accepts ' +
    'other tokens.'
  return candidates.length > 1 ? several : none
}

/** The refusal before any issuer has vouched for a token. Its message is for the operator alone. */
export function notVouchedFor(message: string, trace: Trace): BrokerError {
  const expected = 'a token that an issuer of the named tenant accepts'
  recordCheck(trace, 'verify', VOUCH_CHECK, false, expected, 'none vouches for it')
  return new BrokerError('invalid_token', message)
}

/** Whether an issuer vouched for an opaque token. */
export function isVouchedFor({ checks }: Trace): boolean {
  return checks.some((entry) => 'check' in entry && entry.check === VOUCH_CHECK && entry.passed)
}

/**
 * A JWT and an assertion name their issuer themselves. If the request names one too, they must be
 * equal.
 * @throws {BrokerError} `invalid_token`
 */
export function demandNamedIssuer(
  { issuer }: Pick<Requested, 'issuer'>,
  token: { readonly issuer: string },
  trace: Trace,
): void {
  if (issuer === undefined) return
  const check = 'token is of the issuer that the request names'
  demand(trace, check, token.issuer === issuer, issuer, token.issuer, () => {
    const what =
      'The token is of another issuer than the request names: ' +
      `${describeValues(issuer, token.issuer)}; name the issuer of the token, or none.`
    return [what, 'invalid_token', what]
  })
}
