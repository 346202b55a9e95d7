/** A TCP link to one of the broker's parts that can be slowed, cut, silenced and killed, and mended again. */
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * - `killed`: nothing listens, and what was connected is gone
 * - `silent`: connections are taken and never answered
 * - `slow`: every answer comes `SLOW_MS` late
 * - `cut`: each answer ends after its first bytes
 */
export type Fault = 'killed' | 'silent' | 'slow' | 'cut'

export interface FaultyLink {
  readonly url: string
  breakBy(fault: Fault): Promise<void>
  mend(): Promise<void>
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
    async breakBy(by) {
      fault = by
      if (by === 'killed') await stopListening()
    },
    async mend() {
      // What hung stays hung for its callers; new connections work.
      for (const socket of sockets) socket.destroy()
      fault = undefined
      if (!server.listening) server = await listenOn(port)
    },
    close: stopListening,
  }
}
