/** Verifies a web identity token as STS does, with the keys that its issuer publishes. */
import { isSecureUrl } from '@token-broker/core'
import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose'
import type { WebIdentityClaims } from './evaluate-trust-policy.ts'
import { StsRefusal } from './sts-refusal.ts'

export interface WebIdentity extends WebIdentityClaims {
  readonly expiresAtSeconds: number
}

type KeySet = ReturnType<typeof createLocalJWKSet>

/** How long keys are cached; STS does not document its own time. */
const CACHE_MS = 60_000
const FETCH_TIMEOUT_MS = 3_000
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']
/** Claims for session tags and source identity. Copies on purpose, as explained in limits.ts. */
const TAGS = 'https://aws.amazon.com/tags'
const FLAT_TAG_PREFIX = `${TAGS}/principal_tags/`
const FLAT_TRANSITIVE_KEYS = `${TAGS}/transitive_tag_keys`
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity'

type WebIdentityVerifier = (
  token: string,
  /** Called before any fetch, so that an issuer that no role trusts is never contacted. */
  isTrusted: (issuer: string) => boolean,
) => Promise<WebIdentity>

/** Each verifier has its own key cache. The verifier throws {@link StsRefusal}. */
export function createWebIdentityVerifier(): WebIdentityVerifier {
  const cache = new Map<string, { readonly keys: KeySet; readonly until: number }>()

  async function freshKeys(issuer: string): Promise<KeySet> {
    const keys = createLocalJWKSet(await fetchKeys(issuer))
    cache.set(issuer, { keys, until: Date.now() + CACHE_MS })
    return keys
  }

  async function verify(token: string, issuer: string): Promise<JWTPayload> {
    const options = { issuer, algorithms: ALGORITHMS, requiredClaims: ['exp', 'iat', 'sub', 'aud'] }
    const cached = cache.get(issuer)
    if (cached !== undefined && cached.until > Date.now()) {
      try {
        return (await jwtVerify(token, cached.keys, options)).payload
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      }
    }
    return (await jwtVerify(token, await freshKeys(issuer), options)).payload
  }

  return async (token, isTrusted) => {
    const issuer = issuerOf(token)
    if (!isTrusted(issuer))
      throw invalid('No OpenIDConnect provider found in your account for the issuer of the token')
    try {
      return readIdentity(issuer, await verify(token, issuer))
    } catch (error) {
      if (error instanceof StsRefusal) throw error
      if (error instanceof errors.JWTExpired) {
        throw new StsRefusal(
          400,
          'ExpiredTokenException',
          'Token expired: current date/time must be before its expiration',
        )
      }
      if (error instanceof errors.JOSEError)
        throw invalid(`Couldn't verify the token: ${error.message}`)
      throw error
    }
  }
}

function issuerOf(token: string): string {
  try {
    const { iss } = decodeJwt(token)
    if (typeof iss === 'string') return iss
  } catch {}
  throw invalid(
    'The ID Token provided is not a valid JWT. ' +
      '(You may see this error if you sent an Access Token)',
  )
}

async function fetchKeys(issuer: string): Promise<JSONWebKeySet> {
  const metadata = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  if (metadata.issuer !== issuer || typeof metadata.jwks_uri !== 'string') {
    throw unreachable('the discovery document does not contain its issuer and jwks_uri')
  }
  const { keys } = await fetchJson(metadata.jwks_uri)
  if (!Array.isArray(keys)) throw unreachable('the key set does not contain keys')
  return { keys }
}

async function fetchJson(address: string): Promise<Record<string, unknown>> {
  if (!URL.canParse(address)) throw unreachable('its address is not a URL')
  const url = new URL(address)
  if (!isSecureUrl(url))
    throw unreachable('only https is allowed, or http on the loopback interface')
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    })
    const document: unknown = response.ok ? await response.json() : undefined
    if (typeof document === 'object' && document !== null)
      return Object.fromEntries(Object.entries(document))
  } catch {}
  throw unreachable('the document cannot be fetched')
}

function readIdentity(issuer: string, payload: JWTPayload): WebIdentity {
  const { sub, exp, aud, azp, amr } = payload
  const audiences = listOfStrings(aud)
  const audience = typeof azp === 'string' ? azp : audiences[0]
  if (typeof sub !== 'string' || exp === undefined || audience === undefined)
    throw invalid('A required claim is missing: sub, exp or aud')
  if (typeof azp !== 'string' && audiences.length > 1)
    throw invalid('The token has several audiences and no azp claim')
  return {
    issuer,
    subject: sub,
    audience,
    amr: listOfStrings(amr),
    ...readTags(payload),
    sourceIdentity: optionalString(payload[SOURCE_IDENTITY]),
    expiresAtSeconds: exp,
  }
}

/** AWS documents two forms of tags: nested in one claim, or flattened into one claim per tag. */
function readTags(payload: JWTPayload): Pick<WebIdentity, 'sessionTags' | 'transitiveTagKeys'> {
  const flat = Object.entries(payload)
    .filter(([claim]) => claim.startsWith(FLAT_TAG_PREFIX))
    .map(([claim, value]): [string, string] => [
      claim.slice(FLAT_TAG_PREFIX.length),
      tagValue(value),
    ])
  const nested = payload[TAGS]
  if (nested === undefined) {
    return {
      sessionTags: Object.fromEntries(flat),
      transitiveTagKeys: listOfStrings(payload[FLAT_TRANSITIVE_KEYS]),
    }
  }
  const document = record(nested)
  const tags = Object.entries(record(document.principal_tags ?? {})).map(([key, value]) => [
    key,
    tagValue(value),
  ])
  return {
    sessionTags: Object.fromEntries([...flat, ...tags]),
    transitiveTagKeys: listOfStrings(document.transitive_tag_keys),
  }
}

function tagValue(value: unknown): string {
  const [only, ...others] = listOfStrings(value)
  if (only === undefined || others.length > 0)
    throw invalid('A session tag must have exactly one value')
  return only
}

function optionalString(value: unknown): string | undefined {
  if (value !== undefined && typeof value !== 'string')
    throw invalid('The source identity must be a string')
  return value
}

function listOfStrings(value: unknown): string[] {
  if (value === undefined) return []
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.map((one) => {
    if (typeof one !== 'string') throw invalid('A claim must be a string or a list of strings')
    return one
  })
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('The session tags are malformed')
  return Object.fromEntries(Object.entries(value))
}

function invalid(message: string): StsRefusal {
  return new StsRefusal(400, 'InvalidIdentityToken', message)
}

function unreachable(message: string): StsRefusal {
  return new StsRefusal(
    400,
    'IDPCommunicationError',
    `Couldn't retrieve verification key from your identity provider: ${message}`,
  )
}
