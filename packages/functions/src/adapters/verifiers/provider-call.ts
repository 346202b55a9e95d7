/**
 * Calls endpoints of an issuer about one token, within the limits of https-json.ts. It is part of a
 * bundle that is loaded lazily, so it has its own connections.
 */
import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import type { IssuerTls } from '@token-broker/core'
import { isSecureUrl } from '@token-broker/core/loopback'
import { type ConnectionTls, readConnectionTls, UnusableCertificate } from './connection-tls.ts'
import { checkAddress, createCheckedLookup, RefusedAddress } from './issuer-address.ts'
import type {
  CallProvider,
  ProviderRequest,
  ProviderResponse,
  TokenCheckOptions,
} from './token-check.ts'

/** Limit of all calls about one token: name look-up, connection, headers and body of each. */
const TIMEOUT_MS = 3_000
/** A JWT has at most 20,000 characters, and what an issuer says about a token is not more. */
const MAX_BYTES = 32 * 1024

/**
 * @returns a function that starts the check of one token: all its calls end 3 s after the first. It
 *   throws `config_invalid` for a client certificate that cannot be used
 */
export function createProviderCalls({
  rule,
  resolveName,
  refusal,
  secrets,
}: Pick<TokenCheckOptions, 'rule' | 'resolveName' | 'refusal' | 'secrets'>): (
  tls: IssuerTls | undefined,
) => CallProvider {
  const lookup = createCheckedLookup(rule, resolveName)
  const agents = {
    http: new http.Agent({ keepAlive: true, proxyEnv: rule.proxy }),
    https: new https.Agent({ keepAlive: true, proxyEnv: rule.proxy }),
  }

  const open = (
    url: URL,
    request: ProviderRequest,
    connection: ConnectionTls & { readonly signal: AbortSignal },
    reuse = true,
  ) =>
    new Promise<http.IncomingMessage>((resolve, reject) => {
      const { method, headers, body = '' } = request
      const options = {
        ...{ method, lookup, ...connection },
        headers: {
          ...headers,
          accept: 'application/json',
          'accept-encoding': 'identity',
          ...(method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
        },
      }
      const call =
        url.protocol === 'https:'
          ? https.request(url, { ...options, agent: reuse && agents.https }, resolve)
          : http.request(url, { ...options, agent: reuse && agents.http }, resolve)
      call.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection, as happens while a Lambda function is frozen. To
        // ask again has no effect on the token.
        if (call.reusedSocket && error.code === 'ECONNRESET')
          resolve(open(url, request, connection, false))
        else reject(error)
      })
      call.end(body)
    })

  return (tls) => {
    let limit: AbortSignal | undefined
    return async (request) => {
      const unavailable = (what: string) => refusal('issuer_unavailable', `${request.url} ${what}.`)
      const url = URL.parse(request.url)
      if (!url || !(url.protocol === 'https:' || (rule.allowLoopback && isSecureUrl(url))))
        throw unavailable('is not an https URL')
      for (const [name, value] of Object.entries(request.query ?? {}))
        url.searchParams.set(name, value)
      const connection = await readConnectionTls(tls, secrets).catch((error: unknown) => {
        throw error instanceof UnusableCertificate
          ? refusal('config_invalid', error.message)
          : error
      })
      limit ??= AbortSignal.timeout(TIMEOUT_MS)
      const signal = limit
      try {
        // Node does not look up what is an address already.
        const literal = url.hostname.replace(/^\[|\]$/g, '')
        if (isIP(literal) !== 0) checkAddress(literal, url.hostname, rule)
        return await readResponse(await open(url, request, { ...connection, signal }))
      } catch (error) {
        if (error instanceof RefusedAddress || error instanceof UnusableResponse)
          throw unavailable(error.message)
        if (signal.aborted) throw unavailable(`did not respond within ${TIMEOUT_MS} ms`)
        throw unavailable(`could not be called (${describeFailure(error)})`)
      }
    }
  }
}

/** `message` continues a sentence that begins with the URL. */
class UnusableResponse extends Error {}

async function readResponse(response: http.IncomingMessage): Promise<ProviderResponse> {
  const refuse = (what: string): never => {
    response.destroy()
    throw new UnusableResponse(what)
  }
  const { statusCode: status = 0, headers } = response
  // The target of a redirect could vouch for any token.
  if (status >= 300 && status < 400)
    refuse(`responded with a redirect (${status}), which is not followed`)
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    refuse('responded with a content-encoding, although the request accepts none')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > MAX_BYTES) refuse(`responded with more than ${MAX_BYTES} bytes`)
    chunks.push(buffer)
  }
  const body = decodeUtf8(Buffer.concat(chunks), refuse)
  return { status, contentType: headers['content-type'], body }
}

function decodeUtf8(bytes: Buffer, refuse: (what: string) => never): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuse('responded with a body that is not UTF-8')
  }
}

/** Only codes of Node: other texts may quote the request. */
function describeFailure(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
