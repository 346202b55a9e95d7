/** Measures a call of KMS: with the broker's adapter, and its bytes sent with `node:http` alone. */
import { createHash, createHmac } from 'node:crypto'
import { Agent, createServer, type IncomingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { createKmsCalls } from '../../../packages/functions/src/adapters/signers/kms-calls.ts'
import { listen } from '../../../packages/local/src/listen.ts'
import { COMMON } from '../workloads/broker-environment.ts'
import { inFlight, serveOneJob } from './handler-under-test.ts'

export interface KmsJob {
  /** Of a broker that signs with KMS. */
  readonly environment: Readonly<Record<string, string>>
  readonly width: number
  readonly count: number
}

/** Microseconds of CPU for each. */
export interface KmsParts {
  readonly 'a call of KMS': number
  readonly 'its bytes, sent with node:http': number
  readonly 'the hashes of its signature': number
}

serveOneJob(async ({ environment, width, count }: KmsJob): Promise<KmsParts> => {
  const { BROKER_KMS_ENDPOINT: endpoint = '', BROKER_KMS_SIGNING_KEY: KeyId } = environment
  const callAt = (url: string) => {
    const { sign } = createKmsCalls({
      ...{ region: COMMON.AWS_REGION, endpoint: url, now: Date.now },
      credentials: {
        accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
        secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
        sessionToken: environment.AWS_SESSION_TOKEN ?? '',
      },
    })
    const algorithm = {
      MessageType: 'DIGEST',
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    } as const
    const input = { KeyId, Message: Buffer.alloc(32, 7), ...algorithm }
    const { signal } = new AbortController()
    return async () => void (await sign(input, signal))
  }
  const { headers, body } = await recordRequest(callAt)
  const { host } = new URL(endpoint)
  const agent = new Agent({ keepAlive: true })
  const cost = (work: () => Promise<void>) => cpuMicros(width, count, work)
  const parts = {
    'a call of KMS': await cost(callAt(endpoint)),
    'its bytes, sent with node:http': await cost(() =>
      send(endpoint, agent, { ...headers, host }, body),
    ),
    'the hashes of its signature': await cost(async () => hashSignature(body)),
  }
  agent.destroy()
  return parts
})

/** @returns the request that a call sends */
async function recordRequest(callAt: (url: string) => () => Promise<void>) {
  const recorded = Promise.withResolvers<{ headers: IncomingHttpHeaders; body: string }>()
  const server = createServer(async (incoming, response) => {
    recorded.resolve({ headers: incoming.headers, body: await text(incoming) })
    response.writeHead(200).end('{}')
  })
  await callAt(await listen(server, 0))()
  server.close()
  return recorded.promise
}

function send(url: string, agent: Agent, headers: IncomingHttpHeaders, body: string) {
  return new Promise<void>((resolve, reject) => {
    // The signature is of another host, and the refusal of about the same length as a signature.
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      text(response).then((json) => resolve(JSON.parse(json)), reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** What Signature Version 4 needs at least, with the key of the day: three hashes. */
function hashSignature(body: string): void {
  const digest = createHash('sha256').update(body).digest('hex')
  const canonical = createHash('sha256').update(`POST\n/\n\n${digest}`).digest('hex')
  createHmac('sha256', digest).update(canonical).digest('hex')
}

async function cpuMicros(width: number, count: number, work: () => Promise<void>) {
  await inFlight(width, count / 2, work)
  const before = process.cpuUsage()
  await inFlight(width, count, work)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}
