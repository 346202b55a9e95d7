/** What a flood costs its sender: signing tokens, and sending requests over an open connection. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createConnection } from 'node:net'
import { serveOneJob } from './handler-under-test.ts'

export interface SenderJob {
  /** Of a server in another process, which responds to everything. */
  readonly url: string
  readonly token: string
  readonly count: number
}

/** Microseconds of CPU per request. */
export interface SenderFigures {
  readonly signRs256: number
  readonly signEs256: number
  readonly sendWithClient: number
  readonly sendBytes: number
}

const BODY = '{"grant":"read"}'

serveOneJob(async ({ url, token, count }: SenderJob): Promise<SenderFigures> => {
  const input = Buffer.from(token.slice(0, token.lastIndexOf('.')))
  const signer = (key: Parameters<typeof sign>[2]) => async () => void sign('sha256', input, key)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  return {
    signRs256: await costOf(signer(rsa), count / 10),
    signEs256: await costOf(signer(ec), count),
    sendWithClient: await sendWithClient(url, token, count),
    sendBytes: await sendBytes(url, token, count),
  }
})

async function costOf(work: () => Promise<void>, count: number): Promise<number> {
  for (let done = 0; done < count / 2; done++) await work()
  const started = process.cpuUsage()
  for (let done = 0; done < count; done++) await work()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / count
}

async function sendWithClient(url: string, token: string, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const send = async () => {
    const sent = request(url, { method: 'POST', agent, headers }).end(BODY)
    const [response] = await once(sent, 'response')
    response.resume()
    await once(response, 'end')
  }
  return costOf(send, count).finally(() => agent.destroy())
}

/** As cheap as it gets in Node.js: the same bytes again, and a look at the response's beginning. */
async function sendBytes(url: string, token: string, count: number): Promise<number> {
  const { hostname, port, pathname } = new URL(url)
  const socket = createConnection(Number(port), hostname)
  await once(socket, 'connect')
  const bytes = Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\n` +
      `authorization: Bearer ${token}\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
  )
  const send = async () => {
    socket.write(bytes)
    await once(socket, 'data')
  }
  return costOf(send, count).finally(() => socket.destroy())
}
