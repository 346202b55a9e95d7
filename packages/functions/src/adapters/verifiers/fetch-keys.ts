/**
 * Fetches an issuer's keys: from a configured `jwksUri`, or found by OpenID Connect Discovery 1.0
 * §4 or by OAuth's metadata (RFC 8414), or the certificates in SAML metadata.
 */
import {
  BrokerError,
  isObject,
  type JWK,
  MAX_ISSUER_KEYS,
  type VerificationProfile,
} from '@token-broker/core'
import type { FetchJson } from './https-json.ts'

/** Limit for discovery document and key set together. */
const TIMEOUT_MS = 3_000

/** Keys, and how long they count. */
export interface FetchedKeys {
  readonly jwks: readonly JWK[]
  /** Milliseconds since the epoch; absent: there is no end. */
  readonly validUntilMs?: number | undefined
  /** Absent: the issuer does not say. */
  readonly cacheMs?: number | undefined
}

/** @throws {BrokerError} `issuer_unavailable` */
export async function fetchKeys(
  { issuer, keys, tls }: VerificationProfile,
  fetchJson: FetchJson,
): Promise<FetchedKeys> {
  if (keys.from === 'inline') return keys
  const fetchWithin = { signal: AbortSignal.timeout(TIMEOUT_MS), tls }
  if (keys.from === 'metadata') {
    const { metadataUrl, signers } = keys
    const text = await fetchJson(metadataUrl, { ...fetchWithin, isMetadata: true })
    return readMetadataText(String(text), metadataUrl, issuer, signers)
  }
  const jwksUri =
    keys.from === 'jwksUri'
      ? keys.jwksUri
      : await discover(issuer, (url) => fetchJson(url, { ...fetchWithin, allowNotFound: true }))
  return { jwks: readKeySet(await fetchJson(jwksUri, fetchWithin), jwksUri) }
}

async function readMetadataText(
  text: string,
  url: string,
  issuer: string,
  signers: readonly JWK[] = [],
): Promise<FetchedKeys> {
  const { readIssuerMetadata } = await import('./saml-assertions.ts')
  const metadata = readIssuerMetadata(text, issuer, signers)
  if ('problem' in metadata) throw unavailable(`The SAML metadata of ${url} ${metadata.problem}.`)
  return metadata
}

/** @returns `jwks_uri`, which the fetcher refuses if it is not https */
async function discover(issuer: string, fetchJson: FetchJson): Promise<string> {
  const [openidUrl, oauthUrl] = metadataUrls(issuer)
  const openidDocument = await fetchJson(openidUrl)
  if (openidDocument !== undefined) return readMetadata(openidDocument, openidUrl, issuer)
  const oauthDocument = await fetchJson(oauthUrl)
  if (oauthDocument !== undefined) return readMetadata(oauthDocument, oauthUrl, issuer)
  throw unavailable(
    `${openidUrl} and ${oauthUrl} responded with status 404; check the issuer, or write ` +
      'verify.jwksUri or verify.keys in the tenant document.',
  )
}

/**
 * Where the document of an issuer may be, in this order: Discovery §4, then RFC 8414 §3.1, between
 * the host and the path, which loses a slash at its end.
 */
export function metadataUrls(issuer: string): readonly [openid: string, oauth: string] {
  const { origin, pathname } = new URL(issuer)
  return [
    `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`,
  ]
}

function readMetadata(document: unknown, url: string, issuer: string): string {
  if (!isObject(document)) throw unavailable(`${url} is not a JSON object.`)
  // Discovery §4.3, RFC 8414 §3.3: otherwise one issuer on a shared host could publish keys for
  // another one.
  if (document.issuer !== issuer) {
    const found =
      typeof document.issuer === 'string' ? `issuer ${document.issuer.slice(0, 200)}` : 'no issuer'
    throw unavailable(
      `${url} names ${found}, but the tenant document says ${issuer}; they must be equal.`,
    )
  }
  if (typeof document.jwks_uri !== 'string')
    throw unavailable(`${url} has no jwks_uri; it must be the URL of the issuer's JWK set.`)
  return document.jwks_uri
}

/** RFC 7517 §5: keys of an unknown kind are ignored. */
function readKeySet(document: unknown, url: string): readonly JWK[] {
  if (!isObject(document) || !Array.isArray(document.keys))
    throw unavailable(`${url} is not a JWK set; it must be a JSON object with an array "keys".`)
  const { length } = document.keys
  if (length > MAX_ISSUER_KEYS)
    throw unavailable(`${url} has ${length} keys, but at most ${MAX_ISSUER_KEYS} are accepted.`)
  return document.keys.filter(isJwk)
}

function isJwk(value: unknown): value is JWK {
  if (!isObject(value) || typeof value.kty !== 'string') return false
  const strings = [value.kid, value.alg, value.use, value.n, value.e, value.crv, value.x, value.y]
  return (
    strings.every((member) => member === undefined || typeof member === 'string') &&
    (value.key_ops === undefined || isStrings(value.key_ops))
  )
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function unavailable(message: string): BrokerError {
  return new BrokerError('issuer_unavailable', message)
}
