/**
 * Calls an AWS service with the SDK's own parts, and nothing between them: the service's schema and protocol, the HTTP
 * handler and the retry strategy. The SDK's client around them finds credentials, resolves endpoints and builds a stack of
 * middleware anew for each call; a call to a known endpoint needs none of that, and pays half of its CPU time for it.
 */
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
import type { MetadataBearer, StaticOperationSchema } from '@smithy/types'
import { withinTime } from './within-time.ts'

export interface SdkCallOptions {
  readonly protocol: HttpProtocol
  readonly endpoint: string
  /** First attempt included; the SDK says what is worth another, and after which pause, with jitter. */
  readonly maxAttempts: number
  readonly connectionTimeoutMs: number
  /** From the last byte sent to the answer's first, for each attempt. */
  readonly attemptTimeoutMs: number
  /** Whole call, retries and their pauses included. */
  readonly timeoutMs: number
  /** Default: 64 KiB; answers of STS and KMS have a few. */
  readonly maxAnswerBytes?: number
  /** Signs each attempt; absent: the call is unsigned. */
  readonly sign?: (request: HttpRequest) => Promise<Pick<HttpRequest, 'headers'>>
}

/** One operation of the service. It throws what the SDK throws: an error with the service's name for it, or the network's. */
export type SdkCall<Input extends object, Output extends object> = (
  input: Input,
  signal: AbortSignal,
) => Promise<Output>

/** Half of the files that a function of Lambda may have open. */
const MAX_SOCKETS = 512

/** @returns a maker of calls that share sockets and the budget of retries */
export function createSdkCalls(options: SdkCallOptions) {
  const { protocol, maxAttempts, timeoutMs, maxAnswerBytes = 64 * 1024, sign } = options
  const pooled = createHandler(options, true)
  // Whatever was left open while a Lambda slept may be dead, and each attempt over it fails.
  const fresh = createHandler(options, false)
  const retries = new StandardRetryStrategy(maxAttempts)
  const endpoint = parseUrl(options.endpoint)
  const host = new URL(options.endpoint).host
  const context = {
    ...{
      base64Decoder: fromBase64,
      base64Encoder: toBase64,
      utf8Decoder: fromUtf8,
      utf8Encoder: toUtf8,
    },
    ...{ endpoint: async () => endpoint, requestHandler: pooled, disableHostPrefix: true },
    streamCollector: collectAtMost(maxAnswerBytes),
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
      // The handler's own care ends with the headers: a body that trickles would keep its socket for ever.
      abortSignal.addEventListener('abort', () => response.body.destroy(abortSignal.reason), {
        once: true,
      })
      try {
        // What the schema promises; each member may still be absent.
        return await protocol.deserializeResponse<Output & MetadataBearer>(
          operation,
          context,
          response,
        )
      } catch (error) {
        throw error instanceof Error && '$metadata' in error
          ? error
          : unreadable(response.statusCode)
      }
    }

    const retrying = async (input: Input, signal: AbortSignal): Promise<Output> => {
      let token = await retries.acquireInitialRetryToken('')
      for (let handler = pooled; ; handler = fresh) {
        try {
          const answer = await attempt(input, handler, signal)
          retries.recordSuccess(token)
          return answer
        } catch (error) {
          if (!isError(error)) throw error
          const errorType = retryTypeOf(error)
          // It rejects where no attempt is left or the error is none to repeat; the error of the call is the one to tell.
          token = await retries.refreshRetryTokenForRetry(token, { error, errorType }).catch(() => {
            throw error
          })
        }
      }
    }

    return (input, deadline) => withinTime(timeoutMs, deadline, (signal) => retrying(input, signal))
  }
}

function createHandler(
  { connectionTimeoutMs, attemptTimeoutMs }: SdkCallOptions,
  keepAlive: boolean,
): NodeHttpHandler {
  const agent = { keepAlive, maxSockets: MAX_SOCKETS }
  return new NodeHttpHandler({
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: attemptTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  })
}

/** The SDK's words about an answer that it cannot read quote it, and it may hold credentials; so they are not passed on. */
function unreadable(httpStatusCode: number): Error {
  const error = new Error('an answer that could not be read')
  return Object.assign(error, { name: 'Unreadable', $metadata: { httpStatusCode } })
}

type SdkError = Parameters<typeof isServerError>[0]

function isError(value: unknown): value is SdkError {
  return value instanceof Error
}

function retryTypeOf(error: SdkError) {
  if (isThrottlingError(error)) return 'THROTTLING'
  if (isTransientError(error)) return 'TRANSIENT'
  return isServerError(error) ? 'SERVER_ERROR' : 'CLIENT_ERROR'
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
          stream.destroy(new Error(`the answer has more than ${maxBytes} bytes`))
        else chunks.push(chunk)
      })
      stream.once('end', () => resolve(Buffer.concat(chunks)))
      stream.once('error', reject)
    })
}

/**
 * URL of an AWS service in a region. Global endpoints are not used: that of STS adds a hop, and its
 * session tokens are not valid in every region.
 */
export function regionalEndpoint(service: string, region: string): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `https://${service}.${region}.${suffix}`
}
