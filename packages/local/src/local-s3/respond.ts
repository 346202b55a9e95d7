/** Sends the response of an operation, or an error document in its place. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { AwsRefusal } from '../local-aws/aws-refusal.ts'
import { DENIAL_HEADER } from './s3-access.ts'
import type { S3Response } from './s3-call.ts'
import { allowPreflight, allowReading } from './s3-cors.ts'
import { s3Refusal } from './s3-refusal.ts'
import { xmlErrorDocument, xmlText } from './wire/s3-xml.ts'

/** Of a body that nothing reads, so that its sender can read the response. */
const MAX_DRAINED_BYTES = 16 * 1024 * 1024
const MAX_DRAIN_MS = 5000
const MAX_LOGGED_CHARACTERS = 1200

export type Responder = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: () => Promise<S3Response>,
) => Promise<void>

/**
 * @param log receives one line per refusal
 * @returns a function that never rejects
 */
export function createResponder(
  allowedOrigins: readonly string[],
  log: (line: string) => void,
): Responder {
  return async (incoming, outgoing, handle) => {
    const requestId = randomUUID()
    const isPreflight = incoming.method === 'OPTIONS'
    const response = await settle(incoming, requestId, log, () =>
      isPreflight ? { status: 200, headers: preflight(incoming, allowedOrigins) } : handle(),
    )
    const headers = {
      ...response.headers,
      'x-amz-request-id': requestId,
      'x-amz-id-2': requestId,
      server: 'token-broker-local-s3',
    }
    const origin = isPreflight ? undefined : incoming.headers.origin
    try {
      await send(incoming, outgoing, {
        ...response,
        headers: allowReading(allowedOrigins, origin, headers),
      })
    } catch (error) {
      if (!outgoing.destroyed) log(`a response could not be sent: ${describe(error)}`)
      outgoing.destroy()
    }
  }
}

function preflight(
  { headers }: IncomingMessage,
  allowedOrigins: readonly string[],
): Readonly<Record<string, string>> {
  return allowPreflight(allowedOrigins, {
    origin: headers.origin,
    'access-control-request-method': headers['access-control-request-method'],
    'access-control-request-headers': headers['access-control-request-headers'],
  })
}

/** The response of the operation, or an error document. */
async function settle(
  { method }: IncomingMessage,
  requestId: string,
  log: (line: string) => void,
  handle: () => S3Response | Promise<S3Response>,
): Promise<S3Response> {
  try {
    return await handle()
  } catch (error) {
    const refusal =
      error instanceof AwsRefusal
        ? error
        : s3Refusal('InternalError', 'We encountered an internal error. Please try again.')
    const { status, code, message, details } = refusal
    log(oneLine(`${status} ${code}: ${refusal.headers[DENIAL_HEADER] ?? describe(error)}`))
    const document = xmlErrorDocument(
      xmlText('Code', code),
      xmlText('Message', message),
      ...Object.entries(details).map(([name, value]) => xmlText(name, value)),
      xmlText('RequestId', requestId),
      xmlText('HostId', requestId),
    )
    return {
      status,
      headers: { ...refusal.headers, 'content-type': 'application/xml' },
      ...(method === 'HEAD' ? {} : { body: document }),
    }
  }
}

async function send(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, headers = {}, body }: S3Response,
): Promise<void> {
  const isUnread = !incoming.complete && hasBody(incoming)
  const closing = isUnread ? { connection: 'close' } : {}
  if (body !== undefined && typeof body !== 'string') {
    outgoing.writeHead(status, { ...headers, ...closing })
    if (incoming.method !== 'HEAD') return pipeline(body, outgoing)
    body.destroy()
    return void outgoing.end()
  }
  const content = Buffer.from(body ?? '', 'utf8')
  const length = status === 204 || status === 304 ? {} : { 'content-length': content.length }
  outgoing.writeHead(status, { ...headers, ...length, ...closing })
  outgoing.write(content)
  // Closing now would reset the connection, and the client might never see the response.
  if (isUnread) await drain(incoming)
  outgoing.end()
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function drain(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0
    const timer = setTimeout(resolve, MAX_DRAIN_MS)
    const finish = () => {
      clearTimeout(timer)
      resolve()
    }
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_DRAINED_BYTES) finish()
    })
    incoming.once('end', finish).once('error', finish).once('close', finish)
    incoming.resume()
  })
}

/** A request could have a line break in what the message repeats, and so add lines to the log. */
function oneLine(text: string): string {
  return text.replace(/[^ -~]/g, '?').slice(0, MAX_LOGGED_CHARACTERS)
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown'
}
