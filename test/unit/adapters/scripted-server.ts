/** A test server that records each request and responds as the test says. */
import type http from 'node:http'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { startServer, type TestServer } from './test-server.ts'

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
  readonly socket: unknown
}

/** @param attempt 1 for the first request of a test */
export type Respond = (response: http.ServerResponse, attempt: number) => unknown

export interface ScriptedServer {
  /** Empty until the first hook has run. */
  url: string
  readonly received: ReceivedRequest[]
  respond: Respond
}

/**
 * Starts the server for the tests of one file. Each test begins without received requests, and with
 * `respond` as it is given here.
 */
export function useScriptedServer(respond: Respond): ScriptedServer {
  const scripted: ScriptedServer = { url: '', received: [], respond }
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const { method = '', url: path = '', headers, socket } = request
      scripted.received.push({ method, path, headers, body, socket })
      scripted.respond(response, scripted.received.length)
    })
    scripted.url = server.url
  })
  afterAll(() => server.close())
  beforeEach(() => {
    scripted.received.length = 0
    scripted.respond = respond
  })
  return scripted
}
