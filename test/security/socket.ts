/** Sends bytes over a real socket, as no HTTP client would, and reads what comes back until the other side closes. */
import { connect } from 'node:net'
import type { Answer } from './attack.ts'

const MAX_WAIT_MS = 15_000

/** Writes the pieces one after the other, text as one byte a character; an answer without a status line has status 499. */
export function sendBytes(url: string, pieces: Iterable<string | Uint8Array>): Promise<Answer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    const received: Buffer[] = []
    socket.setTimeout(MAX_WAIT_MS, () => socket.destroy())
    socket.on('data', (chunk) => received.push(chunk))
    // A server that has answered already may close before it has read all.
    socket.on('error', () => {})
    socket.once('close', () => {
      const text = Buffer.concat(received).toString('latin1')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 499), text })
    })
    const iterator = pieces[Symbol.iterator]()
    const writeOn = () => {
      for (let next = iterator.next(); !next.done; next = iterator.next()) {
        if (socket.destroyed) return
        const piece = typeof next.value === 'string' ? Buffer.from(next.value, 'latin1') : next.value
        if (!socket.write(piece)) return void socket.once('drain', writeOn)
      }
    }
    writeOn()
  })
}

/** Head and body of a request that ends its connection. */
export function requestText(
  line: string,
  headers: readonly (readonly [string, string])[],
  body: string | undefined,
): string {
  const length = body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body, 'latin1'))] as const]
  const all = [['Host', 'broker'] as const, ['Connection', 'close'] as const, ...length, ...headers]
  return `${line} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`
}
