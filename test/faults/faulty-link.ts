/** A TCP proxy in front of an upstream that can fail in several ways and be restored. */
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * - `killed`: nothing listens, and all connections are closed
 * - `silent`: connections are accepted, but nothing is sent
 * - `slow`: every response is delayed by `SLOW_MS`
 * - `cut`: the connection is closed after the first bytes of each response
 */
export type Fault = 'killed' | 'silent' | 'slow' | 'cut'

export interface FaultyLink {
  readonly url: string
  fail(fault: Fault): Promise<void>
  restore(): Promise<void>
  close(): Promise<void>
}

const SLOW_MS = 300
const CUT_BYTES = 40

/** @param target `http://127.0.0.1:PORT` of the part */
export async function startFaultyLink(target: string): Promise<FaultyLink> {
  const targetPort = Number(new URL(target).port)
  const sockets = new Set<Socket>()
  let fault: Fault | undefined
  let server = await listenOn(0)
  const { port } = server.address() as { port: number }

  function listenOn(onPort: number): Promise<Server> {
    const listening = createServer(accept)
    return new Promise((resolve, reject) => {
      listening.once('error', reject)
      listening.listen(onPort, '127.0.0.1', () => resolve(listening))
    })
  }

  function accept(client: Socket): void {
    const part = connect(targetPort, '127.0.0.1')
    for (const socket of [client, part]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        part.destroy()
      })
    }
    client.on('data', (bytes) => fault !== 'silent' && part.write(bytes))
    part.on('data', (bytes) => {
      if (fault === 'cut') client.end(bytes.subarray(0, CUT_BYTES))
      else if (fault === 'slow') setTimeout(() => client.write(bytes), SLOW_MS)
      else if (fault !== 'silent') client.write(bytes)
    })
  }

  async function stopListening(): Promise<void> {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }

  return {
    url: `http://127.0.0.1:${port}`,
    async fail(kind) {
      fault = kind
      if (kind === 'killed') await stopListening()
    },
    async restore() {
      // Requests that got no response fail; new connections work.
      for (const socket of sockets) socket.destroy()
      fault = undefined
      if (!server.listening) server = await listenOn(port)
    },
    close: stopListening,
  }
}
