/** Checks what an issuer publishes: discovery, keys, TLS, and what the broker says about them. */
import {
  BrokerError,
  isObject,
  isSecureUrl,
  SIGNATURE_ALGORITHMS,
  type VerificationProfile,
} from '@token-broker/core'
import { presetOf } from '@token-broker/core/document'
import { createJsonFetcher, fetchKeys, metadataUrls } from '@token-broker/functions/verifier'
import { type CheckResult, failed, ok, skipped, warning } from '../checks/check-result.ts'
import { checkClock, checkTls } from '../checks/connection-checks.ts'
import { type Probe, type ProbeOptions, probeUrl } from '../checks/probe-url.ts'
import { proxyOf, shownProxy } from '../checks/proxy-of-url.ts'
import { type CheckedKey, checkKeys, readKeys } from './check-key-set.ts'

export interface IssuerReport {
  readonly issuer: string
  readonly results: readonly CheckResult[]
  /** Undefined: they could not be read. */
  readonly keys: readonly CheckedKey[] | undefined
  /** Algorithms of its keys that the issuer does not exclude; the ones to write. */
  readonly algorithms: readonly string[]
  readonly presetKind: string | undefined
}

export interface IssuerCheckOptions extends ProbeOptions {
  /** How a tenant document says that keys are found; default: by discovery. */
  readonly profile?: VerificationProfile
}

/** @param issuer the exact name, an https URL, or http on the loopback interface */
export async function checkIssuer(
  issuer: string,
  options: IssuerCheckOptions,
): Promise<IssuerReport> {
  const preset = presetOf(issuer)
  const fixedUri = options.profile?.keys.from === 'jwksUri' ? options.profile.keys.jwksUri : ''
  const givenUri = fixedUri || resolvePath(preset?.form.jwksUri, issuer)
  const document = givenUri ? undefined : await findDocument(issuer, options)
  const jwksUri = givenUri || document?.jwksUri
  const keySet = jwksUri ? await fetchKeySet(jwksUri, options) : undefined
  const { results: keyResults = [], keys } = keySet ?? {}
  const first = document?.probe ?? keySet?.probe
  const algorithms = [...new Set((keys ?? []).flatMap((key) => key.algorithms))].filter(
    (name) => document?.announced === undefined || document.announced.includes(name),
  )
  return {
    ...{ issuer, keys, algorithms, presetKind: preset?.preset.kind },
    results: [
      ...(first ? [checkAddresses(first, options), checkTls(first, options.now())] : []),
      ...(document?.results ?? [skipped('discovery', 'the URL of the keys is known')]),
      ...keyResults,
      ...(keys ? checkKeys(keys) : []),
      ...(document?.announced && keys ? [checkAlgorithms(document.announced, algorithms)] : []),
      ...(first ? [checkClock(first)] : []),
      await askBroker(issuer, jwksUri, options),
    ],
  }
}

function resolvePath(jwksUri: string | undefined, issuer: string): string | undefined {
  return jwksUri?.startsWith('/') ? `${issuer}${jwksUri}` : jwksUri
}

interface FoundDocument {
  readonly probe: Probe
  readonly results: readonly CheckResult[]
  readonly jwksUri?: string
  /** Accepted algorithms that the issuer announces; undefined: it announces none. */
  readonly announced?: readonly string[]
}

async function findDocument(issuer: string, options: ProbeOptions): Promise<FoundDocument> {
  const [openidUrl, oauthUrl] = metadataUrls(issuer)
  const openid = await probeUrl(new URL(openidUrl), options)
  const isMissing = openid.response?.status === 404
  const probe = isMissing ? await probeUrl(new URL(oauthUrl), options) : openid
  const check = 'discovery'
  const read = readJson(probe, check, 'verify.jwksUri or verify.keys')
  if ('status' in read)
    return {
      probe,
      results: isMissing
        ? [
            failed(
              check,
              `${openidUrl} and ${oauthUrl} do not exist`,
              'check the URL; for an issuer without discovery, write verify.jwksUri or ' +
                'verify.keys in the tenant document',
            ),
          ]
        : [read],
    }
  const { issuer: named, jwks_uri: jwksUri } = read.document
  const algorithms = read.document.id_token_signing_alg_values_supported
  return {
    probe,
    results: [
      ok(check, `${probe.url.href}${read.note}`),
      checkName(issuer, named),
      ...(typeof jwksUri === 'string'
        ? []
        : [failed('jwks_uri', 'the document has none', 'let the issuer publish its keys')]),
    ],
    ...(typeof jwksUri === 'string' ? { jwksUri } : {}),
    ...(Array.isArray(algorithms)
      ? { announced: SIGNATURE_ALGORITHMS.filter((name) => algorithms.includes(name)) }
      : {}),
  }
}

/** Discovery §4.3, RFC 8414 §3.3: a difference of one slash is another issuer. */
function checkName(issuer: string, named: unknown): CheckResult {
  const check = 'issuer name'
  if (named === issuer) return ok(check, `exactly ${issuer}`)
  if (typeof named !== 'string')
    return failed(check, `expected ${issuer}, found none`, 'let the document name its issuer')
  const shown = named.slice(0, 200)
  const isSlash = named.replace(/\/$/, '') === issuer.replace(/\/$/, '')
  return failed(
    check,
    `expected ${issuer}, found ${shown}${isSlash ? ' (a slash at the end differs)' : ''}`,
    `write issuer: ${shown} in the tenant document if its tokens have this iss, and check that`,
  )
}

