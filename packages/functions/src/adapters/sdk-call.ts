/**
 * Calls an AWS service with the SDK's own parts, and nothing between them: the service's schema and
 * protocol, the HTTP handler and the retry strategy. The SDK's client around them finds
 * credentials, resolves endpoints and builds a middleware stack for each call; a call to a known
 * endpoint needs none of that, and would spend half of its CPU time on it.
 */
import type { ProxyEnv } from 'node:http'
import type { Readable } from 'node:stream'
import { type HttpProtocol, HttpRequest, parseUrl } from '@smithy/core/protocols'
import {
  isServerError,
  isThrottlingError,
  isTransientError,
  StandardRetryStrategy,
} from '@smithy/core/retry'
import { fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { MetadataBearer, RetryErrorInfo, StaticOperationSchema } from '@smithy/types'
import { DNS_SUFFIXES, partitionOf } from '@token-broker/core/partition'

export interface SdkCallOptions {
  readonly protocol: HttpProtocol
  readonly endpoint: string
  /**
   * First attempt included; the SDK decides what is retried, and after which pause, with jitter.
   */
  readonly maxAttempts: number
  readonly connectionTimeoutMs: number
  /** From the last byte sent to the first byte of the response, for each attempt. */
  readonly attemptTimeoutMs: number
  /** Whole call, retries and their pauses included. */
  readonly timeoutMs: number
  /** Default: 64 KiB; responses of STS and KMS have a few. */
  readonly maxResponseBytes?: number
  /** For programs on a user's machine; undefined: none is used, whatever the environment says. */
  readonly proxy?: ProxyEnv | undefined
  /** Signs each attempt; undefined: the call is unsigned. */
  readonly sign?: (request: HttpRequest) => Promise<Pick<HttpRequest, 'headers'>>
}

/**
 * One operation of the service.
 * @throws what the SDK throws: an error with the service's name for it, or the network's
 */
export type SdkCall<Input extends object, Output extends object> = (
  input: Input,
  signal: AbortSignal,
) => Promise<Output>

/** Half of the files that a Lambda function may have open. */
const MAX_SOCKETS = 512
const DEFAULT_RESPONSE_BYTES = 64 * 1024

/** @returns a function that creates calls, which share sockets and the budget of retries */
export function createSdkCalls(options: SdkCallOptions) {
  const { protocol, maxAttempts, timeoutMs, sign } = options
  const pooled = createHandler(options, true)
  // Connections that were left open while a Lambda slept may be dead, and each attempt over one
  // fails.
  const fresh = createHandler(options, false)
  const retries = new StandardRetryStrategy(maxAttempts)
  const endpoint = parseUrl(options.endpoint)
  const host = new URL(options.endpoint).host
  const context = {
    base64Decoder: fromBase64,
    base64Encoder: toBase64,
    utf8Decoder: fromUtf8,
    utf8Encoder: toUtf8,
    endpoint: async () => endpoint,
    requestHandler: pooled,
    disableHostPrefix: true,
    streamCollector: collectAtMost(options.maxResponseBytes ?? DEFAULT_RESPONSE_BYTES),
  }
  protocol.setSerdeContext(context)

  return <Input extends object, Output extends object>(
    schema: StaticOperationSchema,
  ): SdkCall<Input, Output> => {
    const [, namespace, name, traits, input, output] = schema
    const operation = { namespace, name, traits, input, output }

    const attempt = async (input: Input, handler: NodeHttpHandler, abortSignal: AbortSignal) => {
      const request = new HttpRequest(await protocol.serializeRequest(operation, input, context))
      Object.assign(request.headers, { host, 'user-agent': 'token-broker' })
      if (sign) request.headers = (await sign(request)).headers
      const { response } = await handler.handle(request, { abortSignal })
      // The handler obeys the signal up to the headers only: a body that trickles would keep its
      // socket forever.
      const onAbort = () => response.body.destroy(abortSignal.reason)
      abortSignal.addEventListener('abort', onAbort, { once: true })
      try {
        // What the schema promises; each member may still be absent.
        type Promised = Output & MetadataBearer
        return await protocol.deserializeResponse<Promised>(operation, context, response)
      } catch (error) {
        if (error instanceof Error && '$metadata' in error) throw error
        throw unreadable(response.statusCode)
      }
    }

    return (input, deadline) =>
      withinTime(timeoutMs, deadline, async (signal) => {
        let token = await retries.acquireInitialRetryToken('')
        for (let handler = pooled; ; handler = fresh) {
          try {
            const response = await attempt(input, handler, signal)
            retries.recordSuccess(token)
            return response
          } catch (error) {
            if (!isError(error)) throw error
            // It rejects where no attempt is left, or where the error must not be retried: then the
            // call's own error is thrown.
            token = await retries.refreshRetryTokenForRetry(token, failureOf(error)).catch(() => {
              throw error
            })
          }
        }
      })
  }
}

/**
 * URL of an AWS service in a region. Global endpoints are not used: that of STS adds a hop, and its
 * session tokens are not valid in every region.
 */
export function regionalEndpoint(service: string, region: string): string {
  return `https://${service}.${region}.${DNS_SUFFIXES[partitionOf(region)]}`
}

function createHandler(
  { connectionTimeoutMs, attemptTimeoutMs, proxy }: SdkCallOptions,
  keepAlive: boolean,
): NodeHttpHandler {
  const agent = { keepAlive, maxSockets: MAX_SOCKETS, proxyEnv: proxy }
  return new NodeHttpHandler({
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: attemptTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  })
}

/**
 * The SDK's error for a response that it cannot parse quotes the response, which may contain
 * credentials; so its text is not passed on.
 */
function unreadable(httpStatusCode: number): Error {
  const error = new Error('the response could not be parsed')
  return Object.assign(error, { name: 'Unreadable', $metadata: { httpStatusCode } })
}

type SdkFailure = Parameters<typeof isServerError>[0]

function isError(value: unknown): value is SdkFailure {
  return value instanceof Error
}

function failureOf(error: SdkFailure): RetryErrorInfo {
  if (isThrottlingError(error)) return { error, errorType: 'THROTTLING' }
  if (isTransientError(error)) return { error, errorType: 'TRANSIENT' }
  return { error, errorType: isServerError(error) ? 'SERVER_ERROR' : 'CLIENT_ERROR' }
}

/**
 * Reads the body of a response into memory: one that never ends would fill it.
 * @returns a collector that rejects, and closes the connection, after so many bytes
 */
function collectAtMost(maxBytes: number) {
  return (stream: Readable): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let bytes = 0
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxBytes)
          stream.destroy(new Error(`the response has more than ${maxBytes} bytes`))
        else chunks.push(chunk)
      })
      stream.once('end', () => resolve(Buffer.concat(chunks)))
      stream.once('error', reject)
    })
}

/**
 * Ends a call when its own time is up or its caller's deadline is near, whichever comes first. A
 * signal alone ends a request that is under way, but not the pause before another, so the promise
 * is raced too. The timer ends with the call: one of `AbortSignal.timeout` would stay for its whole
 * time.
 */
async function withinTime<Value>(
  timeoutMs: number,
  deadline: AbortSignal,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const call = new AbortController()
  let end = (_reason: unknown) => {}
  const ended = new Promise<never>((_, reject) => {
    end = (reason) => {
      call.abort(reason)
      reject(reason)
    }
  })
  const onDeadline = () => end(deadline.reason)
  deadline.addEventListener('abort', onDeadline, { once: true })
  const onTimeout = () =>
    end(new DOMException(`No response within ${timeoutMs} ms.`, 'TimeoutError'))
  const timer = setTimeout(onTimeout, timeoutMs)
  if (deadline.aborted) onDeadline()
  try {
    return await Promise.race([run(call.signal), ended])
  } finally {
    clearTimeout(timer)
    deadline.removeEventListener('abort', onDeadline)
  }
}
