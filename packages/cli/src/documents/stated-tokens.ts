/** Tokens that are stated by their claims: no issuer signed them or is asked about them. */
import type {
  CompiledIssuer,
  CompiledTenant,
  Dependencies,
  RequestFields,
} from '@token-broker/core'
import type { Claims } from '@token-broker/core/document'
import { writeExactJson } from '@token-broker/core/strict-json'

/** How long a stated token is valid, in seconds. */
const LIFETIME_SECONDS = 300

/** A token as a request presents it. */
export interface StatedToken {
  readonly text: string
  readonly isSaml: boolean
  /** The issuer that the request has to name; undefined: the token names it itself. */
  readonly namedIssuer: string | undefined
  /** The tenant that the request has to name; undefined: none. */
  readonly namedTenant: string | undefined
}

export interface StatedTokens {
  /**
   * @param claims `null` is a claim that the token does not have. By default, `iss` is the only
   *   issuer there is, `aud` its first audience, and the token is valid for five minutes
   * @param provider whose issuer is the default, in an identity pool
   */
  state(claims: Claims, provider?: { readonly pool: string; readonly name: string }): StatedToken
  /** A JWT from elsewhere, whose signature nobody checks. */
  present(jwt: string): StatedToken
  /** They accept the stated tokens, and no other one. */
  readonly verifiers: Pick<Dependencies, 'verifier' | 'opaqueVerifier' | 'samlVerifier'>
}

/** An issuer of any kind, as far as a stated token depends on it. */
interface AnyIssuer {
  readonly name: string
  readonly tenant: string
  /** The claim with the audience of its tokens, and what it is; empty: there is none. */
  readonly audience: Readonly<Record<string, string | undefined>>
  /** Undefined: its tokens are opaque. */
  readonly named: CompiledIssuer | undefined
}

/** @param now milliseconds since the epoch */
export function createStatedTokens(
  tenants: readonly CompiledTenant[],
  now: () => number,
): StatedTokens {
  const issuers = tenants.flatMap(issuersOf)
  const claimsByToken = new Map<string, Claims>()
  const claimsOf = (token: string): Claims => {
    const claims = claimsByToken.get(token)
    if (claims === undefined) throw new Error('A token was verified that is not stated.')
    return claims
  }
  const present = (jwt: string): StatedToken => {
    claimsByToken.set(jwt, {})
    return { text: jwt, isSaml: false, namedIssuer: undefined, namedTenant: undefined }
  }

  return {
    state(claims, provider) {
      const possible = provider ? issuersOfProvider(tenants, provider) : undefined
      const issuer = chooseIssuer(issuers, claims.iss, possible)
      const stated = completeClaims(claims, issuer, now())
      if (issuer?.named?.profile.saml) {
        const text = `stated-assertion-${claimsByToken.size}`
        claimsByToken.set(text, stated)
        return { text, isSaml: true, namedIssuer: undefined, namedTenant: undefined }
      }
      if (issuer && issuer.named === undefined) {
        const text = `stated-token-${claimsByToken.size}`
        claimsByToken.set(text, stated)
        return { text, isSaml: false, namedIssuer: issuer.name, namedTenant: issuer.tenant }
      }
      return present(unsignedToken(stated, issuer?.named))
    },
    present,
    verifiers: {
      verifier: { verify: async ({ compact }) => void claimsOf(compact) },
      opaqueVerifier: { verify: async (token) => ({ claims: claimsOf(token) }) },
      samlVerifier: {
        read: async (text) => ({ xml: text, issuer: String(claimsOf(text).iss) }),
        verify: async ({ xml }) => {
          const claims = claimsOf(xml)
          const audiences = [claims.aud].flat().filter((one) => typeof one === 'string')
          return { checks: [], claims, audiences }
        },
      },
    },
  }
}

function issuersOf({ tenant, issuers, opaqueIssuers = [] }: CompiledTenant): AnyIssuer[] {
  return [
    ...issuers.map((named) => ({
      ...{ name: named.profile.issuer, tenant, named },
      audience: { aud: named.audiences[0] },
    })),
    ...opaqueIssuers.map(({ issuer, audiences, audienceClaim }) => ({
      ...{ name: issuer, tenant, named: undefined },
      audience: audienceClaim === 'none' ? {} : { [audienceClaim]: audiences[0] },
    })),
  ]
}

function issuersOfProvider(
  tenants: readonly CompiledTenant[],
  { pool, name }: { readonly pool: string; readonly name: string },
): readonly string[] {
  const pools = tenants.flatMap(({ identityPools = [] }) => identityPools)
  return pools.find(({ id }) => id === pool)?.logins[name] ?? []
}

/** @param possible names of those that the request allows; undefined: all */
function chooseIssuer(
  issuers: readonly AnyIssuer[],
  stated: unknown,
  possible: readonly string[] | undefined,
): AnyIssuer | undefined {
  if (stated !== undefined) return issuers.find(({ name }) => name === stated)
  const candidates = issuers.filter(({ name }) => possible?.includes(name) ?? true)
  const names = new Set(candidates.map(({ name }) => name))
  return names.size === 1 ? candidates[0] : undefined
}

function completeClaims(claims: Claims, issuer: AnyIssuer | undefined, nowMs: number): Claims {
  const now = Math.floor(nowMs / 1000)
  const all = {
    ...(issuer ? { iss: issuer.name, ...issuer.audience } : {}),
    ...{ iat: now, exp: now + LIFETIME_SECONDS },
    ...claims,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}

/** A JWT with an algorithm that its issuer uses, and a signature that nobody checks. */
function unsignedToken(claims: Claims, issuer: CompiledIssuer | undefined): string {
  const header = { alg: issuer?.profile.algorithms[0] ?? 'RS256', kid: 'stated' }
  const parts = [header, claims].map((part) => Buffer.from(writeExactJson(part)))
  return [...parts, Buffer.from('stated')].map((part) => part.toString('base64url')).join('.')
}

/** The fields of a request with this token. */
export function subjectFields(
  token: StatedToken,
): Pick<RequestFields, 'subjectToken' | 'tokenType' | 'issuer'> {
  return {
    subjectToken: token.text,
    ...(token.isSaml ? { tokenType: 'saml2' } : {}),
    ...(token.namedIssuer === undefined ? {} : { issuer: token.namedIssuer }),
  }
}

/** The fields of a request in which the sender of this token acts for the subject. */
export function actorFields(
  token: StatedToken,
): Pick<RequestFields, 'actorToken' | 'actorTokenType' | 'actorIssuer'> {
  return {
    actorToken: token.text,
    ...(token.isSaml ? { actorTokenType: 'saml2' } : {}),
    ...(token.namedIssuer === undefined ? {} : { actorIssuer: token.namedIssuer }),
  }
}