async function fetchKeySet(jwksUri: string, options: ProbeOptions) {
  const check = 'key set'
  const url = URL.parse(jwksUri)
  if (url === null || (url.protocol !== 'https:' && !isSecureUrl(url)))
    return {
      probe: undefined,
      keys: undefined,
      results: [failed(check, `${jwksUri} is not an https URL`, 'let the issuer use https')],
    }
  const probe = await probeUrl(url, options)
  const read = readJson(probe, check, 'verify.keys')
  if ('status' in read) return { probe, keys: undefined, results: [read] }
  const keys = readKeys(read.document)
  const result = keys
    ? ok(check, `${url.href}${read.note}${cachingOf(probe)}`)
    : failed(check, `${url.href} has no array "keys"`, 'let the URL serve a JWK set (RFC 7517)')
  return { probe, keys, results: [result] }
}

/** @returns the object, and what is unusual about the response; or a failure */
function readJson(
  probe: Probe,
  check: string,
  alternative: string,
): CheckResult | { readonly document: Record<string, unknown>; readonly note: string } {
  const { url, response, problem } = probe
  if (response === undefined || problem !== undefined)
    return failed(check, `${url.href} ${problem}`, unreachableFix(probe, alternative))
  const { status, headers, body } = response
  if (status >= 300 && status < 400)
    return failed(
      check,
      `${url.href} redirects to ${headers.location ?? 'another URL'}, which is not followed`,
      'use the URL without the redirect: the owner of a redirect could choose the keys',
    )
  if (status !== 200)
    return failed(
      check,
      `${url.href} responds with status ${status} instead of 200`,
      `check the URL, or write ${alternative} in the tenant document`,
    )
  try {
    const document: unknown = JSON.parse(body)
    const type = headers['content-type'] ?? 'none'
    const note = /json/i.test(type) ? '' : ` (content type ${type}, which does not matter)`
    if (isObject(document)) return { document, note }
  } catch {
    // The message of the parser would quote the document.
  }
  return failed(check, `${url.href} is not a JSON object`, 'check the URL')
}

function unreachableFix(
  { problem = '', code }: Pick<Probe, 'problem' | 'code'>,
  alternative: string,
): string {
  if (problem.includes('loopback')) return 'for a local issuer, write --allow-loopback-http'
  if (problem.includes('BROKER_PRIVATE_ISSUER_HOSTS'))
    return 'list its host in privateIssuerHosts of the stage (here: --private-issuer-hosts)'
  if (code?.includes('CERT')) return 'see the TLS certificate'
  return `check the host and the network, or write ${alternative} in the tenant document`
}

function cachingOf({ response }: Probe): string {
  const header = response?.headers['cache-control']
  return `; cache-control: ${header ?? 'none'} (the broker fetches every 10 minutes)`
}

function checkAddresses({ addresses, url, problem = '' }: Probe, { rule }: ProbeOptions) {
  const check = 'address'
  const proxy = proxyOf(url, rule.proxy)
  if (proxy !== undefined)
    return skipped(check, `the proxy ${shownProxy(proxy)} looks up ${url.hostname}`)
  if (problem.includes('which is not called'))
    return failed(
      check,
      `${url.hostname} ${problem}`,
      unreachableFix({ problem, code: undefined }, ''),
    )
  if (addresses.length === 0)
    return failed(check, `${url.hostname} is not found`, 'check the host name')
  return ok(check, `${url.hostname} is at ${[...new Set(addresses)].join(', ')}`)
}

function checkAlgorithms(announced: readonly string[], usable: readonly string[]): CheckResult {
  const check = 'algorithms'
  if (usable.length > 0) return ok(check, `${usable.join(', ')} (announced, and with a key)`)
  const found = announced.length === 0 ? 'none that is accepted' : announced.join(', ')
  return warning(
    check,
    `the issuer announces ${found} for ID tokens, and its keys are for others`,
    'see which alg its tokens have ("token-broker token decode"), and write it in algorithms',
  )
}

/** The code of the broker itself has the last word. */
async function askBroker(
  issuer: string,
  jwksUri: string | undefined,
  { rule, profile }: IssuerCheckOptions,
): Promise<CheckResult> {
  const check = 'the broker'
  const keys = profile?.keys ?? keysFrom(jwksUri, issuer)
  try {
    const { jwks } = await fetchKeys(
      { ...UNUSED, issuer, keys, ...(profile?.tls === undefined ? {} : { tls: profile.tls }) },
      createJsonFetcher(rule),
    )
    return ok(check, jwks.length === 1 ? 'gets 1 key' : `gets ${jwks.length} keys`)
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    return failed(check, `refuses: ${error.message}`, 'see the failed checks above')
  }
}

function keysFrom(jwksUri: string | undefined, issuer: string): VerificationProfile['keys'] {
  const isDiscovered = presetOf(issuer)?.form.jwksUri === undefined
  return isDiscovered || jwksUri === undefined
    ? { from: 'discovery' }
    : { from: 'jwksUri', jwksUri }
}

/** Fetching keys does not depend on them. */
const UNUSED = { algorithms: [], types: [], maxTokenAgeSeconds: 0, clockToleranceSeconds: 0 }
