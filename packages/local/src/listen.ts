/** Servers of the local runtime: they listen on the loopback interface only, and close without waiting for idle clients. */
import type { Server } from 'node:http'

export interface RunningServer {
  readonly url: string
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

export class PortInUse extends Error {
  constructor(port: number) {
    super(`port ${port} on ${LOOPBACK} is in use`)
  }
}

/** Resolves with the server's URL; port 0 takes a free one. */
export function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUse(port) : error)
    server.once('error', onError)
    server.listen(port, LOOPBACK, () => {
      server.off('error', onError)
      const address = server.address()
      if (address === null || typeof address === 'string')
        reject(new Error('the server has no port'))
      else resolve(`http://${LOOPBACK}:${address.port}`)
    })
  })
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
