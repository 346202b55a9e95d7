/** Fetches JSON and metadata of identity providers, within narrow limits and without redirects. */
import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { BrokerError, type IssuerTls, isSecureUrl } from '@token-broker/core'
import type { SecretStore } from '../secret-store.ts'
import { type ConnectionTls, readConnectionTls, UnusableCertificate } from './connection-tls.ts'
import {
  type AddressRule,
  checkAddress,
  createCheckedLookup,
  RefusedAddress,
  type ResolveName,
} from './issuer-address.ts'

// Not global fetch: it loads undici, which adds 20 to 45 ms to a cold start, and by default it
// follows redirects.

/** Limit of the whole call: name look-up, connection, headers and body. */
const TIMEOUT_MS = 3_000
const MAX_BYTES = 512 * 1024

/** Kubernetes responds to a request for `application/json` alone with 406 (RFC 7517 §8.5). */
const ACCEPTED_TYPES = 'application/jwk-set+json, application/json'
const METADATA_TYPES = 'application/samlmetadata+xml, application/xml, text/xml'

/**
 * @returns the document; undefined for the status 404 where `allowNotFound` is set
 */
export type FetchJson = (
  url: string,
  options?: {
    readonly signal?: AbortSignal
    readonly allowNotFound?: boolean
    readonly tls?: IssuerTls | undefined
    /** Returns the text as it is, instead of the JSON that it contains. */
    readonly isMetadata?: boolean
  },
) => Promise<unknown>

export interface FetcherOptions {
  /** Undefined: a client certificate cannot be used. */
  readonly secrets?: Pick<SecretStore, 'get'>
  readonly resolveName?: ResolveName
}

const NO_SECRETS: Pick<SecretStore, 'get'> = {
  get: (name) =>
    Promise.reject(
      new BrokerError('config_invalid', `This program cannot read the secret ${name}.`),
    ),
}

/**
 * Creates a fetcher for https URLs and, where loopback is allowed, for http URLs on the loopback
 * interface. The owner of a name could let it point to a service inside the broker's own
 * network, so only public addresses are called, unless the operator has listed the host. It accepts
 * only status 200 with at most 512 KiB of JSON within 3 s, with or without a byte order mark. A
 * redirect is an error, because an attacker who controls the redirect could choose the keys.
 * @returns a function that rejects with a {@link BrokerError} `issuer_unavailable`
 */
export function createJsonFetcher(
  rule: AddressRule,
  { secrets = NO_SECRETS, resolveName }: FetcherOptions = {},
): FetchJson {
  const lookup = createCheckedLookup(rule, resolveName)
  const agents = {
    http: new http.Agent({ keepAlive: true, proxyEnv: rule.proxy }),
    https: new https.Agent({ keepAlive: true, proxyEnv: rule.proxy }),
  }

  const open = (url: URL, signal: AbortSignal, tls: ConnectionTls, accept: string, reuse = true) =>
    new Promise<http.IncomingMessage>((resolve, reject) => {
      const options = {
        ...{ signal, lookup, ...tls },
        headers: { accept, 'accept-encoding': 'identity' },
      }
      const request =
        url.protocol === 'https:'
          ? https.get(url, { ...options, agent: reuse && agents.https }, resolve)
          : http.get(url, { ...options, agent: reuse && agents.http }, resolve)
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection, as happens while a Lambda function is frozen, so it
        // did not get the request. It may have closed the other connections too: use a new one.
        if (request.reusedSocket && error.code === 'ECONNRESET')
          resolve(open(url, signal, tls, accept, false))
        else reject(error)
      })
    })

  return async (address, options = {}) => {
    const { signal: callerSignal, allowNotFound = false, tls, isMetadata = false } = options
    const url = parseUrl(address, rule.allowLoopback)
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    const signal = callerSignal ? AbortSignal.any([callerSignal, timeout]) : timeout
    try {
      // Node does not look up what is an address already.
      const literal = url.hostname.replace(/^\[|\]$/g, '')
      if (isIP(literal) !== 0) checkAddress(literal, url.hostname, rule)
      const accept = isMetadata ? METADATA_TYPES : ACCEPTED_TYPES
      const response = await open(url, signal, await readConnectionTls(tls, secrets), accept)
      if (allowNotFound && response.statusCode === 404) return void response.destroy()
      const body = await readBody(response, address)
      return isMetadata ? body : parseJson(body, address)
    } catch (error) {
      if (error instanceof BrokerError) throw error
      if (error instanceof UnusableCertificate)
        throw new BrokerError('config_invalid', error.message)
      if (error instanceof RefusedAddress) throw unavailable(address, error.message)
      if (timeout.aborted)
        throw unavailable(
          address,
          `did not respond within ${TIMEOUT_MS} ms; check that the broker can reach it`,
          error,
        )
      if (signal.aborted)
        throw unavailable(address, 'did not respond before the deadline of the request', error)
      throw unavailable(
        address,
        `could not be read (${describeError(error)})${adviceFor(error)}`,
        error,
      )
    }
  }
}

