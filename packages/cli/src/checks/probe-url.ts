/** Sends one request as the broker would, and reports everything about the response. */
import type { LookupAddress } from 'node:dns'
import { lookup as resolve } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import tls from 'node:tls'
import {
  type AddressRule,
  checkAddress,
  createCheckedLookup,
  RefusedAddress,
} from '@token-broker/functions/verifier'
import { proxyOf } from './proxy-of-url.ts'

/** More than the broker waits for an issuer (3 s), so that a slow one is not taken for none. */
const TIMEOUT_MS = 10_000
/** The broker's limit for documents of issuers. */
const MAX_BYTES = 512 * 1024

export interface ProbeOptions {
  readonly rule: AddressRule
  /** In place of the public roots, and a client certificate. */
  readonly tls?: tls.ConnectionOptions
  readonly now: () => number
}

interface Certificate {
  readonly issuedBy: string
  readonly validFromMs: number
  readonly validToMs: number
}

export interface Probe {
  readonly url: URL
  /** Where the host is; empty where a proxy looks it up. */
  readonly addresses: readonly string[]
  readonly certificate: Certificate | undefined
  readonly milliseconds: number
  /** Undefined: there was no response. */
  readonly response: ProbeResponse | undefined
  /** Why there is no response, or only a part of its body. */
  readonly problem: string | undefined
  /** Node's code for the problem, such as `ECONNREFUSED`. */
  readonly code: string | undefined
}

interface ProbeResponse {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
  /** How far the server's clock is before (positive) or behind ours, by its `Date`. */
  readonly skewMs: number | undefined
}

/** Never rejects. No redirect is followed. A refused address is not connected to. */
export async function probeUrl(url: URL, options: ProbeOptions): Promise<Probe> {
  const startedMs = options.now()
  const found: string[] = []
  const outcome = await request(url, options, found).catch((error: unknown) => ({ error }))
  const milliseconds = options.now() - startedMs
  const base = { url, addresses: found, milliseconds }
  if (!('error' in outcome)) return { ...base, ...outcome }
  const { problem, code, isTls } = describeFailure(outcome.error)
  const certificate = isTls ? await readCertificate(url, options) : undefined
  return { ...base, certificate, response: undefined, problem, code }
}

async function request(url: URL, { rule, tls: connection, now }: ProbeOptions, found: string[]) {
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  const isProxied = proxyOf(url, rule.proxy) !== undefined
  if (isIP(literal) !== 0) {
    checkAddress(literal, url.hostname, rule)
    if (!isProxied) found.push(literal)
  }
  const lookup = createCheckedLookup(rule, async (hostname, options): Promise<LookupAddress[]> => {
    const addresses = await resolve(hostname, { ...options, all: true })
    if (!isProxied) found.push(...addresses.map(({ address }) => address))
    return addresses
  })
  const agents = { proxyEnv: rule.proxy }
  const isTls = url.protocol === 'https:'
  const options = {
    ...{ ...connection, lookup, signal: AbortSignal.timeout(TIMEOUT_MS) },
    agent: isTls ? new https.Agent(agents) : new http.Agent(agents),
    headers: { accept: 'application/jwk-set+json, application/json' },
  }
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const sent = isTls ? https.get(url, options, resolve) : http.get(url, options, resolve)
    sent.on('error', reject)
  })
  const { statusCode = 0, headers, socket } = response
  const certificate = certificateOf(socket)
  const receivedMs = now()
  const chunks: Buffer[] = []
  let bytes = 0
  let problem: string | undefined
  for await (const chunk of response) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    bytes += buffer.length
    chunks.push(buffer)
    if (bytes <= MAX_BYTES) continue
    problem = `responded with more than ${MAX_BYTES} bytes`
    break
  }
  const sentMs = Date.parse(headers.date ?? '')
  return {
    ...{ certificate, problem, code: undefined },
    response: {
      ...{ status: statusCode, headers },
      body: new TextDecoder().decode(await unpack(Buffer.concat(chunks), headers)),
      skewMs: Number.isNaN(sentMs) ? undefined : sentMs - receivedMs,
    },
  }
}

async function unpack(body: Buffer, { 'content-encoding': encoding }: http.IncomingHttpHeaders) {
  if (!/^(x-)?gzip$/i.test(encoding ?? '')) return body
  const { gunzipSync } = await import('node:zlib')
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BYTES })
  } catch {
    return body
  }
}

function certificateOf(socket: unknown): Certificate | undefined {
  return socket instanceof tls.TLSSocket
    ? readPeer(socket.getPeerX509Certificate()?.toLegacyObject())
    : undefined
}

/** Connects again without a check, and reads nothing but the certificate. */
function readCertificate(url: URL, { rule }: ProbeOptions): Promise<Certificate | undefined> {
  if (proxyOf(url, rule.proxy) !== undefined) return Promise.resolve(undefined)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = tls.connect({
      ...{ host, port: Number(url.port || 443), rejectUnauthorized: false },
      ...(isIP(host) === 0 ? { servername: host } : {}),
      lookup: createCheckedLookup(rule),
    })
    const end = (certificate?: Certificate) => {
      socket.destroy()
      resolve(certificate)
    }
    socket.setTimeout(TIMEOUT_MS, end)
    socket.once('error', () => end())
    socket.once('secureConnect', () => end(certificateOf(socket)))
  })
}

function readPeer(peer: tls.PeerCertificate | undefined): Certificate | undefined {
  if (!peer?.valid_to) return undefined
  const { O, CN } = peer.issuer
  return {
    issuedBy: [CN, O].flat().filter(Boolean).join(', ') || 'an authority without a name',
    validFromMs: Date.parse(peer.valid_from),
    validToMs: Date.parse(peer.valid_to),
  }
}

const DNS_CODES = ['ENOTFOUND', 'EAI_AGAIN']

function describeFailure(error: unknown): { problem: string; code?: string; isTls: boolean } {
  if (error instanceof RefusedAddress) return { problem: error.message, isTls: false }
  if (!(error instanceof Error)) return { problem: 'cannot be reached', isTls: false }
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return { problem: `does not respond within ${TIMEOUT_MS / 1_000} s`, isTls: false }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code !== undefined && DNS_CODES.includes(code))
    return { problem: `has a host that cannot be found (${code})`, code, isTls: false }
  const isTls = code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)
  const what = isTls ? 'has a certificate that is not accepted' : 'cannot be reached'
  const detail = code ?? error.message
  return { problem: `${what} (${detail})`, ...(code === undefined ? {} : { code }), isTls }
}
