/**
 * Sends `AssumeRoleWithWebIdentity` with the SDK's own parts, and nothing between them: its schema, query protocol, HTTP
 * handler and retry strategy. The SDK's client around them signs, resolves endpoints and builds a stack of middleware
 * anew for each call; an unsigned call to a known endpoint needs none of that, and pays half of its CPU time for it.
 */
import {
  AssumeRoleWithWebIdentity$,
  type AssumeRoleWithWebIdentityCommandOutput,
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
  errorTypeRegistries,
} from '@aws-sdk/client-sts'
import { AwsQueryProtocol } from '@aws-sdk/core/protocols'
import { HttpRequest, parseUrl } from '@smithy/core/protocols'
import { isServerError, isThrottlingError, isTransientError, StandardRetryStrategy } from '@smithy/core/retry'
import { fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde'
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler'

export interface SendOptions {
  readonly endpoint: string
  /** First attempt included; the SDK says what is worth another, and after which pause, with jitter. */
  readonly maxAttempts: number
  readonly connectionTimeoutMs: number
  readonly requestTimeoutMs: number
}

export type Send = (
  input: AssumeRoleWithWebIdentityRequest,
  signal: AbortSignal,
) => Promise<AssumeRoleWithWebIdentityResponse>

const [, namespace, name, traits, input, output] = AssumeRoleWithWebIdentity$
const OPERATION = { namespace, name, traits, input, output }
const MAX_SOCKETS = 200

export function createSend(options: SendOptions): Send {
  const handler = createHandler(options)
  const retries = new StandardRetryStrategy(options.maxAttempts)
  const protocol = new AwsQueryProtocol({
    defaultNamespace: 'com.amazonaws.sts',
    errorTypeRegistries,
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
  })
  const endpoint = parseUrl(options.endpoint)
  const context = {
    ...{ base64Decoder: fromBase64, base64Encoder: toBase64, utf8Decoder: fromUtf8, utf8Encoder: toUtf8 },
    ...{ endpoint: async () => endpoint, streamCollector, requestHandler: handler, disableHostPrefix: true },
  }
  protocol.setSerdeContext(context)

  const attempt = async (input: AssumeRoleWithWebIdentityRequest, abortSignal: AbortSignal) => {
    const request = await protocol.serializeRequest(OPERATION, input, context)
    request.headers['user-agent'] = 'token-broker'
    const { response } = await handler.handle(new HttpRequest(request), { abortSignal })
    try {
      // What the schema promises; each member may still be absent.
      return (await protocol.deserializeResponse(
        OPERATION,
        context,
        response,
      )) as AssumeRoleWithWebIdentityCommandOutput
    } catch (error) {
      throw error instanceof Error && '$metadata' in error ? error : unreadable(response.statusCode)
    }
  }

  return async (input, signal) => {
    let token = await retries.acquireInitialRetryToken('')
    for (;;) {
      try {
        const answer = await attempt(input, signal)
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
}

function createHandler({ connectionTimeoutMs, requestTimeoutMs }: SendOptions): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS }
  return new NodeHttpHandler({
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: requestTimeoutMs,
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
