/** Sends bytes over a real socket, as no HTTP client would, and reads what comes back until the other side closes. */
import { connect } from 'node:net'
import type { Answer } from './attack.ts'

const MAX_WAIT_MS = 15_000

/**
 * Writes the pieces one after the other, text as one byte a character; an answer without a status line has status 499.
 * @param pauseMs between the pieces
 */
export function sendBytes(
  url: string,
  pieces: Iterable<string | Uint8Array>,
  pauseMs = 0,
): Promise<Answer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    const received: Buffer[] = []
    let open = false
    const patience = setTimeout(() => {
      open = true
      socket.destroy()
    }, MAX_WAIT_MS)
    socket.on('data', (chunk) => received.push(chunk))
    // A server that has answered already may close before it has read all.
    socket.on('error', () => {})
    socket.once('close', () => {
      clearTimeout(patience)
      const text = Buffer.concat(received).toString('latin1')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 499), text, open })
    })
    const iterator = pieces[Symbol.iterator]()
    const writeOn = () => {
      for (let next = iterator.next(); !next.done; next = iterator.next()) {
        if (socket.destroyed) return
        const piece =
          typeof next.value === 'string' ? Buffer.from(next.value, 'latin1') : next.value
        const flushed = socket.write(piece)
        if (pauseMs > 0) return void setTimeout(writeOn, pauseMs)
        if (!flushed) return void socket.once('drain', writeOn)
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
  const length =
    body === undefined
      ? []
      : [['Content-Length', String(Buffer.byteLength(body, 'latin1'))] as const]
  const all = [['Host', 'broker'] as const, ['Connection', 'close'] as const, ...length, ...headers]
  return `${line} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`
}
