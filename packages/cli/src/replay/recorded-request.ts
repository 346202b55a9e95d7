/** The request of a record, with tokens that have the recorded claims and no signature. */
import type {
  CompiledTenant,
  DecidedToken,
  DecisionInputs,
  Dependencies,
  RequestFields,
} from '@token-broker/core'
import type { WrittenRecord } from '../audit/read-record.ts'
import { NO_EFFECTS } from '../documents/no-effects.ts'

/** A caller with this certificate has the key of every recorded token that was bound to a key. */
const CERTIFICATE = '-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----'
const CERTIFICATE_DIGEST = 'cJ6AyISHokEeHuTfufIqhhSS0gxHZRUMDHlKvXD4FHw'
const SUBJECT = 'recorded-token'
const ACTOR = 'recorded-actor-token'
/** As SDKs name the provider of an OpenID token of a pool. */
const POOL_PROVIDER = 'cognito-identity.amazonaws.com'

type Ports = Pick<
  Dependencies,
  'verifier' | 'opaqueVerifier' | 'samlVerifier' | 'identityPools' | 'proofVerifier' | 'now'
>

export interface RecordedRequest {
  readonly fields: RequestFields
  readonly clientCertificate: string
  readonly ports: Ports
}

export function recordedRequest(
  record: WrittenRecord,
  inputs: DecisionInputs,
  tenant: CompiledTenant,
): RecordedRequest {
  const { token, actor, request, pool } = inputs
  const { timeMs } = record
  const algorithm = typeof record.algorithm === 'string' ? record.algorithm : undefined
  const subjectToken = token ? textOf(token, algorithm, SUBJECT) : ''
  const stated = new Map([
    ...(token ? ([[subjectToken, token]] as const) : []),
    ...(actor ? ([[actorText(actor, tenant), actor]] as const) : []),
  ])
  const { tenant: named, grant, durationSeconds, statements, ...others } = request
  return {
    fields: {
      ...others,
      ...{ tenant: named, grant, durationSeconds, statements },
      ...(pool ? { subjectToken: '' } : { subjectToken }),
      ...(pool ? { pool: poolRequest(pool, subjectToken, token) } : {}),
      ...(token?.kind === 'saml' && !pool ? { tokenType: 'saml2' } : {}),
      ...(actor ? { actorToken: actorText(actor, tenant) } : {}),
      ...(actor?.kind === 'saml' ? { actorTokenType: 'saml2' } : {}),
      ...(actor?.kind === 'opaque' ? { actorIssuer: actor.issuer } : {}),
    },
    clientCertificate: CERTIFICATE,
    ports: { ...verifiersOf(stated, timeMs), ...poolPorts(inputs), now: () => timeMs },
  }
}

function actorText(actor: DecidedToken, { issuers }: CompiledTenant): string {
  const issuer = issuers.find(({ profile }) => profile.issuer === actor.issuer)
  return textOf(actor, issuer?.profile.algorithms[0], ACTOR)
}

/** A JWT that says what the recorded one said; of other kinds, a name for it. */
function textOf(token: DecidedToken, algorithm = 'RS256', name: string): string {
  if (token.kind !== 'jwt') return name
  const { type: typ } = token
  const header = { alg: algorithm, kid: 'recorded', ...(typ === undefined ? {} : { typ }) }
  const parts = [header, claimsOf(token)].map((part) => Buffer.from(JSON.stringify(part)))
  return [...parts, Buffer.from(name)].map((part) => part.toString('base64url')).join('.')
}

function claimsOf({ claims, bound }: DecidedToken): DecidedToken['claims'] {
  return bound ? { ...claims, cnf: { 'x5t#S256': CERTIFICATE_DIGEST } } : claims
}

/** They vouch for the recorded tokens, because their issuers did, and for no other one. */
function verifiersOf(
  stated: ReadonlyMap<string, DecidedToken>,
  nowMs: number,
): Pick<Ports, 'verifier' | 'opaqueVerifier' | 'samlVerifier'> {
  const tokenOf = (text: string): DecidedToken => {
    const token = stated.get(text)
    if (token === undefined) throw new Error('A token was verified that is not recorded.')
    return token
  }
  return {
    verifier: { verify: async ({ compact }) => void tokenOf(compact) },
    opaqueVerifier: {
      verify: async (text) => {
        const { maxSessionSeconds, ...token } = tokenOf(text)
        const claims = claimsOf(token)
        return { claims, ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }) }
      },
    },
    samlVerifier: {
      read: async (text) => ({ xml: text, issuer: tokenOf(text).issuer }),
      verify: async ({ xml }) => {
        const { claims, maxSessionSeconds: seconds } = tokenOf(xml)
        const audiences = [claims.aud].flat().filter((one) => typeof one === 'string')
        // Half a second more, because a fraction of a second is not counted.
        const end = nowMs / 1000 + (seconds ?? 0) + 0.5
        const limited = seconds === undefined ? {} : { sessionNotOnOrAfter: end }
        return { checks: [], claims: { ...claims, ...limited }, audiences }
      },
    },
  }
}

function poolRequest(
  { identity, provider, isClassic }: NonNullable<DecisionInputs['pool']>,
  token: string,
  decided: DecidedToken | undefined,
): NonNullable<RequestFields['pool']> {
  const ofBackend = decided?.kind === 'pool'
  const name = ofBackend ? POOL_PROVIDER : provider
  return {
    pool: identity.pool,
    ...(ofBackend ? { identityId: identity.id } : {}),
    logins: name === undefined ? [] : [{ provider: name, token }],
    adoptsChangedIds: true,
    ...(isClassic ? { isClassic } : {}),
  }
}

/** The identity that the caller had: documents do not decide about it. */
function poolPorts({
  pool,
  token,
}: DecisionInputs): Pick<Ports, 'identityPools' | 'proofVerifier'> {
  const { identityPools } = NO_EFFECTS
  return {
    identityPools: pool
      ? {
          identify: async () => pool.identity,
          developers: {
            ...identityPools.developers,
            identify: async () => ({ identity: pool.identity, claims: token?.claims ?? {} }),
          },
        }
      : identityPools,
    proofVerifier: { verify: () => false },
  }
}
