/** A server that has to listen before it is ready, because its handler needs the server's URL. */
import { createServer, type RequestListener } from 'node:http'
import type { HttpResponse } from '@token-broker/functions'
import { closeServer, listen, type RunningServer } from './listen.ts'
import { nodeListener } from './node-http.ts'

export interface StartingServer extends RunningServer {
  /** From now on, this listener receives every new request. */
  serve(listener: RequestListener): void
}

/** No `requestId`: there is no audit record of this response. */
const NOT_READY: HttpResponse = {
  status: 503,
  headers: {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'retry-after': '1',
  },
  body: JSON.stringify({
    type: 'about:blank',
    title: 'The server is starting; try again in a second.',
    status: 503,
    code: 'upstream_unavailable',
  }),
}

/**
 * Listens at once and responds with 503 and `Retry-After` until `serve` is called.
 *
 * Node never responds to a request for which no listener is attached, so a listener is attached
 * before the port opens. It reads a request's body to its end before it responds: closing a
 * connection while the client still sends resets it, and the client loses the response.
 *
 * @param port 0 selects a free port
 * @throws {PortInUse}
 */
export async function listenBeforeReady(port: number): Promise<StartingServer> {
  let listener = nodeListener(async () => NOT_READY)
  const server = createServer((request, response) => listener(request, response))
  return {
    url: await listen(server, port),
    serve: (next) => {
      listener = next
    },
    close: () => closeServer(server),
  }
}
