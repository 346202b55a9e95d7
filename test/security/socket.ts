/** Sends bytes over a socket, which need not be HTTP, and reads until the server closes it. */
import { connect } from 'node:net'
import type { AttackResponse } from './attack.ts'

const MAX_WAIT_MS = 15_000

/**
 * Writes the pieces one after the other, text as one byte per character. A response without a
 * status line gets the status 499.
 * @param pauseMs pause between the pieces
 */
export function sendBytes(
  url: string,
  pieces: Iterable<string | Uint8Array>,
  pauseMs = 0,
): Promise<AttackResponse> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    const received: Buffer[] = []
    let open = false
    const timeout = setTimeout(() => {
      open = true
      socket.destroy()
    }, MAX_WAIT_MS)
    socket.on('data', (chunk) => received.push(chunk))
    // A server may respond and close before it has read everything.
    socket.on('error', () => {})
    socket.once('close', () => {
      clearTimeout(timeout)
      const text = Buffer.concat(received).toString('latin1')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 499), text, open })
    })
    const iterator = pieces[Symbol.iterator]()
    const writeNext = () => {
      for (let next = iterator.next(); !next.done; next = iterator.next()) {
        if (socket.destroyed) return
        const piece =
          typeof next.value === 'string' ? Buffer.from(next.value, 'latin1') : next.value
        const flushed = socket.write(piece)
        if (pauseMs > 0) return void setTimeout(writeNext, pauseMs)
        if (!flushed) return void socket.once('drain', writeNext)
      }
    }
    writeNext()
  })
}

/** A request with `Connection: close`, as text. */
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
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `${line} HTTP/1.1\r\n${head}\r\n${body ?? ''}`
}
