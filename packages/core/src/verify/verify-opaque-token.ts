/** Stage 2, for opaque tokens: the issuer says whose token it is, and what it says is checked. */
import { BrokerError } from '../model/broker-error.ts'
import type { PresentedProof } from '../model/credential-request.ts'
import type { IssuerTls } from '../model/issuer-tls.ts'
import type { CompiledOpaqueIssuer, OpaqueProfile } from '../model/opaque-issuer.ts'
import type { RequestContext } from '../model/request-context.ts'
import { shownType } from '../model/shown-value.ts'
import { isObject } from '../model/strict-json.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { demandBoundToken } from './confirmation.ts'
import { demand, describeValues } from './demand.ts'
import type { ProofPorts } from './demand-dpop-proof.ts'
import { notVouchedFor, type OpaqueToken, VOUCH_CHECK } from './find-opaque-issuer.ts'
import { demandPossession } from './possession.ts'
import { refuseSpecialTokens } from './special-tokens.ts'
import { checkLifetime } from './subject-token.ts'
import { readAudiences, readAuthorizedParty, readSubject } from './token-parties.ts'
import type { VerifiedIdentity } from './verify-identity.ts'

/** Whom to ask about a token. Results are never shared between two of them. */
export interface TokenSource {
  readonly tenant: string
  readonly issuer: string
  readonly profile: OpaqueProfile
  readonly tls?: IssuerTls
}

/** What an issuer says about a token for which it vouches. */
export interface TokenStatement {
  readonly claims: Claims
  /** How long a session may last at most, 900 or more; absent: as long as the grant says. */
  readonly maxSessionSeconds?: number
}

export interface OpaqueVerifier {
  /**
   * Asks the issuer about a token.
   * @throws {BrokerError} `invalid_token`, `issuer_unavailable`, `throttled`, `config_invalid`
   */
  verify(token: string, source: TokenSource): Promise<TokenStatement>
}

export interface OpaquePorts extends ProofPorts {
  readonly opaqueVerifier: OpaqueVerifier
}

type Claims = Readonly<Record<string, unknown>>

/**
 * Tokens of a kind that is not presented to a resource: a refresh token, an ID token (glewlwyd
 * calls it active), or one that needs a proof of a kind that is not checked. In lower case.
 */
const OTHER_TOKEN_TYPES = ['refresh_token', 'id_token', 'id', 'pop', 'mac']
/** RFC 9449 §5. Such a token must name its key: otherwise it would count as a bearer token. */
const BOUND_TOKEN_TYPE = 'dpop'

/**
 * @param dpop what the request can show of the token's key; undefined: it cannot carry a proof
 * @throws {BrokerError} what the port throws; `invalid_token`, `token_expired`,
 *   `invalid_dpop_proof`, `use_dpop_nonce`
 */
export async function verifyOpaqueToken(
  token: OpaqueToken,
  dpop: PresentedProof | undefined,
  context: RequestContext<OpaquePorts>,
): Promise<VerifiedIdentity> {
  const { issuer } = token
  const { trace, ports } = context
  const { claims, maxSessionSeconds } = await askIssuer(token, context)
  demandSameIssuer(claims, issuer, trace)
  demandAccessToken(claims, trace)
  refuseSpecialTokens({ claims }, issuer, trace)
  demandBoundToken(claims, issuer, trace)
  checkLifetime({ claims }, issuer, ports.now(), trace)
  demandPossession(claims, token.text, dpop, context)
  const request = { ip: context.clientIp, endpoint: context.endpoint }
  return {
    issuer: issuer.issuer,
    subject: readSubject(claims, issuer, trace),
    claims,
    audiences: readBinding(claims, issuer, trace),
    authorizedParty: readAuthorizedParty(claims, issuer, trace),
    trusts: [],
    failedTrusts: [],
    token: undefined,
    scope: { claims, issuer: issuer.issuer, request },
    ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
  } as unknown as VerifiedIdentity
}

async function askIssuer(
  { text, tenant, issuer: { issuer, profile, tls }, reason }: OpaqueToken,
  { trace, ports }: RequestContext<OpaquePorts>,
): Promise<TokenStatement> {
  const source = { tenant: tenant.tenant, issuer, profile, ...(tls === undefined ? {} : { tls }) }
  const statement = await ports.opaqueVerifier.verify(text, source).catch((error: unknown) => {
    if (error instanceof BrokerError && error.code === 'invalid_token')
      throw notVouchedFor(error.message, trace)
    throw error
  })
  recordCheck(trace, 'verify', VOUCH_CHECK, true, `${profile.kind} (${reason})`, issuer)
  return statement
}

/** The document says who the issuer is. A response that names another one is of a wrong server. */
function demandSameIssuer({ iss }: Claims, { issuer }: CompiledOpaqueIssuer, trace: Trace): void {
  if (iss === undefined) return
  demand(trace, 'iss of the response is the issuer', iss === issuer, issuer, iss, () => [
    `The response about the token names another issuer (iss): ${describeValues(issuer, iss)}; ` +
      'check the issuer and the URL under verify in the tenant document.',
  ])
}

function demandAccessToken({ token_type, token_use, cnf }: Claims, trace: Trace): void {
  const types = [token_type, token_use].filter((type) => type !== undefined)
  const isBound = isObject(cnf) && Object.hasOwn(cnf, 'jkt')
  const others = isBound ? OTHER_TOKEN_TYPES : [...OTHER_TOKEN_TYPES, BOUND_TOKEN_TYPE]
  const isOther = types.some(
    (type) => typeof type !== 'string' || others.includes(type.toLowerCase()),
  )
  const expected = 'a bearer token, or one of DPoP with its key'
  demand(trace, 'token is an access token', !isOther, expected, types, () => [
    'The issuer says that the token is a refresh or ID token, or that it is bound to a key, ' +
      `without cnf.jkt: ${describeValues(expected, types)}; send an access token.`,
  ])
}

/**
 * Whom the token was issued to or for: without it, a token that any application of the issuer
 * obtained would be accepted here.
 */
function readBinding(
  claims: Claims,
  { audienceClaim, audiences }: CompiledOpaqueIssuer,
  trace: Trace,
): readonly string[] {
  if (audienceClaim === 'aud') return readAudiences(claims, {}, trace)
  if (audienceClaim === 'none') {
    const check = 'the tenant document states the audience'
    recordCheck(trace, 'verify', check, true, undefined, audiences)
    return audiences
  }
  const { client_id: client } = claims
  const named = typeof client === 'string' && client !== ''
  const check = 'client_id is a non-empty string'
  demand(trace, check, named, '1 or more characters', typeof client, () => [
    'The issuer does not say to which client it issued the token: expected client_id with 1 or ' +
      `more characters, found ${shownType(client)}; let it return ` +
      'client_id, or write audienceClaim: aud in the tenant document.',
  ])
  return [String(client)]
}