function parseUrl(address: string, allowLoopback: boolean): URL {
  if (!URL.canParse(address)) throw unavailable(address, 'is not a URL')
  const url = new URL(address)
  if (url.protocol === 'https:' || (allowLoopback && isSecureUrl(url))) return url
  throw unavailable(address, 'is not an https URL')
}

async function readBody(response: http.IncomingMessage, address: string): Promise<string> {
  const refuse = (what: string): never => {
    response.destroy()
    throw unavailable(address, what)
  }
  const { statusCode = 0, headers } = response
  if (statusCode >= 300 && statusCode < 400)
    refuse(`responded with a redirect (${statusCode}), which is not followed`)
  if (statusCode !== 200) refuse(`responded with status ${statusCode} instead of 200`)
  const encoding = (headers['content-encoding'] ?? 'identity').toLowerCase()
  const isCompressed = encoding === 'gzip' || encoding === 'x-gzip'
  if (!isCompressed && encoding !== 'identity')
    refuse('responded with a content-encoding other than gzip, although the request accepts none')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    bytes += buffer.length
    if (bytes > MAX_BYTES) refuse(`responded with more than ${MAX_BYTES} bytes`)
    chunks.push(buffer)
  }
  const body = Buffer.concat(chunks)
  // Without the byte order mark that some servers send (RFC 8259 §8.1).
  return new TextDecoder().decode(isCompressed ? await decompress(body, address) : body)
}

/**
 * Some servers compress each response, although the request asks them not to. 512 KiB of compressed
 * data can expand to hundreds of megabytes (a decompression bomb), so the limit counts again.
 */
async function decompress(body: Buffer, address: string): Promise<Buffer> {
  // Loaded here: hardly any issuer needs it.
  const { gunzip } = await import('node:zlib')
  return new Promise((resolve, reject) => {
    gunzip(body, { maxOutputLength: MAX_BYTES }, (error: NodeJS.ErrnoException | null, content) => {
      if (!error) resolve(content)
      else if (error.code === 'ERR_BUFFER_TOO_LARGE')
        reject(unavailable(address, `responded with more than ${MAX_BYTES} bytes`))
      else reject(unavailable(address, 'responded with a body that is not gzip'))
    })
  })
}

function parseJson(text: string, address: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unavailable(address, 'responded with a body that is not JSON')
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'check the name of its host',
  ECONNREFUSED: 'nothing listens there: check host and port',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'list its root in ca of the issuer',
  SELF_SIGNED_CERT_IN_CHAIN: 'list its root in ca of the issuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'list its root in ca of the issuer',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is of another host',
  CERT_HAS_EXPIRED: 'its certificate has expired',
}

function adviceFor(error: unknown): string {
  const code = describeError(error)
  return Object.hasOwn(ADVICE, code) ? `; ${ADVICE[code]}` : ''
}

function unavailable(address: string, what: string, cause?: unknown): BrokerError {
  return new BrokerError(
    'issuer_unavailable',
    `${address} ${what}.`,
    cause === undefined ? {} : { cause },
  )
}
