/** A real HTTP server on the loopback interface for one test file, and what its tests share. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { BrokerError } from '@token-broker/core'

export interface TestServer {
  readonly url: string
  readonly server: http.Server
  close(): Promise<void>
}

export async function startServer(listener: http.RequestListener): Promise<TestServer> {
  const server = http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** For calls that only their own timeout ends. */
export const NO_DEADLINE = new AbortController().signal

/** The error of a call that must be refused with a {@link BrokerError}. */
export async function refusalOf(promise: Promise<unknown>): Promise<BrokerError> {
  const outcome = await promise.then(
    (value) => new Error(`was not refused: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (outcome instanceof BrokerError) return outcome
  throw outcome
}
