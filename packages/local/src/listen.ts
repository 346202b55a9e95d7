/** Starts and stops the servers of the local runtime, on the loopback interface only. */
import type { Server } from 'node:http'
import { PortInUse } from './startup-error.ts'

export interface RunningServer {
  /** Without a trailing slash. */
  readonly url: string
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

/**
 * @param port 0 selects a free port
 * @returns the server's URL, without a trailing slash
 * @throws {PortInUse}
 */
export function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portInUse(port) : error)
    server.once('error', onError)
    server.listen(port, LOOPBACK, () => {
      server.off('error', onError)
      const address = server.address()
      if (address === null || typeof address === 'string')
        reject(new Error('The server has no port.'))
      else resolve(`http://${LOOPBACK}:${address.port}`)
    })
  })
}

/** Closes idle keep-alive connections too; otherwise the server would wait for their clients. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function portInUse(port: number): PortInUse {
  return new PortInUse(
    `Port ${port} on ${LOOPBACK} is in use; stop the other program or choose another port ` +
      '(see --help).',
  )
}
