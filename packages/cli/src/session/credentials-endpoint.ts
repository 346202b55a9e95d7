/** A container credentials endpoint on the loopback interface, for the AWS SDKs of this machine. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { UsageError } from '../cli-error.ts'
import type { Refresher } from './refresher.ts'
import { SessionError } from './session-error.ts'

export interface CredentialsEndpoint {
  /** The environment variables by which an SDK finds it. */
  readonly variables: Readonly<
    Record<'AWS_CONTAINER_CREDENTIALS_FULL_URI' | 'AWS_CONTAINER_AUTHORIZATION_TOKEN', string>
  >
  close(): Promise<void>
}

interface EndpointResponse {
  readonly status: number
  readonly body: object
}

const PATH = '/credentials'

/** @param wantedPort 0 for any free port; @throws {UsageError} the port cannot be used */
export async function startEndpoint(
  refresher: Refresher,
  wantedPort: number,
): Promise<CredentialsEndpoint> {
  const bearer = randomBytes(32).toString('base64url')
  const server = createServer(async (request, response) => {
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    send(response, checkRequest(request, port, bearer) ?? (await serveCurrent(refresher)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new UsageError(
          `--port ${wantedPort}: cannot listen (${error.code}); write another port, or 0 for any`,
        ),
      )
    })
    server.listen(wantedPort, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : wantedPort
  return {
    variables: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}${PATH}`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: bearer,
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function checkRequest(
  request: IncomingMessage,
  port: number,
  bearer: string,
): EndpointResponse | undefined {
  // DNS rebinding: a web page whose host name resolves to this machine sends that host name.
  const hosts = request.headersDistinct.host ?? []
  if (
    hosts.length !== 1 ||
    (hosts[0] !== `127.0.0.1:${port}` && hosts[0] !== `localhost:${port}`)
  ) {
    return problem(421, 'MisdirectedRequest', `Send the request to 127.0.0.1:${port}.`)
  }
  if (!isBearer(request.headers.authorization ?? '', bearer)) {
    return problem(
      401,
      'Unauthorized',
      'Send AWS_CONTAINER_AUTHORIZATION_TOKEN as the Authorization header.',
    )
  }
  if (request.method !== 'GET') return problem(405, 'MethodNotAllowed', 'Only GET is allowed.')
  if (request.url?.split('?')[0] !== PATH)
    return problem(404, 'NotFound', `The only path is ${PATH}.`)
  return undefined
}

/**
 * In constant time, over digests of equal length. SDKs send the variable as it is; people write
 * `Bearer` in front.
 */
function isBearer(authorization: string, bearer: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(authorization.replace(/^Bearer +/i, '')), digest(bearer))
}

async function serveCurrent(refresher: Refresher): Promise<EndpointResponse> {
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } =
      await refresher.current()
    const body = {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: expiration,
      AccountId: accountId,
    }
    return { status: 200, body }
  } catch (error) {
    if (!(error instanceof SessionError)) return problem(500, 'internal', 'The refresh failed.')
    // SDKs retry on 5xx, which helps only where the failure is temporary.
    return problem(error.isTemporary ? 503 : 403, error.code, error.message)
  }
}

/** In both spellings: the SDK for Go reads lower case, the SDK for JavaScript upper case. */
function problem(status: number, code: string, message: string): EndpointResponse {
  return { status, body: { code, message, Code: code, Message: message } }
}

function send(response: ServerResponse, { status, body }: EndpointResponse): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(status === 405 ? { allow: 'GET' } : {}),
    })
    .end(JSON.stringify(body))
}
